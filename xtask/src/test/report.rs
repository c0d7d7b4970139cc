//! What passed, what failed, how long it took.

use std::{ops::AddAssign, time::Instant};

use anyhow::Result;

use crate::say::{self, Progress, say};

/// Tests, or checks that count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

struct Line {
    name: &'static str,
    counts: Counts,
    seconds: f64,
}

/// Collects the outcome of each step.
pub(super) struct Report {
    progress: Progress,
    lines: Vec<Line>,
}

impl Report {
    pub(super) fn start() -> Self {
        Self {
            progress: Progress::start(),
            lines: Vec::new(),
        }
    }

    /// Runs a check that passes or fails as a whole.
    pub(super) fn step(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        self.value(name, check);
    }

    /// Runs a step whose result the next ones need; `None` after a failure.
    pub(super) fn value<T>(
        &mut self,
        name: &'static str,
        make: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        let mut result = None;
        self.tests(name, || {
            result = Some(make()?);
            Ok(Counts {
                passed: 1,
                failed: 0,
            })
        });
        result
    }

    /// Runs a step that counts its own tests.
    pub(super) fn tests(&mut self, name: &'static str, run: impl FnOnce() -> Result<Counts>) {
        say("");
        self.progress.now(format_args!("== {name}"));
        let since = Instant::now();
        let counts = run().unwrap_or_else(|error| {
            say::problem(format_args!("{name}: {error:#}"));
            Counts {
                passed: 0,
                failed: 1,
            }
        });
        self.lines.push(Line {
            name,
            counts,
            seconds: since.elapsed().as_secs_f64(),
        });
    }

    pub(super) fn failed(&self) -> bool {
        self.total().failed > 0
    }

    /// The table of steps, and alone on the last line how many passed and failed.
    pub(super) fn sum_up(&self) {
        say("");
        for line in &self.lines {
            let verdict = if line.counts.failed > 0 {
                "FAILED"
            } else {
                "ok"
            };
            let Counts { passed, failed } = line.counts;
            say(format_args!(
                "{verdict:6} {:42} {:7.1} s  {passed} passed, {failed} failed",
                line.name, line.seconds
            ));
        }
        say(format_args!("in all {:.0} s", self.progress.seconds()));
        let Counts { passed, failed } = self.total();
        say(format_args!("{passed} passed, {failed} failed"));
    }

    fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.lines.iter().for_each(|it| total += it.counts);
        total
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::{Counts, Report};

    #[test]
    fn a_failed_step_fails_the_whole_and_keeps_what_passed() {
        let mut report = Report::start();
        report.tests("many", || {
            Ok(Counts {
                passed: 7,
                failed: 0,
            })
        });
        assert!(!report.failed());
        report.step("one", || bail!("no"));
        assert_eq!(
            report.total(),
            Counts {
                passed: 7,
                failed: 1
            }
        );
        assert!(report.failed());
    }
}
