use std::{
    fs,
    io::ErrorKind,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt},
    },
    path::{Path, PathBuf},
    process::Command,
};

use super::{Doing, EmbeddedError, Result, account::Account};

/// Unix socket paths end at 107 bytes, and PostgreSQL adds a name.
const LONGEST_SOCKET_FOLDER: usize = 107 - "/.s.PGSQL.5432.lock".len();
/// What a volatile cluster may grow to before it must not be in memory.
const ROOM_IN_MEMORY: u64 = 2 << 30;

/// Where volatile clusters lie: in memory where there is room.
pub(super) fn volatile(name: &str) -> PathBuf {
    let own = rustix::process::geteuid().as_raw();
    let folder = format!("zvonok-{own}-{name}");
    let memory = Path::new("/dev/shm");
    let has_room = rustix::fs::statvfs(memory)
        .is_ok_and(|it| it.f_bavail.saturating_mul(it.f_frsize) >= ROOM_IN_MEMORY);
    if has_room {
        memory.join(folder)
    } else {
        std::env::temp_dir().join(folder)
    }
}

/// The folder itself, or one under `/var/lib` where the account of the server
/// cannot walk to it: a checkout under `/root` (mode 0700) cannot hold data of
/// `postgres`.
pub(super) fn reachable(folder: &Path, account: Account) -> Result<PathBuf> {
    let folder = std::path::absolute(folder).doing(folder.display())?;
    if !account.is_other || can_walk_to(&folder, account) {
        return Ok(folder);
    }
    let name = format!("zvonok-pg-{:016x}", hash(folder.as_os_str().as_bytes()));
    Ok(Path::new("/var/lib").join(name))
}

fn can_walk_to(folder: &Path, account: Account) -> bool {
    folder
        .ancestors()
        .skip(1)
        .filter_map(|it| fs::metadata(it).ok())
        .all(|it| {
            let needed = if it.uid() == account.uid {
                0o100
            } else if it.gid() == account.gid {
                0o010
            } else {
                0o001
            };
            it.mode() & needed != 0
        })
}

/// FNV-1a: a name, not a secret.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The folder of the socket: beside the data, or a short path where that one
/// is too long for a socket.
pub(super) fn socket_folder(root: &Path) -> PathBuf {
    let beside = root.join("run");
    if beside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
        return beside;
    }
    PathBuf::from(format!(
        "/tmp/zvonok-{:016x}",
        hash(root.as_os_str().as_bytes())
    ))
}

/// Makes the folder for the account, closed to all others. One that somebody
/// else has put there is refused.
pub(super) fn make_private(folder: &Path, account: Account) -> Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).doing(parent.display())?;
    }
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(there) if there.kind() == ErrorKind::AlreadyExists => {}
        made => made.doing(folder.display())?,
    }
    let found = fs::symlink_metadata(folder).doing(folder.display())?;
    let own = rustix::process::geteuid().as_raw();
    if !found.is_dir() || (found.uid() != own && found.uid() != account.uid) {
        return Err(EmbeddedError::Foreign {
            path: folder.to_owned(),
        });
    }
    account.own(folder, 0o700)
}

/// The server's programs and their major version.
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) major: u32,
}

/// The programs for the clusters under `folder`: of the version of the newest
/// cluster there, because another version cannot read its data; the first
/// that are found where there is no cluster yet.
///
/// They are looked for in the named folder, in that of `PG_BIN`, among
/// Debian's from the newest, and in the PATH.
pub(super) fn binaries(named: Option<&Path>, folder: &Path) -> Result<Binaries> {
    let places = places(named);
    let found = places.iter().filter_map(|it| programs_in(it));
    let Some(major) = newest_cluster(folder) else {
        return found
            .into_iter()
            .next()
            .ok_or_else(|| EmbeddedError::NoBinaries {
                looked_in: shown(&places),
            });
    };
    found
        .into_iter()
        .find(|it| it.major == major)
        .ok_or_else(|| EmbeddedError::OtherVersion {
            folder: folder.to_owned(),
            major,
            looked_in: shown(&places),
        })
}

fn places(named: Option<&Path>) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = named.map(Path::to_owned).into_iter().collect();
    places.extend(std::env::var_os("PG_BIN").map(PathBuf::from));
    places.extend(debian());
    if let Some(path) = std::env::var_os("PATH") {
        places.extend(std::env::split_paths(&path));
    }
    places
}

fn shown(places: &[PathBuf]) -> String {
    places
        .iter()
        .map(|it| it.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

fn debian() -> Vec<PathBuf> {
    let mut versions = numbered(Path::new("/usr/lib/postgresql"));
    versions.sort_by_key(|it| std::cmp::Reverse(it.0));
    versions.into_iter().map(|it| it.1.join("bin")).collect()
}

fn newest_cluster(folder: &Path) -> Option<u32> {
    let has_data = |it: &(u32, PathBuf)| it.1.join("data/PG_VERSION").exists();
    numbered(folder)
        .into_iter()
        .filter(has_data)
        .map(|it| it.0)
        .max()
}

/// The folders whose name is a number.
fn numbered(folder: &Path) -> Vec<(u32, PathBuf)> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path())))
        .collect()
}

fn programs_in(folder: &Path) -> Option<Binaries> {
    if !folder.join("postgres").is_file() || !folder.join("initdb").is_file() {
        return None;
    }
    // «postgres (PostgreSQL) 15.18 (Debian …)», «postgres (PostgreSQL) 18beta1»
    let answer = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let answer = String::from_utf8(answer.stdout).ok()?;
    let version = answer.split_whitespace().nth(2)?;
    let major = version
        .split(|it: char| !it.is_ascii_digit())
        .next()?
        .parse()
        .ok()?;
    Some(Binaries {
        folder: folder.to_owned(),
        major,
    })
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::{PermissionsExt, chown},
        path::Path,
    };

    use super::{LONGEST_SOCKET_FOLDER, make_private, reachable, socket_folder};
    use crate::embedded::{EmbeddedError, account::Account};

    #[test]
    fn a_folder_that_the_server_cannot_walk_to_is_replaced() {
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let inside = closed.path().join("pg");
        let nobody = Account {
            uid: 65534,
            gid: 65534,
            is_other: true,
        };
        let elsewhere = reachable(&inside, nobody).unwrap();
        assert!(elsewhere.starts_with("/var/lib"), "{}", elsewhere.display());
        assert_eq!(
            elsewhere,
            reachable(&inside, nobody).unwrap(),
            "the same every time"
        );

        let ourselves = Account {
            is_other: false,
            ..nobody
        };
        assert_eq!(reachable(&inside, ourselves).unwrap(), inside);
    }

    #[test]
    fn a_socket_gets_a_path_that_is_short_enough() {
        let short = Path::new("/srv/zvonok/.zvonok/pg/15");
        assert_eq!(socket_folder(short), short.join("run"));
        let long = Path::new("/srv").join("long".repeat(40));
        assert!(socket_folder(&long).as_os_str().len() <= LONGEST_SOCKET_FOLDER);
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        if !rustix::process::geteuid().is_root() {
            return; // Only root can make a folder of somebody else.
        }
        let parent = tempfile::tempdir().unwrap();
        let trap = parent.path().join("trap");
        fs::create_dir(&trap).unwrap();
        chown(&trap, Some(12345), Some(12345)).unwrap();
        let refusal = make_private(&trap, Account::choose()).unwrap_err();
        assert!(
            matches!(refusal, EmbeddedError::Foreign { .. }),
            "{refusal}"
        );
    }
}
