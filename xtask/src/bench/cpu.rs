//! Processor time from `/proc`: the server, and PostgreSQL with all its backends.

use std::{fs, process::Command};

use anyhow::{Context, Result};

use crate::command;

/// The two programs whose time is counted.
pub(super) struct Meter {
    server: u32,
    postmaster: u32,
    ticks_per_second: f64,
}

/// Seconds of processor time used so far.
#[derive(Clone, Copy)]
pub(super) struct Used {
    pub(super) server: f64,
    pub(super) database: f64,
}

impl Meter {
    pub(super) fn new(server: u32, postmaster: u32) -> Result<Self> {
        let ticks = command::output(Command::new("getconf").arg("CLK_TCK"))?;
        let ticks_per_second = ticks.parse().context("strange CLK_TCK")?;
        Ok(Self {
            server,
            postmaster,
            ticks_per_second,
        })
    }

    /// Reads both. A backend that ended meanwhile is counted with its parent.
    pub(super) fn read(&self) -> Result<Used> {
        let mut server = 0;
        let mut database = 0;
        for entry in fs::read_dir("/proc")?.flatten() {
            let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else {
                continue;
            };
            let Ok(text) = fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            let Some(it) = Process::parse(&text) else {
                continue;
            };
            if pid == self.server {
                server += it.own;
            } else if pid == self.postmaster {
                database += it.own + it.ended_children;
            } else if it.parent == self.postmaster {
                database += it.own;
            }
        }
        Ok(Used {
            server: self.seconds(server),
            database: self.seconds(database),
        })
    }

    fn seconds(&self, ticks: u32) -> f64 {
        f64::from(ticks) / self.ticks_per_second
    }
}

/// What `/proc/<pid>/stat` says, in ticks.
struct Process {
    parent: u32,
    own: u32,
    ended_children: u32,
}

impl Process {
    fn parse(stat: &str) -> Option<Self> {
        // The name in brackets may hold spaces: count from behind it.
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|it| it.parse::<u32>().ok());
        Some(Self {
            parent: number(1)?,
            own: number(11)? + number(12)?,
            ended_children: number(13)? + number(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Process;

    #[test]
    fn a_name_with_spaces_and_brackets_is_no_obstacle() {
        let stat = "42 (postgres: a) b) S 7 1 1 0 -1 4194560 9 9 0 0 30 12 5 3 20 0 1 0 9 9";
        let it = Process::parse(stat).unwrap();
        assert_eq!((it.parent, it.own, it.ended_children), (7, 42, 8));
    }
}
