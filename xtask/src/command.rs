//! Running other programs with errors that say which one failed and how to repeat it.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Runs a program whose output the person sees.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program and returns what it wrote to standard output, without the last line break.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| cannot_start(command))?;
    if !done.status.success() {
        let told = String::from_utf8_lossy(&done.stderr);
        bail!(
            "`{}` failed ({}): {}",
            shown(command),
            done.status,
            told.trim()
        );
    }
    let text = String::from_utf8(done.stdout).context("the answer is not UTF-8")?;
    Ok(text.trim_end().to_owned())
}

/// The command line, shortened to what a person would repeat.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|it| it.to_string_lossy()).collect();
    words.join(" ")
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`", command.get_program().to_string_lossy())
}
