//! All schemas share one history of migrations: no two have the same time.

use std::collections::BTreeMap;

use super::{Finding, tree::Tree};

/// Refuses the second migration of a moment: only one of them would be applied.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for file in tree.migrations() {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let moment = name.split('_').next().unwrap_or_default();
        if let Some(other) = first.insert(moment, &file.path) {
            found.push(Finding::refused(
                &file.path,
                format!("has the time of {other}: give it another"),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn two_migrations_of_one_moment_are_refused() {
        let tree = tree(&[
            ("migrations/org/20260901000100_org.sql", "select 1;"),
            ("migrations/people/20260901000100_people.sql", "select 1;"),
            ("migrations/people/20260901000200_more.sql", "select 1;"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["migrations/people/20260901000100_people.sql"]
        );
    }
}
