//! What primary scores mean: test score, mark and threshold, per year and
//! subject. The numbers change every year, so the school enters them.

use std::ops::RangeInclusive;

use kernel::{SubjectId, YearId};
use serde::{Deserialize, Serialize};

use crate::ExamKind;

kernel::id!(/// The scale of a subject in a year.
    ScaleId);

/// From a primary score on, this is the test score and the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub from: i16,
    // The history keeps no nulls, so there shall be none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<i16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<i16>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub id: ScaleId,
    pub year: YearId,
    pub kind: ExamKind,
    pub subject: SubjectId,
    pub name: String,
    pub max_primary: i16,
    /// The least primary score that passes.
    pub pass_primary: Option<i16>,
    /// In rising order.
    pub steps: Vec<Step>,
    pub version: i32,
}

/// What is said of a scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleFields {
    pub kind: ExamKind,
    pub subject: SubjectId,
    pub name: String,
    pub max_primary: i16,
    pub pass_primary: Option<i16>,
    pub steps: Vec<Step>,
}

/// A table that is no scale, with the number of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoScale {
    pub line: usize,
}

impl Scale {
    /// The step that a primary score is on.
    pub fn step(&self, primary: i16) -> Option<&Step> {
        self.steps.iter().rfind(|it| it.from <= primary)
    }
}

/// Reads a table of «from — test score — mark», a line a step, as people copy
/// it from a sheet or type it. `hundred` tells whether a second number is a
/// test score where there is no third.
pub(crate) fn read_steps(text: &str, max: i16, hundred: bool) -> Result<Vec<Step>, NoScale> {
    let mut steps: Vec<Step> = vec![];
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let wrong = NoScale { line: at + 1 };
        let step = read_step(line, hundred).ok_or(wrong)?;
        let rises = steps.last().is_none_or(|before| before.from < step.from);
        if !rises || step.from > max {
            return Err(wrong);
        }
        steps.push(step);
    }
    Ok(steps)
}

fn read_step(line: &str, test: bool) -> Option<Step> {
    let cells: Vec<&str> = line
        .split(|it: char| it.is_whitespace() || ";,|=".contains(it))
        .filter(|it| !it.is_empty())
        .collect();
    let (from, test, mark) = match *cells.as_slice() {
        [from, value] if test => (from, value, NONE),
        [from, value] => (from, NONE, value),
        [from, test, mark] => (from, test, mark),
        _ => return None,
    };
    Some(Step {
        from: from.parse().ok().filter(|it| (0..=999).contains(it))?,
        test: number(test, 0..=100).ok()?,
        mark: number(mark, 2..=5).ok()?,
    })
}

/// Stands for no number.
const NONE: &str = "–";

/// The text is no number of the range, and no dash.
struct NotANumber;

fn number(text: &str, within: RangeInclusive<i16>) -> Result<Option<i16>, NotANumber> {
    if matches!(text, "-" | NONE | "—") {
        return Ok(None);
    }
    let number = text.parse().map_err(|_| NotANumber)?;
    if within.contains(&number) {
        Ok(Some(number))
    } else {
        Err(NotANumber)
    }
}

/// The table as [`read_steps`] reads it.
pub(crate) fn show_steps(steps: &[Step], test: bool) -> String {
    let show = |it: Option<i16>| it.map_or_else(|| NONE.to_owned(), |it| it.to_string());
    let line = |it: &Step| match (it.test, it.mark) {
        (value, None) if test => format!("{} {}", it.from, show(value)),
        (None, value) if !test => format!("{} {}", it.from, show(value)),
        (value, mark) => format!("{} {} {}", it.from, show(value), show(mark)),
    };
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_is_copied() {
        let step = |from, test, mark| Step { from, test, mark };
        let five = vec![step(0, None, Some(2)), step(8, None, Some(3))];
        for text in [
            "0 2\n8 3",
            "0\t2\r\n8\t3\n\n",
            "0;2\n8;3",
            "0 = 2\n8 = 3",
            "0 – 2\n8 – 3",
        ] {
            assert_eq!(read_steps(text, 31, false), Ok(five.clone()), "{text}");
        }
        let hundred = vec![step(0, Some(0), None), step(1, Some(3), None)];
        assert_eq!(read_steps("0 0\n1 3", 50, true), Ok(hundred.clone()));
        for (steps, test) in [(five, false), (hundred, true)] {
            assert_eq!(read_steps(&show_steps(&steps, test), 50, test), Ok(steps));
        }
    }

    #[test]
    fn what_is_no_table_names_its_line() {
        for (text, line) in [
            ("0 2\nа 3", 2),
            ("8 3\n0 2", 2),
            ("40 5", 1),
            ("0 6", 1),
            ("0", 1),
            ("1 2 3 4", 1),
        ] {
            assert_eq!(read_steps(text, 31, false), Err(NoScale { line }), "{text}");
        }
        assert_eq!(read_steps("0 101", 31, true), Err(NoScale { line: 1 }));
        assert_eq!(read_steps("", 31, true), Ok(vec![]));
    }
}
