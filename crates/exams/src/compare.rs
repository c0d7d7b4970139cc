//! The marks of an exam beside those of the journal: confirmed, raised, lowered.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::{Outcome, Turnout};

/// What an exam said of the mark in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Confirmed,
    /// The exam was better than the journal.
    Raised,
    Lowered,
}

impl Verdict {
    /// Compares two marks of five; nothing is said where one is missing.
    pub fn of(exam: Option<i16>, journal: Option<Decimal>) -> Option<Self> {
        let exam = Decimal::from(exam?);
        Some(match exam.cmp(&journal?) {
            std::cmp::Ordering::Equal => Self::Confirmed,
            std::cmp::Ordering::Greater => Self::Raised,
            std::cmp::Ordering::Less => Self::Lowered,
        })
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Raised => "raised",
            Self::Lowered => "lowered",
        }
    }
}

/// One pupil, as the summary counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) turnout: Turnout,
    pub(crate) primary: Option<i16>,
    pub(crate) outcome: Outcome,
    pub(crate) verdict: Option<Verdict>,
}

/// Some pupils added up: a class, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub listed: usize,
    pub entered: usize,
    pub present: usize,
    pub absent: usize,
    pub out: usize,
    /// How many have a 2, 3, 4, 5.
    pub marks: [usize; 4],
    pub passed: usize,
    pub failed: usize,
    pub confirmed: usize,
    pub raised: usize,
    pub lowered: usize,
    primary: (Decimal, usize),
    test: (Decimal, usize),
}

impl Summary {
    pub(crate) fn add(&mut self, it: Counted) {
        self.listed += 1;
        self.entered += usize::from(it.turnout != Turnout::Unset);
        self.present += usize::from(it.turnout == Turnout::Present);
        self.absent += usize::from(it.turnout.is_absent());
        self.out += usize::from(it.turnout == Turnout::Out);
        if let Some(place) = it.outcome.mark.and_then(|it| usize::try_from(it - 2).ok())
            && let Some(count) = self.marks.get_mut(place)
        {
            *count += 1;
        }
        self.passed += usize::from(it.outcome.passed == Some(true));
        self.failed += usize::from(it.outcome.passed == Some(false));
        match it.verdict {
            Some(Verdict::Confirmed) => self.confirmed += 1,
            Some(Verdict::Raised) => self.raised += 1,
            Some(Verdict::Lowered) => self.lowered += 1,
            None => {}
        }
        for (sum, value) in [
            (&mut self.primary, it.primary),
            (&mut self.test, it.outcome.test),
        ] {
            if let Some(value) = value {
                sum.0 += Decimal::from(value);
                sum.1 += 1;
            }
        }
    }

    pub const fn compared(&self) -> usize {
        self.confirmed + self.raised + self.lowered
    }

    fn marked(&self) -> usize {
        self.marks.iter().sum()
    }

    /// Share of 3, 4 and 5 («успеваемость»), in percent.
    pub fn success(&self) -> Option<Decimal> {
        percent(self.marked() - self.marks[0], self.marked())
    }

    /// Share of 4 and 5 («качество»), in percent.
    pub fn quality(&self) -> Option<Decimal> {
        percent(self.marks[2] + self.marks[3], self.marked())
    }

    pub fn average_primary(&self) -> Option<Decimal> {
        average(self.primary)
    }

    pub fn average_test(&self) -> Option<Decimal> {
        average(self.test)
    }

    pub fn average_mark(&self) -> Option<Decimal> {
        let sum: usize = self
            .marks
            .iter()
            .zip(2..)
            .map(|(count, mark)| count * mark)
            .sum();
        average((Decimal::from(sum), self.marked()))
    }
}

fn average((sum, count): (Decimal, usize)) -> Option<Decimal> {
    sum.checked_div(Decimal::from(count))
}

/// `None` of nothing.
pub(crate) fn percent(part: usize, whole: usize) -> Option<Decimal> {
    (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole))
}

/// A share in whole percents, for a bar.
pub(crate) fn whole_percent(part: usize, whole: usize) -> u32 {
    percent(part, whole)
        .and_then(|it| it.round().to_u32())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JRN-9: confirmed / raised / lowered, and only where both marks are there.
    #[test]
    fn marks_are_compared_and_counted() {
        let mut all = Summary::default();
        for (exam, journal) in [(4, 4), (5, 4), (2, 3), (3, 3)] {
            let outcome = Outcome {
                mark: Some(exam),
                test: None,
                passed: Some(exam > 2),
            };
            all.add(Counted {
                turnout: Turnout::Present,
                primary: Some(exam * 5),
                outcome,
                verdict: Verdict::of(Some(exam), Some(Decimal::from(journal))),
            });
        }
        all.add(Counted {
            turnout: Turnout::Ill,
            primary: None,
            outcome: Outcome::default(),
            verdict: Verdict::of(None, Some(Decimal::from(5))),
        });
        assert_eq!((all.listed, all.present, all.absent), (5, 4, 1));
        assert_eq!(
            (all.confirmed, all.raised, all.lowered, all.compared()),
            (2, 1, 1, 4)
        );
        assert_eq!((all.passed, all.failed), (3, 1));
        assert_eq!(all.quality(), Some(Decimal::from(50)));
        assert_eq!(all.success(), Some(Decimal::from(75)));
        assert_eq!(all.average_mark(), Some(Decimal::new(35, 1)));
        assert_eq!(Summary::default().average_mark(), None);
        assert_eq!(whole_percent(1, 3), 33);
    }
}
