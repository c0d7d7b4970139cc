//! Long files want to be a folder.

use super::{Finding, tree::Tree};

const LINES: usize = 500;

/// Notes Rust files past the limit; it is for the reviewer to decide.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let long = tree
        .ending(".rs")
        .filter(|it| it.text.lines().count() > LINES);
    long.map(|it| {
        let lines = it.text.lines().count();
        Finding::noted(&it.path, format!("{lines} lines: make it a folder"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::{Weight, tree::fake::tree};

    #[test]
    fn a_long_file_is_noted_and_not_refused() {
        let long = "//\n".repeat(501);
        let tree = tree(&[
            ("crates/org/src/lib.rs", &long),
            ("crates/org/src/a.rs", "//\n"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].weight, Weight::Noted);
    }
}
