use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use super::{Doing, Result};

/// The account that the server runs under: our own, or another one where we
/// are root, because PostgreSQL refuses to run as root.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Whether it is not our own.
    pub(super) is_other: bool,
}

impl Account {
    pub(super) fn choose() -> Self {
        let own = rustix::process::geteuid();
        if !own.is_root() {
            let gid = rustix::process::getegid().as_raw();
            return Self {
                uid: own.as_raw(),
                gid,
                is_other: false,
            };
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (uid, gid) = find(&passwd, "postgres")
            .or_else(|| find(&passwd, "nobody"))
            .unwrap_or((65534, 65534));
        Self {
            uid,
            gid,
            is_other: true,
        }
    }

    /// Lets the command run under this account, with a plain environment:
    /// settings of another PostgreSQL must not reach this one.
    pub(super) fn put_on(self, command: &mut Command) {
        if self.is_other {
            // Also clears the supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        plain(command);
    }

    /// A command that the kernel interrupts when we end, however we end;
    /// without `setpriv` it only runs under this account, and the next start
    /// stops what is left.
    pub(super) fn command_that_ends_with_us(self, program: &Path) -> Command {
        if !can_setpriv() {
            let mut command = Command::new(program);
            self.put_on(&mut command);
            return command;
        }
        let mut command = Command::new("setpriv");
        if self.is_other {
            command
                .arg(format!("--reuid={}", self.uid))
                .arg(format!("--regid={}", self.gid));
            command.arg("--clear-groups");
        }
        command.args(["--pdeathsig", "INT", "--"]).arg(program);
        plain(&mut command);
        command
    }

    /// Gives the path to the account and closes it to all others.
    pub(super) fn own(self, path: &Path, mode: u32) -> Result<()> {
        if self.is_other {
            chown(path, Some(self.uid), Some(self.gid)).doing(path.display())?;
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).doing(path.display())
    }
}

fn find(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some((uid, gid))
    })
}

fn plain(command: &mut Command) {
    command
        .current_dir("/")
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC");
    command.env(
        "PATH",
        std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()),
    );
}

fn can_setpriv() -> bool {
    Command::new("setpriv")
        .arg("--help")
        .output()
        .is_ok_and(|it| String::from_utf8_lossy(&it.stdout).contains("--pdeathsig"))
}
