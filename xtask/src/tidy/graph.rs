//! Who may depend on whom.

use super::{
    Finding,
    crates::{Room, known},
    manifest::{self, Dependency, Table},
    tree::Tree,
};

/// What would bring input and output into `kernel`.
const NOT_IN_KERNEL: &[&str] = &[
    "axum",
    "hyper",
    "lettre",
    "minijinja",
    "object_store",
    "sqlx",
    "tokio",
];

/// Refuses dependencies upwards, tests' crates in production, and crates not on the map.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, file) in manifest::all(tree) {
        if known(name).is_none() {
            let what = format!(
                "{name} is not on the map: add it to docs/architecture.md and tidy/crates.rs"
            );
            found.push(Finding::refused(&file.path, what));
            continue;
        }
        for dependency in manifest::dependencies(&file.text) {
            if let Some(why) = refusal(name, &dependency) {
                found.push(Finding::refused(&file.path, why));
            }
        }
    }
    found
}

fn refusal(name: &str, dependency: &Dependency<'_>) -> Option<String> {
    let on = dependency.name;
    if name == "kernel" && dependency.table != Table::Dev && NOT_IN_KERNEL.contains(&on) {
        return Some(format!(
            "kernel does no input and output, so it may not depend on {on}"
        ));
    }
    let (place, who) = known(name)?;
    let (other_place, other) = known(on)?;
    match (who.room, other.room) {
        (Room::Tasks, _) => Some("xtask builds without the product".into()),
        (_, Room::Tests) if dependency.table == Table::Dev => None,
        (_, Room::Tests) => Some(format!("{on} is for tests: a dev-dependency only")),
        (it, Room::Demo) if it != Room::App => Some("only the app may know demo".into()),
        _ if other_place >= place => {
            Some(format!("{name} may not depend on {on}, which is above it"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::fake::{places, tree};

    #[test]
    fn a_dependency_upwards_is_refused() {
        let tree = tree(&[
            (
                "crates/people/Cargo.toml",
                "[dependencies]\nkernel.workspace = true\norg.workspace = true\n",
            ),
            (
                "crates/org/Cargo.toml",
                "[dependencies]\njournal.workspace = true\n",
            ),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/org/Cargo.toml"]);
    }

    #[test]
    fn crates_for_tests_stay_in_tests() {
        let tree = tree(&[
            (
                "crates/db/Cargo.toml",
                "[dev-dependencies]\ntestkit.workspace = true\n",
            ),
            (
                "crates/org/Cargo.toml",
                "[dependencies]\ntestkit.workspace = true\n",
            ),
        ]);
        assert_eq!(places(&check(&tree)), ["crates/org/Cargo.toml"]);
    }

    #[test]
    fn kernel_xtask_demo_and_strangers_have_rules_of_their_own() {
        let tree = tree(&[
            (
                "crates/demo/Cargo.toml",
                "[dependencies]\njournal.workspace = true\n",
            ),
            (
                "crates/journal/Cargo.toml",
                "[dependencies]\ndemo.workspace = true\n",
            ),
            (
                "crates/kernel/Cargo.toml",
                "[dependencies]\nsqlx.workspace = true\n",
            ),
            ("crates/stranger/Cargo.toml", ""),
            (
                "xtask/Cargo.toml",
                "[dependencies]\nkernel.workspace = true\n",
            ),
        ]);
        let expected = [
            "crates/journal/Cargo.toml",
            "crates/kernel/Cargo.toml",
            "crates/stranger/Cargo.toml",
            "xtask/Cargo.toml",
        ];
        assert_eq!(places(&check(&tree)), expected);
    }
}
