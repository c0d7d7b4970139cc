use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    process::{Command, ExitStatus},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Doing, Result};

/// Answers for a server that this process started: dropped, it stops it and
/// waits for its end.
///
/// The server hangs on a thread of its own that lives as long as the server,
/// because the kernel sends the parent's death signal when the *thread* ends
/// that started the child.
pub(super) struct Keeper {
    process: Pid,
    thread: Option<JoinHandle<io::Result<ExitStatus>>>,
    /// Goes with the server: it may lie outside of the cluster's folder.
    socket: PathBuf,
    /// Held until the server is gone.
    _holder: File,
}

impl Keeper {
    pub(super) fn start(mut command: Command, socket: PathBuf, holder: File) -> Result<Self> {
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                let mut child = match command.spawn() {
                    Ok(child) => child,
                    Err(error) => {
                        // Nobody listens only where the starter is gone.
                        let _ = tell.send(Err(error));
                        return Err(io::ErrorKind::NotFound.into());
                    }
                };
                let _ = tell.send(Ok(Pid::from_child(&child)));
                child.wait()
            })
            .doing("a thread for postgres")?;
        let process = told
            .recv()
            .unwrap_or_else(|it| Err(io::Error::other(it)))
            .doing("postgres")?;
        Ok(Self {
            process,
            thread: Some(thread),
            socket,
            _holder: holder,
        })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        if !thread.is_finished() {
            // SIGINT is the fast shutdown: everybody is disconnected and
            // everything written down.
            let _ = kill_process(self.process, Signal::INT);
        }
        let _ = thread.join();
        // What is not empty, somebody has put something into.
        let _ = fs::remove_dir(&self.socket);
    }
}
