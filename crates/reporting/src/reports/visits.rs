//! §1.23 «Статистика посещений» (S2 annex 1, 2.3): who has an account and who
//! uses it, counted and never named.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use curriculum::Class;
use kernel::PersonId;
use rust_decimal::Decimal;

use super::levels::by_level;
use crate::{Cell, Column, Line, Note, Report, Section};

/// Everybody who may visit, and when each account was last used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visits {
    pub(crate) now: DateTime<Utc>,
    pub(crate) staff: Vec<PersonId>,
    pub(crate) classes: Vec<Visitors>,
    /// Who has an account, and when it was last used, if ever.
    pub(crate) used: HashMap<PersonId, Option<DateTime<Utc>>>,
}

/// The families of a class.
#[derive(Clone, Debug)]
pub(crate) struct Visitors {
    pub(crate) class: Class,
    pub(crate) pupils: Vec<PersonId>,
    pub(crate) parents: Vec<PersonId>,
}

/// Staff, then pupils by class, then parents by class.
pub(crate) fn visits(it: &Visits) -> Report {
    let mut columns = vec![
        Column::text("visitors"),
        Column::text("class"),
        Column::number("visits-all"),
        Column::number("visits-accounts"),
    ];
    for group in ["visits-ever", "visits-month", "visits-week"] {
        columns.push(Column::number("visits-count").under(group));
        columns.push(Column::number("visits-share").under(group));
    }
    let staff = it.cells("visits-staff", Cell::EMPTY, it.staff.iter());
    let mut lines = vec![Line::plain(staff)];
    lines.extend(it.lines("visits-pupils", |class| &class.pupils));
    lines.extend(it.lines("visits-parents", |class| &class.parents));
    Report {
        notes: vec![Note {
            word: "visited",
            args: vec![],
            path: None,
        }],
        columns,
        sections: vec![Section { title: None, lines }],
        ..Report::default()
    }
}

impl Visits {
    fn lines(&self, who: &'static str, part: fn(&Visitors) -> &Vec<PersonId>) -> Vec<Line> {
        by_level(
            &self.classes,
            |it| it.class.grade,
            |it| Line::plain(self.cells(who, Cell::text(it.class.name()), part(it).iter())),
            |name, of| Line::sum(self.cells(who, name, of.iter().flat_map(|it| part(it)))),
        )
    }

    /// Everybody once: a parent of two classes is one person in their sum.
    fn cells<'a>(
        &self,
        who: &'static str,
        class: Cell,
        people: impl Iterator<Item = &'a PersonId>,
    ) -> Vec<Cell> {
        let people: HashSet<&PersonId> = people.collect();
        let opened: Vec<Option<DateTime<Utc>>> = people
            .iter()
            .filter_map(|it| self.used.get(it).copied())
            .collect();
        let accounts = opened.len();
        let mut cells = vec![Cell::word(who), class, count(people.len()), count(accounts)];
        for within in [None, Some(30), Some(7)] {
            let since = within.map(|days| self.now - TimeDelta::days(days));
            let used = opened.iter().flatten();
            let used = used.filter(|it| since.is_none_or(|since| **it >= since));
            let used = used.count();
            let share = Decimal::from(used * 100).checked_div(accounts.into());
            cells.extend([count(used), Cell::share(share)]);
        }
        cells
    }
}

fn count(of: usize) -> Cell {
    Cell::count(u32::try_from(of).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    fn visitors(id: i64, pupils: &[i64], parents: &[i64]) -> Visitors {
        let people = |of: &[i64]| of.iter().map(|it| (*it).into()).collect();
        Visitors {
            class: Class {
                id: id.into(),
                year: 1.into(),
                grade: 7,
                letter: "А".to_owned(),
                shift: 1,
                teacher: None,
                room: None,
            },
            pupils: people(pupils),
            parents: people(parents),
        }
    }

    /// 7А has two parents and 7Б two, one of them the same: three in the sum.
    /// Of them two have an account, one was here 10 days ago, one never.
    #[test]
    fn rpt1_visits_count_everybody_once() {
        let now = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        let ago = |days| Some(now - TimeDelta::days(days));
        let report = visits(&Visits {
            now,
            staff: vec![1.into(), 2.into(), 3.into(), 4.into()],
            classes: vec![
                visitors(1, &[11, 12], &[21, 22]),
                visitors(2, &[13], &[22, 23]),
            ],
            used: HashMap::from([
                (1.into(), ago(0)),
                (2.into(), ago(7)),
                (3.into(), ago(31)),
                (22.into(), ago(10)),
                (23.into(), None),
            ]),
        });
        let lines = &report.sections[0].lines;
        // Staff; two classes, parallel, level and school, of pupils and of parents.
        assert_eq!(lines.len(), 1 + 5 + 5);
        let line = |at: usize| -> Vec<Value> {
            let cells = lines[at].cells[2..].iter();
            cells.map(|it| it.value.clone()).collect()
        };
        let said = |all, accounts, used: [(u32, Option<i64>); 3]| {
            let mut values = vec![Value::Count(all), Value::Count(accounts)];
            for (count, share) in used {
                let share = share.map(|it| Decimal::new(it, 0));
                values.extend([Value::Count(count), Value::Share(share)]);
            }
            values
        };
        let staff = &line(0);
        assert_eq!(staff[..4], said(4, 3, [(3, Some(100)); 3])[..4]);
        assert_eq!([&staff[4], &staff[6]], [&Value::Count(2); 2]);
        // Nobody has an account: no share of nobody.
        assert_eq!(line(1), said(2, 0, [(0, None); 3]));
        let half = [(1, Some(50)), (1, Some(50)), (0, Some(0))];
        assert_eq!(line(7), said(2, 2, half), "7Б");
        for sum in 8..11 {
            assert_eq!(line(sum), said(3, 2, half));
        }
    }
}
