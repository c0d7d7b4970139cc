//! Runs test runners and reads from their output how many tests there were.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context, Result};

use super::report::Counts;
use crate::{command, say::say};

/// Whose closing line is to be read. Only that one: a failed test's own output may hold another.
#[derive(Clone, Copy)]
pub(super) enum Runner {
    Nextest,
    CargoTest,
    Node,
}

/// Passes the runner's output on and counts its tests.
pub(super) fn watched(mut runner: Command, whose: Runner) -> Result<Counts> {
    runner
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let shown = command::shown(&runner);
    let mut child = runner
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let errors = child
        .stderr
        .take()
        .map(|it| thread::spawn(move || pass_on(it, whose)));
    let mut told = child
        .stdout
        .take()
        .map(|it| pass_on(it, whose))
        .unwrap_or_default();
    if let Some(more) = errors.and_then(|it| it.join().ok()) {
        told.counts += more.counts;
        told.failures.extend(more.failures);
    }
    let Told {
        mut counts,
        failures,
    } = told;
    if !failures.is_empty() {
        // An hour of output lies between some of them and the end.
        say("");
        say("failed:");
        failures.iter().for_each(say);
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        say(format_args!("`{shown}` ended with {status}"));
        counts.failed += 1;
    }
    Ok(counts)
}

/// The files in the folder whose name ends so.
pub(super) fn files_in(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What was read from the output of a runner.
#[derive(Default)]
struct Told {
    counts: Counts,
    /// The words of each failed test, for runners that do not repeat them at the end.
    failures: Vec<String>,
}

fn pass_on(output: impl Read, whose: Runner) -> Told {
    let mut told = Told::default();
    let mut failure: Option<String> = None;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some(more) = counted(&line, whose) {
            told.counts += more;
        }
        if matches!(whose, Runner::Node) {
            told.failures.extend(failure_of_node(&mut failure, &line));
        }
        say(line);
    }
    told
}

/// The block of a failed test once its last line was read: from `not ok` to
/// `...`. A suite that only says that its tests failed is left out.
fn failure_of_node(block: &mut Option<String>, line: &str) -> Option<String> {
    let line = line.trim_end();
    let text = line.trim_start();
    if text.starts_with("not ok ") {
        *block = Some(String::new());
    }
    let lines = block.as_mut()?;
    lines.push_str(line);
    lines.push('\n');
    if text != "..." {
        return None;
    }
    let whole = block.take()?;
    (!whole.contains("failureType: 'subtestsFailed'")).then_some(whole)
}

/// What the line says if it is the closing line of that runner.
fn counted(line: &str, whose: Runner) -> Option<Counts> {
    match whose {
        Runner::Nextest => nextest(line.trim_start()),
        Runner::CargoTest => cargo_test(line),
        Runner::Node => node(line),
    }
}

/// `Summary [ 1.2s] 5 tests run: 4 passed (1 slow), 1 failed, 0 skipped`
fn nextest(line: &str) -> Option<Counts> {
    let told = line.strip_prefix("Summary [")?.split_once(" run: ")?.1;
    let failed = ["failed", "timed out", "exec failed"].map(|it| before(told, it));
    Some(Counts {
        passed: before(told, "passed"),
        failed: failed.iter().sum(),
    })
}

/// `test result: ok. 5 passed; 0 failed; 0 ignored`
fn cargo_test(line: &str) -> Option<Counts> {
    let told = line.strip_prefix("test result: ")?;
    Some(Counts {
        passed: before(told, "passed"),
        failed: before(told, "failed"),
    })
}

/// `# pass 5` or, in a terminal, `ℹ pass 5`
fn node(line: &str) -> Option<Counts> {
    let told = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = told.split_once(' ')?;
    let number = number.trim().parse().ok()?;
    match word {
        "pass" => Some(Counts {
            passed: number,
            failed: 0,
        }),
        "fail" | "cancelled" => Some(Counts {
            passed: 0,
            failed: number,
        }),
        _ => None,
    }
}

/// The number in front of the word, `3` in `3 passed; 1 failed` for `passed`.
fn before(told: &str, word: &str) -> usize {
    let parts = told.split([',', ';', '(', '.']).map(str::trim);
    let mut with_word = parts.filter_map(|it| it.strip_suffix(word));
    with_word.find_map(|it| it.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Counts, Runner, counted, failure_of_node};

    #[track_caller]
    fn check(whose: Runner, line: &str, passed: usize, failed: usize) {
        assert_eq!(
            counted(line, whose),
            Some(Counts { passed, failed }),
            "{line}"
        );
    }

    #[test]
    fn closing_lines_of_all_runners_are_understood() {
        let nextest = Runner::Nextest;
        check(
            nextest,
            "     Summary [   0.005s] 5 tests run: 5 passed, 2 skipped",
            5,
            0,
        );
        check(
            nextest,
            "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped",
            1,
            0,
        );
        check(
            nextest,
            "  Summary [ 9.1s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out",
            6,
            3,
        );
        check(
            Runner::CargoTest,
            "test result: FAILED. 3 passed; 1 failed; 0 ignored",
            3,
            1,
        );
        check(Runner::Node, "ℹ pass 12", 12, 0);
        check(Runner::Node, "# fail 2", 0, 2);
        check(Runner::Node, "# cancelled 1", 0, 1);
    }

    #[test]
    fn other_lines_say_nothing() {
        assert_eq!(
            counted("test result: FAILED. 0 passed; 1 failed", Runner::Nextest),
            None
        );
        assert_eq!(counted("# tests 12", Runner::Node), None);
        assert_eq!(counted("pass 12", Runner::Node), None);
    }

    #[test]
    fn a_failed_test_is_told_whole_and_its_suite_is_not() {
        let output = "\
# Subtest: a day
    not ok 1 - a lesson
      ---
      error: 'nothing came'
      ...
    ok 2 - another
      ---
      ...
not ok 1 - a day
  ---
  failureType: 'subtestsFailed'
  ...
";
        let mut block = None;
        let told: Vec<_> = output
            .lines()
            .filter_map(|it| failure_of_node(&mut block, it))
            .collect();
        let lesson = "    not ok 1 - a lesson\n      ---\n      error: 'nothing came'\n      ...\n";
        assert_eq!(told, [lesson]);
    }
}
