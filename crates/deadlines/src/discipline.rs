//! Discipline over time: which share of what was to be done was done in time
//! (DLN-6). Percentages are counted anew from sums, never averaged.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{ClassId, PersonId};

/// How the things of one rule, month, owner and class went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rule: String,
    /// The first day of the month.
    pub(crate) month: NaiveDate,
    pub(crate) person: Option<PersonId>,
    pub(crate) class: Option<ClassId>,
    /// How many there were to do; 0 where nobody counted them.
    pub(crate) things: i64,
    /// Done late, or late and not done.
    pub(crate) late: i64,
    /// Not done, and not late either.
    pub(crate) waiting: i64,
    pub(crate) open: i64,
    pub(crate) lifted: i64,
}

impl Tally {
    pub(crate) fn share(&self) -> Share {
        if self.things == 0 {
            return Share::default();
        }
        let known = self.things - self.waiting - self.lifted;
        Share {
            things: known.max(self.late),
            late: self.late,
        }
    }
}

/// Things whose outcome is known, and those of them that were late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub things: i64,
    pub late: i64,
}

impl Share {
    /// Tenths of a percent done in time; `None` where there was nothing to do.
    pub fn permille(self) -> Option<i64> {
        if self.things <= 0 {
            return None;
        }
        let doubled = (self.things - self.late) * 2_000 + self.things;
        Some(doubled / (self.things * 2))
    }

    pub const fn in_time(self) -> i64 {
        self.things - self.late
    }
}

impl std::ops::AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.things += other.things;
        self.late += other.late;
    }
}

impl std::iter::Sum for Share {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, it| {
            sum += it;
            sum
        })
    }
}

/// The shares of each key, and of each key by month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shares<K: Ord> {
    pub(crate) whole: BTreeMap<K, Share>,
    pub(crate) months: BTreeMap<(K, NaiveDate), Share>,
}

/// Sums tallies by a key; those without one are left out.
pub(crate) fn shares<K: Ord + Clone>(
    tallies: &[Tally],
    key: impl Fn(&Tally) -> Option<K>,
) -> Shares<K> {
    let mut whole: BTreeMap<K, Share> = BTreeMap::new();
    let mut months: BTreeMap<(K, NaiveDate), Share> = BTreeMap::new();
    for it in tallies {
        let Some(key) = key(it) else { continue };
        *whole.entry(key.clone()).or_default() += it.share();
        *months.entry((key, it.month)).or_default() += it.share();
    }
    whole.retain(|_, it| *it != Share::default());
    months.retain(|_, it| *it != Share::default());
    Shares { whole, months }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(month: &str, things: i64, late: i64, waiting: i64) -> Tally {
        Tally {
            rule: "R-8.4".to_owned(),
            month: month.parse().unwrap(),
            person: Some(1.into()),
            class: None,
            things,
            late,
            waiting,
            open: waiting,
            lifted: 0,
        }
    }

    /// DLN-6: a percentage of a year is that of its sums, not of its months.
    #[test]
    fn percentages_are_counted_from_sums() {
        let tallies = [tally("2026-09-01", 10, 5, 0), tally("2026-10-01", 90, 0, 0)];
        let by_person = shares(&tallies, |it| it.person);
        assert_eq!(by_person.whole[&1.into()].permille(), Some(950));
        let september = by_person.months[&(1.into(), "2026-09-01".parse().unwrap())];
        assert_eq!(september.permille(), Some(500));
    }

    #[test]
    fn what_is_not_due_yet_is_neither_in_time_nor_late() {
        let share = tally("2026-09-01", 10, 1, 5).share();
        assert_eq!(share, Share { things: 5, late: 1 });
        assert_eq!(share.permille(), Some(800));
    }

    #[test]
    fn nothing_to_do_has_no_percentage() {
        assert_eq!(tally("2026-09-01", 0, 3, 0).share().permille(), None);
        assert_eq!(tally("2026-09-01", 4, 0, 4).share().permille(), None);
        assert_eq!(Share::default().permille(), None);
    }
}
