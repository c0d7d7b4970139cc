//! Everything these commands tell a person goes through here.

use std::{
    fmt::Display,
    io::{self, Write},
    time::Instant,
};

/// Writes one line. A reader that went away is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Writes one line about what goes on, where standard output is for the result alone.
pub(crate) fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes one line about what went wrong.
pub(crate) fn problem(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "error: {line}");
}

/// Progress with the seconds since the start, so that a person sees that it moves.
pub(crate) struct Progress {
    since: Instant,
}

impl Progress {
    pub(crate) fn start() -> Self {
        Self {
            since: Instant::now(),
        }
    }

    /// Says what is being done now.
    pub(crate) fn now(&self, what: impl Display) {
        say(format_args!("[{:6.1} s] {what}", self.seconds()));
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.since.elapsed().as_secs_f64()
    }
}
