//! First and last day of a report as people type them, and what is wrong with
//! them (§1.0.2).

use chrono::NaiveDate;
use kernel::dates::{parse_date, show_date};

use crate::more::{month_end, month_start};

/// A day as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedDay {
    pub text: String,
    /// What it means; none where nobody knows.
    pub day: Option<NaiveDate>,
}

/// The days of a report, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedDays {
    /// The one day that some reports are of.
    pub on: TypedDay,
    /// Instead of a month or a period.
    pub from: TypedDay,
    pub to: TypedDay,
}

/// Which days may be looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayBounds {
    /// First and last day of the academic year.
    pub(crate) year: (NaiveDate, NaiveDate),
    pub(crate) today: NaiveDate,
    /// So many at once.
    pub(crate) most: Option<i64>,
}

/// Why days cannot be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFault {
    NotADay,
    /// First and last day of the year.
    OutsideYear(NaiveDate, NaiveDate),
    NotYet,
    /// The last day comes before the first.
    Reversed,
    /// Only so many days fit.
    TooLong(i64),
}

/// What is wrong, field by field.
pub type DayFaults = Vec<(&'static str, DayFault)>;

impl TypedDay {
    pub(crate) fn read(text: Option<&str>, today: NaiveDate) -> Self {
        let text = text.unwrap_or_default().trim();
        Self {
            text: text.to_owned(),
            day: parse_date(text, today).ok(),
        }
    }

    pub const fn is_given(&self) -> bool {
        !self.text.is_empty()
    }

    /// The day, where it can be looked at; nothing where nothing was typed.
    pub(crate) fn within(&self, bounds: &DayBounds) -> Result<Option<NaiveDate>, DayFault> {
        if !self.is_given() {
            return Ok(None);
        }
        let day = self.day.ok_or(DayFault::NotADay)?;
        let (first, last) = bounds.year;
        if !(first..=last).contains(&day) {
            return Err(DayFault::OutsideYear(first, last));
        }
        Ok(Some(day))
    }
}

impl TypedDays {
    /// Whether somebody typed a first or a last day.
    pub const fn is_span(&self) -> bool {
        self.from.is_given() || self.to.is_given()
    }

    /// The days to look at: those that were typed, with a usual end where only
    /// one was.
    ///
    /// # Errors
    /// What is wrong with them, all of it.
    pub(crate) fn span(
        &self,
        usual: (NaiveDate, NaiveDate),
        bounds: &DayBounds,
    ) -> Result<(NaiveDate, NaiveDate), DayFaults> {
        let mut faults = vec![];
        let mut read = |name, typed: &TypedDay| {
            typed.within(bounds).unwrap_or_else(|fault| {
                faults.push((name, fault));
                None
            })
        };
        let (from, to) = (read("from", &self.from), read("to", &self.to));
        if !faults.is_empty() {
            return Err(faults);
        }
        if from.is_some_and(|it| it > bounds.today) {
            return Err(vec![("from", DayFault::NotYet)]);
        }
        let (first, last) = bounds.year;
        let (from, to) = match (from, to) {
            (None, None) => usual,
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) if from <= usual.1 => (from, usual.1),
            (Some(from), None) => (from, month_end(from).min(last)),
            (None, Some(to)) if usual.0 <= to => (usual.0, to),
            (None, Some(to)) => (month_start(to).max(first), to),
        };
        if from > to {
            return Err(vec![("to", DayFault::Reversed)]);
        }
        let to = to.min(bounds.today.max(from));
        match bounds.most {
            Some(most) if (to - from).num_days() >= most => {
                Err(vec![("to", DayFault::TooLong(most))])
            }
            _ => Ok((from, to)),
        }
    }
}

impl DayFault {
    /// In keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotADay => "not-a-day",
            Self::OutsideYear(..) => "outside-year",
            Self::NotYet => "not-yet",
            Self::Reversed => "reversed",
            Self::TooLong(_) => "too-long",
        }
    }

    /// What is filled into the words.
    pub(crate) fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutsideYear(first, last) => {
                vec![("first", show_date(first)), ("last", show_date(last))]
            }
            Self::TooLong(most) => vec![("most", most.to_string())],
            Self::NotADay | Self::NotYet | Self::Reversed => vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn bounds(most: Option<i64>) -> DayBounds {
        DayBounds {
            year: (day("2026-09-01"), day("2027-05-26")),
            today: day("2026-11-18"),
            most,
        }
    }

    fn typed(from: &str, to: &str) -> TypedDays {
        let read = |text| TypedDay::read(Some(text), day("2026-11-18"));
        TypedDays {
            from: read(from),
            to: read(to),
            ..TypedDays::default()
        }
    }

    fn span(from: &str, to: &str) -> Result<String, Vec<(&'static str, &'static str)>> {
        let november = (day("2026-11-01"), day("2026-11-18"));
        let found = typed(from, to).span(november, &bounds(Some(62)));
        let faults = |it: DayFaults| {
            it.into_iter()
                .map(|it| (it.0, it.1.code()))
                .collect::<Vec<_>>()
        };
        found.map(|it| format!("{} {}", it.0, it.1)).map_err(faults)
    }

    #[test]
    fn days_are_taken_as_they_are_typed() {
        assert_eq!(span("", "").unwrap(), "2026-11-01 2026-11-18");
        assert_eq!(
            span("07.09.2026", "2026-09-11").unwrap(),
            "2026-09-07 2026-09-11"
        );
        assert_eq!(span("09112026", "").unwrap(), "2026-11-09 2026-11-18");
        assert_eq!(span("", "20.10.2026").unwrap(), "2026-10-01 2026-10-20");
        assert_eq!(
            span("18.11.2026", "18.11.2026").unwrap(),
            "2026-11-18 2026-11-18"
        );
        // What is to come is left out.
        assert_eq!(
            span("16.11.2026", "29.11.2026").unwrap(),
            "2026-11-16 2026-11-18"
        );
    }

    #[test]
    fn nonsense_is_named_where_it_stands() {
        assert_eq!(
            span("32.11.2026", "x").unwrap_err(),
            [("from", "not-a-day"), ("to", "not-a-day")]
        );
        assert_eq!(
            span("31.08.2026", "").unwrap_err(),
            [("from", "outside-year")]
        );
        assert_eq!(
            span("", "27.05.2027").unwrap_err(),
            [("to", "outside-year")]
        );
        assert_eq!(span("19.11.2026", "").unwrap_err(), [("from", "not-yet")]);
        assert_eq!(
            span("12.10.2026", "11.10.2026").unwrap_err(),
            [("to", "reversed")]
        );
        assert_eq!(
            span("01.09.2026", "02.11.2026").unwrap_err(),
            [("to", "too-long")]
        );
        assert_eq!(
            span("01.09.2026", "01.11.2026").unwrap(),
            "2026-09-01 2026-11-01"
        );
    }
}
