//! The days of the school year.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Days without lessons for the grades from … to.
pub(crate) struct Holiday {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) grades: (i16, i16),
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
}

/// A year with its periods and holidays.
pub(crate) struct Calendar {
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) quarters: [(NaiveDate, NaiveDate); 4],
    pub(crate) holidays: Vec<Holiday>,
}

impl Calendar {
    /// The year that began in the September of `year`.
    pub(crate) fn of(year: i32) -> Self {
        let autumn = on_or_after(day(year, 10, 24), Weekday::Mon);
        let autumn = (autumn, autumn + Days::new(8));
        let winter = (
            day(year, 12, 30),
            on_or_after(day(year + 1, 1, 8), Weekday::Sun),
        );
        let spring = on_or_after(day(year + 1, 3, 20), Weekday::Mon);
        let spring = (spring, spring + Days::new(8));
        let extra = on_or_after(day(year + 1, 2, 8), Weekday::Mon);
        let (starts_on, ends_on) = (day(year, 9, 1), day(year + 1, 5, 26));
        let next = |it: NaiveDate| it + Days::new(1);
        let last = |it: NaiveDate| it - Days::new(1);
        let all = (1, 12);
        let vacation = |name, grades, (from, to)| Holiday {
            name,
            kind: "vacation",
            grades,
            from,
            to,
        };
        let public = |name, from: NaiveDate| Holiday {
            name,
            kind: "public",
            grades: all,
            from,
            to: from
                + Days::new(match from.weekday() {
                    Weekday::Sat => 2,
                    Weekday::Sun => 1,
                    _ => 0,
                }),
        };
        Self {
            starts_on,
            ends_on,
            quarters: [
                (starts_on, last(autumn.0)),
                (next(autumn.1), last(winter.0)),
                (next(winter.1), last(spring.0)),
                (next(spring.1), ends_on),
            ],
            holidays: vec![
                vacation("Осенние каникулы", all, autumn),
                public("День народного единства", day(year, 11, 4)),
                vacation("Зимние каникулы", all, winter),
                vacation(
                    "Дополнительные каникулы 1 класса",
                    (1, 1),
                    (extra, extra + Days::new(6)),
                ),
                public("День защитника Отечества", day(year + 1, 2, 23)),
                public("Международный женский день", day(year + 1, 3, 8)),
                vacation("Весенние каникулы", all, spring),
                public("Праздник Весны и Труда", day(year + 1, 5, 1)),
                public("День Победы", day(year + 1, 5, 9)),
            ],
        }
    }

    /// A year without holidays whose last quarter has six weeks and is in its
    /// fifth today: the measured school has the marks of nearly a whole year,
    /// and two hours a week make twelve columns.
    pub(crate) fn nearly_over(today: NaiveDate) -> Self {
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        let last = monday - Days::new(4 * 7);
        let weeks = |from: NaiveDate, count: u64| (from, from + Days::new(count * 7 - 1));
        let start = |quarter: u64| last - Days::new((3 - quarter) * 70);
        Self {
            starts_on: start(0),
            ends_on: weeks(last, 6).1,
            quarters: [
                weeks(start(0), 10),
                weeks(start(1), 10),
                weeks(start(2), 10),
                weeks(last, 6),
            ],
            holidays: Vec::new(),
        }
    }

    /// Whether the grade has lessons on the day.
    pub(crate) fn is_school_day(&self, day: NaiveDate, grade: i16) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let off = |it: &Holiday| {
            (it.from..=it.to).contains(&day) && (it.grades.0..=it.grades.1).contains(&grade)
        };
        (self.starts_on..=self.ends_on).contains(&day) && !weekend && !self.holidays.iter().any(off)
    }

    /// Every day on which some grade has lessons.
    pub(crate) fn school_days(&self) -> Vec<NaiveDate> {
        let days = self
            .starts_on
            .iter_days()
            .take_while(|it| *it <= self.ends_on);
        days.filter(|it| self.is_school_day(*it, 11)).collect()
    }

    /// The last school day not after `today`; before the year its first one.
    pub(crate) fn last_school_day(&self, today: NaiveDate) -> NaiveDate {
        let days = self.school_days();
        let past = days.iter().rev().find(|it| **it <= today);
        past.or(days.first()).copied().unwrap_or(today)
    }
}

pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn on_or_after(from: NaiveDate, weekday: Weekday) -> NaiveDate {
    from + Days::new(u64::from(weekday.days_since(from.weekday())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_2026_is_as_the_ministry_recommends() {
        let year = Calendar::of(2026);
        assert_eq!(
            (year.holidays[0].from, year.holidays[0].to),
            (day(2026, 10, 26), day(2026, 11, 3))
        );
        assert_eq!(
            (year.holidays[2].from, year.holidays[2].to),
            (day(2026, 12, 30), day(2027, 1, 10))
        );
        assert!(!year.is_school_day(day(2026, 11, 4), 5), "4 November");
        assert!(year.is_school_day(day(2026, 11, 5), 5));
        assert!(
            !year.is_school_day(day(2027, 2, 9), 1),
            "grade 1 rests in February"
        );
        assert!(year.is_school_day(day(2027, 2, 9), 2));
        assert!(
            !year.is_school_day(day(2027, 5, 10), 2),
            "the Monday after a Sunday holiday"
        );
        assert_eq!(year.last_school_day(day(2026, 11, 22)), day(2026, 11, 20));
        assert!((160..=175).contains(&year.school_days().len()));
    }

    #[test]
    fn the_measured_year_is_in_the_fifth_week_of_its_last_quarter() {
        let today = day(2026, 11, 22);
        let year = Calendar::nearly_over(today);
        let (from, to) = year.quarters[3];
        assert_eq!((to - from).num_days(), 41);
        assert_eq!((today - from).num_days() / 7, 4);
        assert_eq!(year.quarters[2].1 + Days::new(1), from);
    }
}
