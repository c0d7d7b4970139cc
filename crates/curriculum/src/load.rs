//! Педагогическая нагрузка: who teaches what to whom, and when (CUR-4).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::{ClassId, GroupId, PersonId, SubjectId};
use rust_decimal::Decimal;

use crate::{Error, Load};

/// A row of load as its page edits it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCard {
    pub load: Load,
    pub version: i32,
}

/// What may be said of a row of load.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewLoad {
    pub class: ClassId,
    pub group: Option<GroupId>,
    pub subject: SubjectId,
    pub teacher: PersonId,
    pub hours_a_week: Decimal,
    /// `None`: from the first day of the year.
    pub since: Option<NaiveDate>,
    /// The last day; `None`: to the end of the year.
    pub until: Option<NaiveDate>,
}

/// How many hours a week somebody teaches or a class has.
pub type Hours<K> = BTreeMap<K, Decimal>;

impl NewLoad {
    /// The days in force inside the year.
    pub(crate) fn days(&self, year: &crate::Year) -> Result<(NaiveDate, NaiveDate), Error> {
        let since = self.since.unwrap_or(year.starts_on);
        let until = self.until.unwrap_or(year.ends_on);
        if until < since {
            return Err(Error::DatesBackwards);
        }
        if since < year.starts_on || year.ends_on < until {
            return Err(Error::OutsideYear);
        }
        Ok((since, until))
    }

    pub(crate) fn check_hours(&self) -> Result<(), Error> {
        let hours = self.hours_a_week.normalize();
        let good = hours > Decimal::ZERO && hours <= Decimal::from(40) && hours.scale() <= 2;
        if good { Ok(()) } else { Err(Error::BadHours) }
    }
}

/// Hours a week on the day, per teacher.
pub fn hours_of_teachers(loads: &[Load], on: NaiveDate) -> Hours<PersonId> {
    summed(
        loads
            .iter()
            .filter(|it| it.days().contains(&on))
            .map(|it| (it.teacher, it.hours_a_week)),
    )
}

/// Hours a week on the day, per class: groups of one subject have their
/// lessons at the same hours, so the largest counts.
pub fn hours_of_classes(loads: &[Load], on: NaiveDate) -> Hours<ClassId> {
    let mut by_subject: BTreeMap<(ClassId, SubjectId), (Decimal, Decimal)> = BTreeMap::new();
    for it in loads.iter().filter(|it| it.days().contains(&on)) {
        let (whole, largest) = by_subject.entry((it.class, it.subject)).or_default();
        match it.group {
            None => *whole += it.hours_a_week,
            Some(_) => *largest = it.hours_a_week.max(*largest),
        }
    }
    summed(
        by_subject
            .into_iter()
            .map(|((class, _), (whole, largest))| (class, whole + largest)),
    )
}

fn summed<K: Ord>(hours: impl Iterator<Item = (K, Decimal)>) -> Hours<K> {
    hours.fold(Hours::new(), |mut sums, (key, hours)| {
        *sums.entry(key).or_default() += hours;
        sums
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn load(teacher: i64, group: Option<i64>, subject: i64, hours: i64) -> Load {
        Load {
            id: 1.into(),
            class: 5.into(),
            group: group.map(Into::into),
            subject: subject.into(),
            teacher: teacher.into(),
            hours_a_week: Decimal::from(hours),
            since: d("2026-09-01"),
            until: d("2027-05-26"),
        }
    }

    /// CUR-4: two halves of a class are taught at the same hours.
    #[test]
    fn groups_count_once_for_the_class_and_each_for_its_teacher() {
        let loads = [
            load(1, None, 10, 5),
            load(1, Some(21), 11, 3),
            load(2, Some(22), 11, 3),
        ];
        let on = d("2026-11-20");
        assert_eq!(
            hours_of_classes(&loads, on),
            [(5.into(), Decimal::from(8))].into()
        );
        assert_eq!(
            hours_of_teachers(&loads, on),
            [(1.into(), Decimal::from(8)), (2.into(), Decimal::from(3))].into()
        );
        assert!(hours_of_teachers(&loads, d("2027-06-01")).is_empty());
    }
}
