//! The sheet of a group for a month: days, cells and totals.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate, Weekday};
use curriculum::{Class, Frame, Holiday, Year};
use kernel::PersonId;
use movement::Member;

use crate::{
    Code,
    code::{find, present},
};

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let plain =
            |it: &str, length| it.len() == length && it.bytes().all(|it| it.is_ascii_digit());
        if !plain(year, 4) || !plain(month, 2) {
            return None;
        }
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self)
    }

    pub const fn first(self) -> NaiveDate {
        self.0
    }

    pub fn last(self) -> NaiveDate {
        self.next().0.pred_opt().unwrap_or(self.0)
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    /// `2026-11`, in addresses.
    pub fn code(self) -> String {
        self.0.format("%Y-%m").to_string()
    }
}

/// Why nobody comes on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Off {
    Weekend,
    /// A public holiday with its name.
    Holiday(String),
    /// Before or after the year of the group.
    OutsideYear,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetDay {
    pub day: NaiveDate,
    pub off: Option<Off>,
}

/// What a child's month comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub attended: u32,
    pub missed: u32,
    pub payable: u32,
    /// Working days without a sign.
    pub blank: u32,
    /// Days missed, by sign.
    pub by_sign: BTreeMap<String, u32>,
}

/// One child.
#[derive(Clone, Debug)]
pub struct SheetRow {
    pub pupil: PersonId,
    /// «Иванова Мария»
    pub name: String,
    /// A sign for each day of the month; `None` where the child is not in the
    /// group or nobody comes.
    pub cells: Vec<Option<String>>,
    pub tally: Tally,
}

/// The sheet of a group.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub class: Class,
    pub year: Year,
    pub month: Month,
    pub days: Vec<SheetDay>,
    pub rows: Vec<SheetRow>,
    pub codes: Vec<Code>,
}

/// Why a cell is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotThere {
    /// The dictionary has no such sign.
    NoSuchCode,
    /// The child is not in the group on that day, or it is a day off.
    NoSuchCell,
    /// Nobody was there on a day that is still to come.
    Ahead,
}

impl NotThere {
    /// The code of the mistake in a form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSuchCode => "preschool-sign",
            Self::NoSuchCell => "preschool-cell",
            Self::Ahead => "preschool-ahead",
        }
    }
}

/// Why nobody comes on the day.
pub(crate) fn off(day: NaiveDate, year: &Year, holidays: &[Holiday]) -> Option<Off> {
    if !(year.starts_on..=year.ends_on).contains(&day) {
        return Some(Off::OutsideYear);
    }
    let holiday = holidays
        .iter()
        .find(|it| (it.starts_on..=it.ends_on).contains(&day));
    match (holiday, day.weekday()) {
        (Some(it), _) => Some(Off::Holiday(it.name.clone())),
        (None, Weekday::Sun) => Some(Off::Weekend),
        (None, Weekday::Sat) if year.days_a_week < 6 => Some(Off::Weekend),
        _ => None,
    }
}

impl Sheet {
    /// Puts the sheet together; children come in the order of `names`.
    pub(crate) fn new(
        frame: Frame,
        month: Month,
        names: Vec<(PersonId, String)>,
        stays: &[Member],
        signs: &BTreeMap<(PersonId, NaiveDate), String>,
        codes: Vec<Code>,
    ) -> Self {
        let days: Vec<SheetDay> = month
            .first()
            .iter_days()
            .take_while(|it| *it <= month.last())
            .map(|day| SheetDay {
                day,
                off: off(day, &frame.year, &frame.holidays),
            })
            .collect();
        let row = |(pupil, name): (PersonId, String)| {
            let here = |day| stays.iter().any(|it| it.pupil == pupil && it.on(day));
            let cell = |it: &SheetDay| {
                let open = it.off.is_none() && here(it.day);
                open.then(|| signs.get(&(pupil, it.day)).cloned().unwrap_or_default())
            };
            let cells: Vec<Option<String>> = days.iter().map(cell).collect();
            SheetRow {
                tally: Tally::of(&cells, &codes),
                pupil,
                name,
                cells,
            }
        };
        let rows = names.into_iter().map(row).collect();
        Self {
            class: frame.class,
            year: frame.year,
            month,
            rows,
            days,
            codes,
        }
    }

    fn place(&self, day: NaiveDate) -> Option<usize> {
        self.days.iter().position(|it| it.day == day)
    }

    /// The sign that stands there; `None` where none may.
    pub fn sign(&self, pupil: PersonId, day: NaiveDate) -> Option<&str> {
        let row = self.rows.iter().find(|it| it.pupil == pupil)?;
        row.cells.get(self.place(day)?)?.as_deref()
    }

    /// What would be written for what was typed.
    pub(crate) fn decide(
        &self,
        pupil: PersonId,
        day: NaiveDate,
        typed: &str,
        today: NaiveDate,
    ) -> Result<String, NotThere> {
        let stands = self.sign(pupil, day).ok_or(NotThere::NoSuchCell)?;
        if typed.is_empty() || typed == stands {
            return Ok(typed.to_owned());
        }
        let code = find(&self.codes, typed).filter(|it| !it.archived || it.sign == stands);
        let code = code.ok_or(NotThere::NoSuchCode)?;
        if code.attended && day > today {
            return Err(NotThere::Ahead);
        }
        Ok(code.sign.clone())
    }

