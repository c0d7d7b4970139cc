use std::{
    fs::{self, File, OpenOptions},
    io::ErrorKind,
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, postgres::PgConnectOptions};

use super::{
    Config, Doing, EmbeddedError, Keep, Result,
    account::Account,
    keeper::Keeper,
    place::{self, Binaries},
    secret,
};

const PORT: u16 = 5432;
const DATABASE: &str = "zvonok";
const SUPERUSER: &str = "postgres";
const LOGIN: &str = "zvonok_login";
/// Recovery after a power cut may take a while; a start takes a second.
const PATIENCE: Duration = Duration::from_mins(2);
const STEP: Duration = Duration::from_millis(10);
const LONGEST_LOG: u64 = 10 << 20;

const EVERYWHERE: [(&str, &str); 7] = [
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "100"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    // Short statements gain nothing from it.
    ("jit", "off"),
    // Parameters of a statement are people's data.
    ("log_parameter_max_length_on_error", "0"),
];

const VOLATILE: [(&str, &str); 8] = [
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("autovacuum", "off"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "1d"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
];

/// A running private server.
///
/// Dropped, it stops where it was started by this process; [`Server::stop`]
/// does the same and waits in an orderly way.
pub struct Server {
    home: Home,
    /// None where another process started it and will stop it.
    keeper: Option<Keeper>,
}

/// Where everything of one cluster lies.
struct Home {
    binaries: PathBuf,
    account: Account,
    root: PathBuf,
    data: PathBuf,
    socket: PathBuf,
    keep: Keep,
    superuser_password: String,
    login_password: String,
}

impl Server {
    /// Starts the server, or shares the one that runs over this folder
    /// already, and prepares its database. At the first start it makes the
    /// cluster, which takes about a second.
    pub async fn start(config: &Config) -> Result<Self> {
        let home = Home::furnish(config)?;
        // One starter at a time, whichever process comes first.
        let lock = home.lock().await?;
        home.make_cluster()?;
        let keeper = home.find_or_start(config).await?;
        let server = Self { home, keeper };
        server.prepare().await?;
        drop(lock);
        Ok(server)
    }

    /// The URL of the application's login, which row policies bind.
    pub fn app_url(&self) -> String {
        self.home
            .options(LOGIN, &self.home.login_password, DATABASE)
            .to_url_lossy()
            .to_string()
    }

    /// The URL of the superuser, for [`crate::migrate`], [`crate::Bulk`] and
    /// backups. It opens everything; it must not reach the application.
    pub fn admin_url(&self) -> String {
        self.home.admin(DATABASE).to_url_lossy().to_string()
    }

    /// The URL of the superuser in the server's own database, for making
    /// databases (tests).
    pub fn maintenance_url(&self) -> String {
        self.home.admin("postgres").to_url_lossy().to_string()
    }

    /// Whether this process started the server and will stop it.
    pub const fn is_ours(&self) -> bool {
        self.keeper.is_some()
    }

    /// The folder that holds the cluster; not the configured one where the
    /// server's account could not reach that.
    pub fn folder(&self) -> &Path {
        &self.home.root
    }

    /// The folder with the server's programs, such as `pg_dump`.
    pub fn binaries(&self) -> &Path {
        &self.home.binaries
    }

    /// The process of the server.
    pub fn process(&self) -> Option<u32> {
        u32::try_from(self.home.postmaster()?.as_raw_nonzero().get()).ok()
    }

    /// Disconnects everybody, writes everything down and waits for the end of
    /// the server, if this process started it.
    pub async fn stop(mut self) {
        if let Some(keeper) = self.keeper.take() {
            // The wait is short but blocks; it has a thread of its own.
            let _ = tokio::task::spawn_blocking(move || drop(keeper)).await;
        }
    }

    /// The application's database, owned by `zvonok_owner`, and the password
    /// of the application's login. Nothing is changed where it stands already.
    async fn prepare(&self) -> Result<()> {
        let mut conn = self.home.admin("postgres").connect().await?;
        conn.execute(crate::migrator::ROLES).await?;
        // A generated password is hex: nothing in it can be a quote.
        conn.execute(AssertSqlSafe(format!(
            "alter role {LOGIN} password '{}'",
            self.home.login_password
        )))
        .await?;
        let exists: bool =
            sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
                .bind(DATABASE)
                .fetch_one(&mut conn)
                .await?;
        if !exists {
            conn.execute(AssertSqlSafe(format!(
                "create database {DATABASE} owner zvonok_owner"
            )))
            .await?;
        }
        conn.close().await?;
        Ok(())
    }
}

impl Home {
    fn furnish(config: &Config) -> Result<Self> {
        let account = Account::choose();
        let folder = place::reachable(&config.folder, account)?;
        let Binaries {
            folder: binaries,
            major,
        } = place::binaries(config.binaries.as_deref(), &folder)?;
        let root = folder.join(major.to_string());
        let socket = place::socket_folder(&root);
        for it in [&folder, &root] {
            place::make_private(it, account)?;
        }
        // As the processes of the server will see it, whatever links lead there.
        let root = fs::canonicalize(&root).doing(root.display())?;
        Ok(Self {
            superuser_password: secret::kept_in(&root.join("superuser.password"))?,
            login_password: secret::kept_in(&root.join("login.password"))?,
            data: root.join("data"),
            keep: config.keep,
            binaries,
            account,
            root,
            socket,
        })
    }

    fn options(&self, user: &str, password: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(PORT)
            .username(user)
            .password(password)
            .database(database)
    }

    fn admin(&self, database: &str) -> PgConnectOptions {
        self.options(SUPERUSER, &self.superuser_password, database)
    }

    /// Waits until no other process is starting this cluster.
    async fn lock(&self) -> Result<File> {
        let lock = self.open("starter.lock")?;
        tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
            .await
            .unwrap_or_else(|it| Err(std::io::Error::other(it)))
            .doing("starter.lock")
    }

    fn open(&self, name: &str) -> Result<File> {
        let path = self.root.join(name);
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .doing(path.display())
    }

    /// `initdb` into a folder aside that is renamed when it is whole: an
    /// interrupted start leaves nothing half-made.
    fn make_cluster(&self) -> Result<()> {
        if self.data.join("PG_VERSION").exists() {
            return Ok(());
        }
        let aside = self.root.join("data.new");
        if aside.exists() {
            fs::remove_dir_all(&aside).doing(aside.display())?;
        }
        let password = self.root.join("initdb.password");
        fs::write(&password, &self.superuser_password).doing(password.display())?;
        self.account.own(&password, 0o600)?;
        let made = self.run_initdb(&aside, &password);
        fs::remove_file(&password).doing(password.display())?;
        made?;
        fs::rename(&aside, &self.data).doing(self.data.display())
    }

    fn run_initdb(&self, data: &Path, password: &Path) -> Result<()> {
        let mut initdb = Command::new(self.binaries.join("initdb"));
        self.account.put_on(&mut initdb);
        initdb
            .args([
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--auth=scram-sha-256",
            ])
            .args([
                "--data-checksums",
                "--no-instructions",
                "--username",
                SUPERUSER,
            ])
            .args((self.keep == Keep::Volatile).then_some("--no-sync"))
            .arg(format!("--pwfile={}", password.display()))
            .arg("-D")
            .arg(data);
        let done = initdb.output().doing("initdb")?;
        if done.status.success() {
            return Ok(());
        }
        let message = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        Err(EmbeddedError::Tool {
            tool: "initdb",
            message,
        })
    }

    /// Whoever holds the lock `holder.lock` answers for the running server.
    /// Where it is taken, the server is shared. Where it is free, what still
    /// runs has lost its starter: it is stopped and started anew.
    async fn find_or_start(&self, config: &Config) -> Result<Option<Keeper>> {
        let holder = self.open("holder.lock")?;
        let deadline = Instant::now() + PATIENCE;
        while holder.try_lock().is_err() {
            match self.admin("postgres").connect().await {
                Ok(conn) => {
                    conn.close().await?;
                    return Ok(None);
                }
                Err(refusal) if !is_not_yet(&refusal) => return Err(refusal.into()),
                // Its holder is stopping it; then the lock gets free.
                Err(_) if Instant::now() > deadline => return Err(self.not_ready()),
                Err(_) => tokio::time::sleep(STEP).await,
            }
        }
        self.clear_away().await?;
        place::make_private(&self.socket, self.account)?;
        let keeper = Keeper::start(self.postgres(config)?, self.socket.clone(), holder)?;
        self.wait_until_ready(&keeper).await?;
        Ok(Some(keeper))
    }

    /// Stops what is left of an orphaned server and forgets its pid file,
    /// which after a restart of the machine may name a stranger.
    async fn clear_away(&self) -> Result<()> {
        let pid_file = self.data.join("postmaster.pid");
        let deadline = Instant::now() + PATIENCE;
        while let Some(process) = self.processes().first().copied() {
            // SIGINT: the postmaster disconnects everybody and stops; one of
            // its children without it only ends its statement, and goes.
            let postmaster = self.postmaster().unwrap_or(process);
            let _ = kill_process(postmaster, Signal::INT);
            if Instant::now() > deadline {
                return Err(self.not_ready());
            }
            tokio::time::sleep(STEP * 5).await;
        }
        match fs::remove_file(&pid_file) {
            Err(missing) if missing.kind() == ErrorKind::NotFound => Ok(()),
            other => other.doing(pid_file.display()),
        }
    }

    /// The process that the pid file names, if it is a server over our data.
    fn postmaster(&self) -> Option<Pid> {
        let file = fs::read_to_string(self.data.join("postmaster.pid")).ok()?;
        let pid = Pid::from_raw(file.lines().next()?.trim().parse().ok()?)?;
        self.processes().contains(&pid).then_some(pid)
    }

    /// All processes of a server over our data: they work in its folder.
    fn processes(&self) -> Vec<Pid> {
        let works_here = |it: &fs::DirEntry| {
            fs::read_link(it.path().join("cwd")).is_ok_and(|folder| folder == self.data)
        };
        fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter(works_here)
            .filter_map(|it| Pid::from_raw(it.file_name().to_str()?.parse().ok()?))
            .collect()
    }

    fn postgres(&self, config: &Config) -> Result<Command> {
        let log = self.log()?;
        let mut postgres = self
            .account
            .command_that_ends_with_us(&self.binaries.join("postgres"));
        postgres
            .arg("-D")
            .arg(&self.data)
            .arg("-k")
            .arg(&self.socket);
        postgres.args(["-p", &PORT.to_string()]);
        let mut set = |name: &str, value: &str| {
            postgres.arg("-c").arg(format!("{name}={value}"));
        };
        for (name, value) in EVERYWHERE {
            set(name, value);
        }
        if self.keep == Keep::Volatile {
            for (name, value) in VOLATILE {
                set(name, value);
            }
        }
        for (name, value) in &config.settings {
            set(name, value);
        }
        postgres
            .stdin(Stdio::null())
            .stdout(log.try_clone().doing("server.log")?)
            .stderr(log)
            // Ctrl-C in the terminal reaches us first; then we stop the server.
            .process_group(0);
        Ok(postgres)
    }

    fn log(&self) -> Result<File> {
        let path = self.root.join("server.log");
        if fs::metadata(&path).is_ok_and(|it| it.len() > LONGEST_LOG) {
            fs::rename(&path, self.root.join("server.log.old")).doing(path.display())?;
        }
        self.open("server.log")
    }

    async fn wait_until_ready(&self, keeper: &Keeper) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.admin("postgres").connect().await {
                Ok(conn) => return Ok(conn.close().await?),
                Err(refusal) if !is_not_yet(&refusal) => return Err(refusal.into()),
                Err(_) if keeper.has_ended() => {
                    return Err(EmbeddedError::Tool {
                        tool: "postgres",
                        message: self.log_end(),
                    });
                }
                Err(_) if Instant::now() > deadline => return Err(self.not_ready()),
                Err(_) => tokio::time::sleep(STEP).await,
            }
        }
    }

    fn not_ready(&self) -> EmbeddedError {
        EmbeddedError::NotReady {
            seconds: PATIENCE.as_secs(),
            log: self.root.join("server.log"),
        }
    }

    fn log_end(&self) -> String {
        let log = fs::read_to_string(self.root.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(8)..].join(" | ")
    }
}

/// No socket yet, or a server that is starting up or going down.
fn is_not_yet(refusal: &sqlx::Error) -> bool {
    match refusal {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(it) => matches!(it.code().as_deref(), Some("57P03" | "57P01")),
        _ => false,
    }
}
