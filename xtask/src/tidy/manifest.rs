//! `Cargo.toml` of our own crates, read line by line: they are plain enough for that.

use super::tree::{File, Tree};

/// Which table a dependency stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Normal,
    Dev,
    Build,
    Workspace,
}

/// One dependency of a crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency<'a> {
    pub(super) table: Table,
    pub(super) name: &'a str,
    /// Version and features come from the root.
    pub(super) from_workspace: bool,
}

/// The manifests of all crates.
pub(super) fn all(tree: &Tree) -> impl Iterator<Item = (&str, &File)> {
    let manifests = tree.ending("/Cargo.toml");
    manifests.filter_map(|it| Some((it.crate_name()?, it)))
}

/// The dependencies the manifest names.
pub(super) fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut table = None;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            table = match line {
                "[dependencies]" => Some(Table::Normal),
                "[dev-dependencies]" => Some(Table::Dev),
                "[build-dependencies]" => Some(Table::Build),
                "[workspace.dependencies]" => Some(Table::Workspace),
                _ => None,
            };
        } else if let Some(table) = table
            && let Some((key, value)) = line.split_once('=')
            && !line.starts_with('#')
        {
            let name = key.trim().split('.').next().unwrap_or_default();
            let from_workspace =
                key.trim().ends_with(".workspace") || value.contains("workspace = true");
            found.push(Dependency {
                table,
                name,
                from_workspace,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Dependency, Table, dependencies};

    #[test]
    fn tables_and_sources_of_dependencies_are_told_apart() {
        let text = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\n# b = \"1\"\nc = \"1\"\n[dev-dependencies]\nd = { workspace = true }\n[lints]\nworkspace = true\n";
        let dependency = |table, name, from_workspace| Dependency {
            table,
            name,
            from_workspace,
        };
        let expected = [
            dependency(Table::Normal, "a", true),
            dependency(Table::Normal, "c", false),
            dependency(Table::Dev, "d", true),
        ];
        assert_eq!(dependencies(text), expected);
    }
}
