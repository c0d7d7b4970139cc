use std::ops::Range;

use chrono::{Datelike, Days, Months, NaiveDate};
use curriculum::{Frame, Period, PeriodId};
use schedule::Lesson;

use crate::Error;

/// At most so many lessons stand side by side (`ux.md` §4.2).
const MOST_COLUMNS: usize = 60;

/// Which period of the year a journal is about: averages and proposals are its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GridTerm {
    /// The one of today, or of the day of the [`GridSpan`].
    #[default]
    Now,
    Year,
    Id(PeriodId),
}

/// Which lessons of the period stand side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GridSpan {
    /// As many as fit, today's among them.
    #[default]
    Newest,
    /// As many as fit, up to the day before.
    Before(NaiveDate),
    /// The week of the day, Monday to Sunday.
    Week(NaiveDate),
    /// The month of the day.
    Month(NaiveDate),
    /// The whole period, for paper and files.
    All,
}

impl GridSpan {
    /// First and last day of a week or a month.
    pub fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        match self {
            Self::Week(day) => {
                let monday = kernel::dates::week_start(day);
                Some((monday, monday + Days::new(6)))
            }
            Self::Month(day) => {
                let first = day.with_day(1)?;
                Some((first, first + Months::new(1) - Days::new(1)))
            }
            _ => None,
        }
    }

    /// The week or month before, or after.
    #[must_use]
    pub fn next(self, back: bool) -> Self {
        match self {
            Self::Week(day) if back => Self::Week(day - Days::new(7)),
            Self::Week(day) => Self::Week(day + Days::new(7)),
            Self::Month(day) if back => Self::Month(day - Months::new(1)),
            Self::Month(day) => Self::Month(day + Months::new(1)),
            other => other,
        }
    }

    /// The day whose period is meant.
    const fn day(self) -> Option<NaiveDate> {
        match self {
            Self::Week(day) | Self::Month(day) => Some(day),
            _ => None,
        }
    }

    /// Where the lessons shown stand among all of the period.
    pub(super) fn of(self, lessons: &[Lesson], today: NaiveDate) -> Range<usize> {
        let until = |day| lessons.partition_point(|it| it.held_on < day);
        match self {
            Self::All => 0..lessons.len(),
            Self::Week(_) | Self::Month(_) => self.days().map_or(0..0, |(first, last)| {
                until(first)..lessons.partition_point(|it| it.held_on <= last)
            }),
            Self::Before(day) => until(day).saturating_sub(MOST_COLUMNS)..until(day),
            Self::Newest => {
                let past = lessons.partition_point(|it| it.held_on <= today);
                let first = past
                    .saturating_sub(MOST_COLUMNS - 1)
                    .min(lessons.len().saturating_sub(MOST_COLUMNS));
                first..lessons.len().min(first + MOST_COLUMNS)
            }
        }
    }
}

impl GridTerm {
    /// The period; `None` is the whole year.
    pub(super) fn of(
        self,
        frame: &Frame,
        span: GridSpan,
        today: NaiveDate,
    ) -> Result<Option<Period>, Error> {
        match self {
            Self::Now => Ok(frame.term_on(span.day().unwrap_or(today)).cloned()),
            Self::Year => Ok(None),
            Self::Id(id) => frame
                .terms()
                .find(|it| it.id == id)
                .cloned()
                .map(Some)
                .ok_or(Error::NotFound),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// JRN-1: a week is Monday to Sunday, a month all its days.
    #[test]
    fn a_span_knows_its_days_and_its_neighbours() {
        let week = GridSpan::Week(day("2026-11-22"));
        assert_eq!(week.days(), Some((day("2026-11-16"), day("2026-11-22"))));
        assert_eq!(
            week.next(false).days(),
            Some((day("2026-11-23"), day("2026-11-29")))
        );
        let month = GridSpan::Month(day("2027-01-31"));
        assert_eq!(month.days(), Some((day("2027-01-01"), day("2027-01-31"))));
        assert_eq!(
            month.next(false).days(),
            Some((day("2027-02-01"), day("2027-02-28")))
        );
        assert_eq!(GridSpan::Newest.days(), None);
    }
}