    /// Children who have no sign on the day, with what «все на месте» writes.
    pub(crate) fn all_present(&self, day: NaiveDate) -> Vec<(PersonId, String)> {
        let (Some(at), Some(code)) = (self.place(day), present(&self.codes)) else {
            return vec![];
        };
        let blank = |it: &&SheetRow| it.cells[at].as_deref() == Some("");
        let rows = self.rows.iter().filter(blank);
        rows.map(|it| (it.pupil, code.sign.clone())).collect()
    }

    /// How many are there, missing and not entered on each day.
    pub fn by_day(&self) -> Vec<(u32, u32, u32)> {
        let of = |at: usize| {
            let cells: Vec<Option<String>> =
                self.rows.iter().map(|it| it.cells[at].clone()).collect();
            let it = Tally::of(&cells, &self.codes);
            (it.attended, it.missed, it.blank)
        };
        (0..self.days.len()).map(of).collect()
    }

    /// Cells that nobody filled.
    pub fn blanks(&self) -> u32 {
        self.rows.iter().map(|it| it.tally.blank).sum()
    }
}

impl Tally {
    pub(crate) fn of(cells: &[Option<String>], codes: &[Code]) -> Self {
        let mut sum = Self::default();
        for sign in cells.iter().flatten() {
            if sign.is_empty() {
                sum.blank += 1;
                continue;
            }
            // A sign that the dictionary lost is still a day that was missed.
            let code = find(codes, sign);
            sum.payable += u32::from(code.is_some_and(|it| it.payable));
            if code.is_some_and(|it| it.attended) {
                sum.attended += 1;
            } else {
                sum.missed += 1;
                *sum.by_sign.entry(sign.clone()).or_default() += 1;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::usual;

    fn d(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sheet() -> Sheet {
        let year = Year {
            id: 1.into(),
            starts_on: d("2026-09-01"),
            ends_on: d("2027-08-31"),
            archived: false,
            planned: false,
            days_a_week: 5,
        };
        let frame = Frame {
            class: Class {
                id: 1.into(),
                year: 1.into(),
                grade: 0,
                letter: "Ромашка".into(),
                shift: 1,
                teacher: None,
                room: None,
            },
            year,
            periods: vec![],
            holidays: vec![Holiday {
                name: "День народного единства".into(),
                grades: 1..=12,
                starts_on: d("2026-11-04"),
                ends_on: d("2026-11-04"),
            }],
            subjects: vec![],
            work_kinds: vec![],
            loads: vec![],
            groups: vec![],
            group_members: vec![],
        };
        let stay = |pupil: i64, since: &str| Member {
            pupil: pupil.into(),
            class: 1.into(),
            since: d(since),
            until: None,
        };
        let signs = [
            ("2026-11-02", "+"),
            ("2026-11-03", "б"),
            ("2026-11-05", "н"),
        ];
        let signs = signs.map(|(day, sign)| ((PersonId::from(1), d(day)), sign.to_owned()));
        let names = vec![(1.into(), "А".to_owned()), (2.into(), "Б".to_owned())];
        let stays = [stay(1, "2026-09-01"), stay(2, "2026-11-30")];
        Sheet::new(
            frame,
            Month::of(d("2026-11-20")),
            names,
            &stays,
            &signs.into(),
            usual(),
        )
    }

    /// JRN-10: weekends, holidays and days before the child came have no cells.
    #[test]
    fn a_month_has_its_working_days_and_totals() {
        let sheet = sheet();
        assert_eq!(sheet.days.len(), 30);
        assert_eq!(sheet.days[0].off, Some(Off::Weekend));
        assert!(matches!(&sheet.days[3].off, Some(Off::Holiday(_))));
        let it = &sheet.rows[0].tally;
        assert_eq!(
            (it.attended, it.missed, it.payable, it.blank),
            (1, 2, 2, 17)
        );
        assert_eq!(
            it.by_sign,
            [("б".to_owned(), 1), ("н".to_owned(), 1)].into()
        );
        assert_eq!(sheet.rows[1].tally.blank, 1, "came on the last day");
        assert_eq!(sheet.by_day()[1], (1, 0, 0));
        assert_eq!(sheet.blanks(), 18);
        assert_eq!(sheet.all_present(d("2026-11-30")).len(), 2);
        assert!(sheet.all_present(d("2026-11-02")).is_empty());
    }

    #[test]
    fn a_cell_takes_a_sign_of_the_dictionary() {
        let (sheet, today) = (sheet(), d("2026-11-20"));
        let decide =
            |pupil: i64, day: &str, typed: &str| sheet.decide(pupil.into(), d(day), typed, today);
        assert_eq!(decide(1, "2026-11-20", "Б"), Ok("б".to_owned()));
        assert_eq!(decide(1, "2026-11-20", ""), Ok(String::new()));
        assert_eq!(decide(1, "2026-11-20", "ъ"), Err(NotThere::NoSuchCode));
        assert_eq!(decide(1, "2026-11-04", "+"), Err(NotThere::NoSuchCell));
        assert_eq!(decide(2, "2026-11-20", "+"), Err(NotThere::NoSuchCell));
        assert_eq!(decide(1, "2026-11-23", "+"), Err(NotThere::Ahead));
        assert_eq!(
            decide(1, "2026-11-23", "о"),
            Ok("о".to_owned()),
            "a leave is known before"
        );
    }

    #[test]
    fn a_month_reads_its_own_code() {
        let it = Month::parse("2026-12").unwrap();
        assert_eq!(
            (it.code(), it.last(), it.next().code()),
            ("2026-12".to_owned(), d("2026-12-31"), "2027-01".to_owned())
        );
        for wrong in ["2026-13", "2026", "x-1", "2026-1", "", "+026-11"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }
}
