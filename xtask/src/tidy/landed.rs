//! A migration never changes after it landed on the main branch.

use std::{path::Path, process::Command};

use anyhow::Result;

use super::{Finding, tree::Tree};
use crate::command;

/// Where landed work is.
const MAIN: &str = "refs/remotes/origin/main";

/// Refuses changed, renamed and removed migrations that are on the main branch already.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Ok(base) = git(&tree.root, &["merge-base", "HEAD", MAIN]) else {
        return vec![Finding::noted(
            "migrations",
            "there is no origin/main to compare with",
        )];
    };
    match git(
        &tree.root,
        &[
            "diff",
            "--name-status",
            "--no-renames",
            &base,
            "--",
            "migrations",
        ],
    ) {
        Ok(changes) => changes.lines().filter_map(refusal).collect(),
        Err(error) => vec![Finding::refused("migrations", format!("{error:#}"))],
    }
}

/// `M<tab>migrations/org/1_a.sql`
fn refusal(change: &str) -> Option<Finding> {
    let (status, path) = change.split_once('\t')?;
    let is_sql = Path::new(path).extension().is_some_and(|it| it == "sql");
    (is_sql && !status.starts_with('A'))
        .then(|| Finding::refused(path, "has landed and may not change: write a new migration"))
}

fn git(root: &Path, words: &[&str]) -> Result<String> {
    command::output(Command::new("git").arg("-C").arg(root).args(words))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{check, git};
    use crate::tidy::tree::{
        Tree,
        fake::{places, write},
    };

    fn commit(root: &Path) {
        git(root, &["add", "-A"]).unwrap();
        let who = [
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b.c",
            "-c",
            "commit.gpgsign=false",
        ];
        git(root, &[&who[..], &["commit", "-q", "-m", "x"]].concat()).unwrap();
    }

    #[test]
    fn a_landed_migration_may_not_change_and_a_new_one_may() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        git(root, &["init", "-q"]).unwrap();
        write(
            root,
            &[
                ("migrations/org/1_a.sql", "a"),
                ("migrations/org/2_b.sql", "b"),
            ],
        );
        commit(root);
        assert!(
            places(&check(&Tree::load(root).unwrap())).is_empty(),
            "no main branch yet"
        );

        git(root, &["update-ref", "refs/remotes/origin/main", "HEAD"]).unwrap();
        write(
            root,
            &[
                ("migrations/org/2_b.sql", "changed"),
                ("migrations/org/3_c.sql", "c"),
            ],
        );
        let found = check(&Tree::load(root).unwrap());
        assert_eq!(
            places(&found),
            ["migrations/org/2_b.sql"],
            "before the commit"
        );

        commit(root);
        let found = check(&Tree::load(root).unwrap());
        assert_eq!(places(&found), ["migrations/org/2_b.sql"], "after it");
    }
}
