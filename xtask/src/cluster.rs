//! Private PostgreSQL clusters: volatile ones for tests and checked queries, a durable one
//! for measuring.
//!
//! A keeper (a small shell) starts the server, waits until its standard input ends, and stops
//! it again. The other end of that pipe is ours, so the server goes when we go: at the end,
//! after a failure, at Ctrl-C, even when we are killed.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{command, tools};

/// Starts, holds, stops; takes bin, data, log, stop mode and the folder to remove (or "").
const KEEPER: &str = r#"
trap '' INT HUP
if ! "$1/pg_ctl" start -s -w -t 60 -D "$2" -l "$3"; then
    tail -n 20 "$3" >&2
    exit 1
fi
echo ready
cat >/dev/null
"$1/pg_ctl" stop -s -w -t 60 -m "$4" -D "$2"
if [ -n "$5" ]; then rm -rf "$5"; fi
"#;

/// What both kinds have in common. Nobody reaches the server but through its socket,
/// which lies in a folder closed to others.
const SETTINGS: &str = "
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
";

/// Tests may lose their data, so they need not wait for the disk.
const VOLATILE: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 1d
";

/// As a server would be set up; the log can be read back as JSON.
const DURABLE: &str = "
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
logging_collector = on
log_destination = 'jsonlog'
log_directory = 'log'
log_filename = 'server.log'
log_rotation_age = 0
log_rotation_size = 0
";

/// What a volatile cluster needs in memory before we put it there.
const ENOUGH_SHARED_MEMORY_KIB: u64 = 2 * 1024 * 1024;

/// A running cluster; dropped, it stops.
pub(crate) struct Cluster {
    bin: PathBuf,
    home: PathBuf,
    keeper: Child,
}

impl Cluster {
    /// A cluster that lives as long as this value, in memory where there is room.
    pub(crate) fn volatile(bin: &Path) -> Result<Self> {
        let home = volatile_base().join(format!("zvonok-{}", std::process::id()));
        Self::start(bin, home, VOLATILE, "immediate")
    }

    /// A cluster that keeps its data in that folder and never lies about having written them.
    pub(crate) fn durable(bin: &Path, home: PathBuf) -> Result<Self> {
        Self::start(bin, home, DURABLE, "fast")
    }

    fn start(bin: &Path, home: PathBuf, settings: &str, stop: &str) -> Result<Self> {
        let major = tools::postgres_major(bin)?;
        let account = unprivileged()?;
        private_folder(&home, account)?;
        let data = home.join("data");
        match fs::read_to_string(data.join("PG_VERSION")) {
            Ok(made_by) if made_by.trim() == major.to_string() => {}
            Ok(made_by) => bail!(
                "{} was made by PostgreSQL {}, the one found is {major}: remove that folder",
                data.display(),
                made_by.trim()
            ),
            Err(_) => initdb(bin, &home, account, settings)?,
        }
        let remove = if stop == "immediate" {
            home.as_path()
        } else {
            Path::new("")
        };
        let mut keeper = as_account("sh", account);
        keeper
            .arg("-c")
            .arg(KEEPER)
            .arg("keeper")
            .arg(bin)
            .arg(&data);
        keeper.arg(home.join("start.log")).arg(stop).arg(remove);
        // In a group of its own: the terminal's Ctrl-C is for us, the end of the pipe for it.
        keeper
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let keeper = keeper.spawn().context("cannot start sh")?;
        let mut cluster = Self {
            bin: bin.to_owned(),
            home,
            keeper,
        };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let told = self
            .keeper
            .stdout
            .take()
            .context("the keeper has no output")?;
        let mut line = String::new();
        BufReader::new(told).read_line(&mut line)?;
        if line.trim() != "ready" {
            bail!("PostgreSQL in {} did not start", self.home.display());
        }
        Ok(())
    }

