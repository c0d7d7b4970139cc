//! Every crate takes the workspace's lints.

use super::{Finding, manifest, tree::Tree};

/// Refuses a crate with lints of its own or none.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let without =
        manifest::all(tree).filter(|(_, it)| !it.text.contains("[lints]\nworkspace = true"));
    without
        .map(|(_, it)| Finding::refused(&it.path, "say `[lints]` `workspace = true`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn a_crate_without_the_lints_is_refused() {
        let tree = tree(&[
            ("app/Cargo.toml", "[lints]\nworkspace = true\n"),
            (
                "crates/org/Cargo.toml",
                "[lints.rust]\nunsafe_code = \"allow\"\n",
            ),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/org/Cargo.toml"]);
    }
}
