use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use rust_embed::RustEmbed;

/// In a debug build rust-embed reads the folder, in a release build the binary holds it.
#[derive(RustEmbed)]
#[folder = "../../templates"]
struct Embedded;

/// Where templates and words come from.
#[derive(Clone, Debug, Default)]
pub enum Templates {
    /// The `templates/` of the project: on disk in debug, in the binary in release.
    #[default]
    Own,
    /// Another folder of the same shape, for tests.
    Folder(PathBuf),
}

/// Changes whenever a template or word file does: how many there are, and the newest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    files: usize,
    newest: Option<SystemTime>,
}

impl Templates {
    /// The text of one file by its name with `/`, such as `people/pupils.html`.
    pub(super) fn read(&self, name: &str) -> Option<String> {
        match self {
            Self::Own => {
                Embedded::get(name).and_then(|it| String::from_utf8(it.data.into_owned()).ok())
            }
            Self::Folder(root) => {
                let plain = name.split('/').all(|it| !it.is_empty() && it != "..");
                plain
                    .then(|| std::fs::read_to_string(root.join(name)).ok())
                    .flatten()
            }
        }
    }

    /// All names, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Self::Own => Embedded::iter().map(String::from).collect(),
            Self::Folder(root) => {
                let mut found = vec![];
                walk(root, &mut |path| found.extend(relative(root, path)));
                found
            }
        };
        names.sort();
        names
    }

    pub(super) fn stamp(&self) -> Stamp {
        if !cfg!(debug_assertions) {
            return Stamp::default();
        }
        let own = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates"));
        let root = match self {
            Self::Own => own,
            Self::Folder(root) => root,
        };
        let mut stamp = Stamp::default();
        walk(root, &mut |path| {
            let changed = path.metadata().and_then(|it| it.modified()).ok();
            stamp.files += 1;
            stamp.newest = stamp.newest.max(changed);
        });
        stamp
    }
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let inner = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = inner.iter().map(|it| it.to_str()).collect();
    Some(parts?.join("/"))
}

fn walk(folder: &Path, each: &mut dyn FnMut(&Path)) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|it| it.path()) {
        if path.is_dir() {
            walk(&path, each);
        } else {
            each(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Templates;

    #[test]
    fn the_binary_knows_the_templates_of_the_project() {
        let own = Templates::Own;
        assert!(own.names().iter().any(|it| it == "layout.html"));
        assert!(
            own.read("layout.html")
                .is_some_and(|it| it.contains("<html"))
        );
        assert!(own.read("../Cargo.toml").is_none());
    }

    #[test]
    fn a_folder_is_never_left() {
        let folder = Templates::Folder(concat!(env!("CARGO_MANIFEST_DIR"), "/src").into());
        assert!(folder.read("lib.rs").is_some());
        assert!(folder.read("../Cargo.toml").is_none());
        assert!(folder.read("/etc/hostname").is_none());
    }
}
