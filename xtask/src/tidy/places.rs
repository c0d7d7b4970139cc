//! The repository speaks of the product only: no folder of somebody's machine, nothing unfinished.

use super::{Finding, tree::Tree};

/// What must not stand in any file, in two parts so that this file is clean itself.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("/wo", "rk/", "a folder of one machine"),
    ("/Use", "rs/", "a folder of one machine"),
    ("todo", "!(", "unfinished"),
    ("unimple", "mented!(", "unfinished"),
    ("FIX", "ME", "unfinished"),
    ("Lorem ", "ipsum", "a filler"),
];

/// Refuses them.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.files() {
        for (start, end, why) in FORBIDDEN {
            let words = format!("{start}{end}");
            if let Some(at) = position(&file.text, &words) {
                let line = file.text[..at].matches('\n').count() + 1;
                found.push(Finding::refused(
                    format!("{}:{line}", file.path),
                    format!("{words:?} is {why}"),
                ));
            }
        }
    }
    found
}

/// Where the words start and are not the end of something longer (`network/` is no `work/`).
fn position(text: &str, words: &str) -> Option<usize> {
    let mut all = text.match_indices(words).map(|it| it.0);
    all.find(|at| {
        let before = text[..*at].chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || "_.-})".contains(it))
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn folders_of_a_machine_and_unfinished_things_are_refused() {
        let tree = tree(&[
            ("docs/a.md", &format!("one\nsee {}{}main", "/wo", "rk/")),
            (
                "docs/b.md",
                "see https://example.org/work/plan and .github/work/flows",
            ),
            (
                "crates/org/src/lib.rs",
                &format!("fn f() {{ {}{}) }}", "todo", "!("),
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["crates/org/src/lib.rs:1", "docs/a.md:2"]
        );
    }
}
