//! Аттестация педагогических кадров (PPL-10; S2 annex §2.3).

use chrono::{Months, NaiveDate};
use db::Tx;
use kernel::{OrgId, PersonId};

use crate::{Error, codes::codes};

codes! {
    /// What an attestation gives.
    Category {
        /// Соответствие занимаемой должности.
        Fit = "fit",
        First = "first",
        Highest = "highest",
        Methodist = "methodist",
        Mentor = "mentor",
    }
}

/// So many months after the last attestation the next one is due.
const TERM: Months = Months::new(60);
/// So many days before it is due it is time to apply.
const SOON: i64 = 183;

/// What is known of somebody's attestation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attestation {
    pub category: Option<Category>,
    pub decided_on: Option<NaiveDate>,
    pub order_number: String,
    /// The next one, where it is not five years after the last.
    pub due_on: Option<NaiveDate>,
    /// What is applied for.
    pub wanted: Option<Category>,
    pub planned_on: Option<NaiveDate>,
    pub note: String,
    /// 0 where nothing is known yet.
    pub version: i32,
}

/// How it stands with the next attestation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing is known of the last one.
    Unknown,
    Later,
    Soon,
    Overdue,
    /// There is a day for it.
    Planned,
}

impl Due {
    /// The last part of keys of words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Later => "later",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Planned => "planned",
        }
    }
}

impl Attestation {
    /// The day of the next one at the latest.
    pub fn next(&self) -> Option<NaiveDate> {
        let usual = || self.decided_on?.checked_add_months(TERM);
        self.due_on.or_else(usual)
    }

    /// How it stands today.
    pub fn due(&self, today: NaiveDate) -> Due {
        if self.planned_on.is_some_and(|it| it >= today) {
            return Due::Planned;
        }
        match self.next() {
            None => Due::Unknown,
            Some(it) if it < today => Due::Overdue,
            Some(it) if (it - today).num_days() <= SOON => Due::Soon,
            Some(_) => Due::Later,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        if !short(&self.order_number, 100) || !short(&self.note, 1000) {
            return Err(Error::BadFields);
        }
        let too_early = |it: NaiveDate| self.decided_on.is_some_and(|last| it <= last);
        if self.due_on.is_some_and(too_early) || self.planned_on.is_some_and(too_early) {
            return Err(Error::BadDay);
        }
        if self.category.is_some() != self.decided_on.is_some() {
            return Err(Error::BadFields);
        }
        Ok(())
    }
}

/// What is known of everybody's attestation in the organisations below that of
/// the transaction, without orders and notes, for the municipality.
///
/// # Errors
/// The database did not answer.
pub async fn attestations_below(
    tx: &mut Tx,
) -> Result<Vec<((OrgId, PersonId), Attestation)>, Error> {
    Ok(crate::store::attestations_below(tx).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn decided(on: NaiveDate) -> Attestation {
        Attestation {
            category: Some(Category::First),
            decided_on: Some(on),
            ..Attestation::default()
        }
    }

    /// PPL-10: the next one is five years after the last, unless another day is set.
    #[test]
    fn the_next_one_is_after_five_years() {
        let today = day(2026, 11, 20);
        let mut it = decided(day(2022, 2, 28));
        assert_eq!(it.next(), Some(day(2027, 2, 28)));
        assert_eq!(it.due(today), Due::Soon);
        assert_eq!(decided(day(2024, 2, 28)).due(today), Due::Later);
        assert_eq!(decided(day(2021, 11, 19)).due(today), Due::Overdue);
        assert_eq!(Attestation::default().due(today), Due::Unknown);
        it.planned_on = Some(day(2026, 12, 1));
        assert_eq!(it.due(today), Due::Planned);
        it.due_on = Some(day(2030, 1, 1));
        assert_eq!(it.next(), Some(day(2030, 1, 1)));
    }

    #[test]
    fn a_category_has_its_day_and_the_next_is_later() {
        assert!(decided(day(2024, 1, 1)).check().is_ok());
        let mut it = decided(day(2024, 1, 1));
        it.planned_on = Some(day(2023, 1, 1));
        assert!(matches!(it.check(), Err(Error::BadDay)));
        it = decided(day(2024, 1, 1));
        it.category = None;
        assert!(it.check().is_err());
    }
}
