//! Dependencies are declared once, in the root, and used by those who name them.

use super::{
    Finding,
    manifest::{self, Table},
    rust::{self, Source},
    tree::Tree,
};

/// Refuses unused dependencies and versions outside the root.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut named = Vec::new();
    for (name, file) in manifest::all(tree) {
        let sources = sources(tree, name);
        for dependency in manifest::dependencies(&file.text) {
            let on = dependency.name;
            named.push(on);
            if !dependency.from_workspace {
                found.push(Finding::refused(
                    &file.path,
                    format!("{on}: the version belongs to the root, say `{on}.workspace = true`"),
                ));
            }
            let word = on.replace('-', "_");
            if !sources
                .iter()
                .any(|it| it.1.has_word(&word) && (dependency.table != Table::Normal || it.0))
            {
                found.push(Finding::refused(
                    &file.path,
                    format!("{on} is not used: take it out"),
                ));
            }
        }
    }
    found.extend(unused_in_root(tree, &named));
    found
}

/// The crate's sources, and whether each is production code (under `src`).
fn sources(tree: &Tree, name: &str) -> Vec<(bool, Source)> {
    let rust = tree
        .ending(".rs")
        .filter(|it| it.crate_name() == Some(name));
    rust.map(|it| (it.path.contains("/src/"), rust::read(&it.text)))
        .collect()
}

fn unused_in_root(tree: &Tree, named: &[&str]) -> Vec<Finding> {
    let Some(root) = tree.file("Cargo.toml") else {
        return Vec::new();
    };
    let declared = manifest::dependencies(&root.text);
    let unused = declared.iter().filter(|it| !named.contains(&it.name));
    unused
        .map(|it| Finding::refused(&root.path, format!("no crate uses {}", it.name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn an_unused_dependency_is_refused() {
        let tree = tree(&[
            (
                "crates/a/Cargo.toml",
                "[dependencies]\nused-here.workspace = true\nunused.workspace = true\n",
            ),
            ("crates/a/src/lib.rs", "use used_here::X; // unused"),
            (
                "crates/b/Cargo.toml",
                "[dev-dependencies]\nin-tests.workspace = true\n",
            ),
            ("crates/b/tests/it/main.rs", "use in_tests::X;"),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/a/Cargo.toml"]);
    }

    #[test]
    fn a_version_outside_the_root_and_a_name_nobody_uses_are_refused() {
        let tree = tree(&[
            (
                "Cargo.toml",
                "[workspace.dependencies]\nx = \"1\"\ny = \"1\"\n",
            ),
            ("crates/a/Cargo.toml", "[dependencies]\nx = \"1\"\n"),
            ("crates/a/src/lib.rs", "use x::X;"),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/a/Cargo.toml", "Cargo.toml"]);
    }
}