    /// The address of a database for its superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        let socket = self
            .socket()
            .to_string_lossy()
            .replace('%', "%25")
            .replace('/', "%2F");
        format!("postgres://postgres@{socket}/{database}")
    }

    /// One of the client programs, told how to get to the database.
    pub(crate) fn client(&self, program: &str, database: &str) -> Command {
        let beside = self.bin.join(program);
        let mut client = if beside.is_file() {
            Command::new(beside)
        } else {
            Command::new(program)
        };
        client
            .env("PGHOST", self.socket())
            .env("PGUSER", "postgres");
        client.env("PGDATABASE", database).env_remove("PGPORT");
        client
    }

    /// Runs statements in one go and returns the rows, unaligned.
    pub(crate) fn psql(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = self.client("psql", database);
        command::output(psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]))
    }

    /// The process id of the server's parent process.
    pub(crate) fn pid(&self) -> Result<u32> {
        let file = self.data().join("postmaster.pid");
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let first = text.lines().next().unwrap_or_default();
        first
            .trim()
            .parse()
            .with_context(|| format!("strange {}", file.display()))
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn socket(&self) -> PathBuf {
        self.home.join("run")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A folder where an account other than root's can keep data on disk.
pub(crate) fn durable_home(wanted: &Path) -> Result<PathBuf> {
    if unprivileged()?.is_none() || open_to_others(wanted) {
        return Ok(wanted.to_owned());
    }
    // A checkout under /root: nobody else may walk there.
    Ok(PathBuf::from("/var/tmp/zvonok-bench"))
}

fn open_to_others(folder: &Path) -> bool {
    let known = folder
        .ancestors()
        .skip(1)
        .filter_map(|it| fs::metadata(it).ok());
    known.map(|it| it.mode()).all(|mode| mode & 0o001 != 0)
}

fn volatile_base() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if free_kib(memory).is_some_and(|it| it >= ENOUGH_SHARED_MEMORY_KIB) {
        return memory.to_owned();
    }
    env::temp_dir()
}

fn free_kib(folder: &Path) -> Option<u64> {
    let told = command::output(Command::new("df").arg("-Pk").arg(folder)).ok()?;
    told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// User and group to run the server as: PostgreSQL refuses to run as root.
fn unprivileged() -> Result<Option<(u32, u32)>> {
    if !tools::is_root()? {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").context("/etc/passwd")?;
    let account = account(&passwd, "postgres").or_else(|| account(&passwd, "nobody"));
    Ok(Some(
        account.context("neither account postgres nor nobody exists")?,
    ))
}

fn account(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let line = passwd
        .lines()
        .find(|it| it.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

fn as_account(program: impl AsRef<std::ffi::OsStr>, account: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir("/")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("PGDATA");
    if let Some((user, group)) = account {
        command.uid(user).gid(group);
    }
    command
}

fn private_folder(home: &Path, account: Option<(u32, u32)>) -> Result<()> {
    let socket = home.join("run");
    fs::create_dir_all(&socket).with_context(|| socket.display().to_string())?;
    for folder in [home, &socket] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        if let Some((user, group)) = account {
            chown(folder, Some(user), Some(group))?;
        }
    }
    Ok(())
}

/// Makes the data folder under another name first: interrupted, it leaves nothing half-made.
fn initdb(bin: &Path, home: &Path, account: Option<(u32, u32)>, settings: &str) -> Result<()> {
    let half = home.join("data.new");
    if half.exists() {
        fs::remove_dir_all(&half)?;
    }
    let mut initdb = as_account(bin.join("initdb"), account);
    initdb.args([
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--auth=trust",
        "--data-checksums",
    ]);
    if settings == VOLATILE {
        initdb.arg("--no-sync");
    }
    command::output(initdb.arg("-D").arg(&half))?;
    let file = half.join("postgresql.conf");
    let socket = home.join("run");
    let text = fs::read_to_string(&file)?;
    let place = format!("unix_socket_directories = '{}'\n", socket.display());
    fs::write(&file, format!("{text}{SETTINGS}{place}{settings}"))?;
    fs::rename(&half, home.join("data"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Cluster, account};
    use crate::tools;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd =
            "root:x:0:0::/:/bin/sh\npostgresql:x:1:1::/:/bin/sh\npostgres:x:105:112::/:/x\n";
        assert_eq!(account(passwd, "postgres"), Some((105, 112)));
        assert_eq!(account(passwd, "nobody"), None);
    }

    #[test]
    fn a_volatile_cluster_answers_and_leaves_nothing_behind() {
        let bin = tools::POSTGRES.ensure().unwrap();
        let cluster = Cluster::volatile(&bin).unwrap();
        assert_eq!(cluster.psql("postgres", "select 1 + 1").unwrap(), "2");
        assert_eq!(
            cluster.psql("postgres", "show listen_addresses").unwrap(),
            ""
        );
        let home = cluster.home.clone();
        drop(cluster);
        assert!(!home.exists());
    }
}
