//! «Пропуски» as a calendar, «Контрольные» as a list.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use web::diary::Whose as WhoseView;

use super::{
    diary::{MarkView, absence_key, mark},
    grid::{TermLink, terms},
    time,
};
use crate::service::{AbsentDay, AttendancePage, TestWork, TestsPage};

#[derive(Serialize)]
pub(crate) struct AttendanceView {
    whose: WhoseView,
    terms: Vec<TermLink>,
    months: Vec<Month>,
    /// The latest first.
    days: Vec<DayLine>,
    totals: Vec<Total>,
    held: usize,
    missed: usize,
    whole_days: usize,
}

#[derive(Serialize)]
struct Month {
    first: NaiveDate,
    weeks: Vec<Vec<Cell>>,
}

/// A day of the calendar; none before the first and after the last of the month.
#[derive(Serialize)]
struct Cell {
    day: Option<NaiveDate>,
    number: u32,
    today: bool,
    outside: bool,
    /// What stands in most of the day's lessons.
    letter: &'static str,
    /// none, some, all: how much of the day was missed.
    level: &'static str,
}

#[derive(Serialize)]
struct DayLine {
    day: NaiveDate,
    whole: bool,
    lessons: Vec<LessonLine>,
}

#[derive(Serialize)]
struct LessonLine {
    number: i16,
    subject: String,
    letter: &'static str,
    code: &'static str,
}

#[derive(Serialize)]
struct Total {
    letter: &'static str,
    code: &'static str,
    count: usize,
}

pub(crate) fn my_attendance(
    page: AttendancePage,
    whose: WhoseView,
    today: NaiveDate,
) -> AttendanceView {
    let key = whose.key.clone();
    let (missed, whole_days) = (page.missed(), page.whole_days());
    let months = page
        .term
        .as_ref()
        .map(|it| months(it.starts_on, it.ends_on, today, &page.days))
        .unwrap_or_default();
    AttendanceView {
        terms: terms(&page.terms, page.term.as_ref().map(|it| it.id), |id| {
            format!("/my/diary/attendance?child={key}&period={id}")
        }),
        months,
        totals: page
            .totals
            .iter()
            .map(|(it, count)| Total {
                letter: it.letter(),
                code: absence_key(*it),
                count: *count,
            })
            .collect(),
        held: page.held,
        missed,
        whole_days,
        days: page.days.into_iter().rev().map(day_line).collect(),
        whose,
    }
}

fn day_line(it: AbsentDay) -> DayLine {
    DayLine {
        day: it.day,
        whole: is_whole(&it),
        lessons: it
            .lessons
            .into_iter()
            .map(|it| LessonLine {
                number: it.number,
                subject: it.subject,
                letter: it.attendance.letter(),
                code: absence_key(it.attendance),
            })
            .collect(),
    }
}

fn is_whole(it: &AbsentDay) -> bool {
    it.lessons
        .iter()
        .filter(|it| it.attendance.missed())
        .count()
        == it.of
}

/// The months of a period, Monday first.
fn months(from: NaiveDate, to: NaiveDate, today: NaiveDate, days: &[AbsentDay]) -> Vec<Month> {
    let mut months: Vec<Month> = vec![];
    let mut first = from.with_day(1).unwrap_or(from);
    while first <= to {
        let of_month = first
            .iter_days()
            .take_while(|it| it.month() == first.month());
        let before = first.weekday().num_days_from_monday();
        let mut cells: Vec<Cell> = (0..before).map(|_| Cell::nothing()).collect();
        let mut last = first;
        for day in of_month {
            let absent = days.iter().find(|it| it.day == day);
            cells.push(Cell::of(day, absent, today, !(from..=to).contains(&day)));
            last = day;
        }
        while !cells.len().is_multiple_of(7) {
            cells.push(Cell::nothing());
        }
        let mut weeks = vec![];
        while !cells.is_empty() {
            let rest = cells.split_off(7);
            weeks.push(cells);
            cells = rest;
        }
        months.push(Month { first, weeks });
        let Some(next) = last.succ_opt() else {
            break;
        };
        first = next;
    }
    months
}

impl Cell {
    const fn nothing() -> Self {
        Self {
            day: None,
            number: 0,
            today: false,
            outside: true,
            letter: "",
            level: "none",
        }
    }

    fn of(day: NaiveDate, absent: Option<&AbsentDay>, today: NaiveDate, outside: bool) -> Self {
        let letters = || absent.iter().flat_map(|it| &it.lessons);
        // The reason of a missed lesson says more than a lateness of the same day.
        let letter = letters()
            .find(|it| it.attendance.missed())
            .or_else(|| letters().next());
        Self {
            day: Some(day),
            number: day.day(),
            today: day == today,
            outside,
            letter: letter.map_or("", |it| it.attendance.letter()),
            level: match absent {
                None => "none",
                Some(it) if is_whole(it) => "all",
                Some(_) => "some",
            },
        }
    }
}

#[derive(Serialize)]
pub(crate) struct TestsView {
    whose: WhoseView,
    ahead: Vec<TestLine>,
    behind: Vec<TestLine>,
}

#[derive(Serialize)]
struct TestLine {
    day: NaiveDate,
    number: i16,
    starts_at: String,
    subject: String,
    /// «Контрольная работа: Дроби»
    what: String,
    mark: Option<MarkView>,
    /// Days until then; 0 is today.
    days: i64,
}

pub(crate) fn tests(page: TestsPage, whose: WhoseView, today: NaiveDate) -> TestsView {
    let line = |it: TestWork| TestLine {
        days: (it.day - today).num_days(),
        day: it.day,
        number: it.number,
        starts_at: time(it.starts_at),
        subject: it.subject,
        what: what(&it.kind, &it.topic),
        mark: it.mark.map(mark),
    };
    TestsView {
        ahead: page.ahead.into_iter().map(line).collect(),
        behind: page.behind.into_iter().map(line).collect(),
        whose,
    }
}

/// The kind of a work and what it is about; a topic that begins with the kind says both.
fn what(kind: &str, topic: &str) -> String {
    // «№ 2» stays on one line.
    let topic = &topic.replace("№ ", "№\u{a0}");
    if topic.is_empty() {
        return kind.to_owned();
    }
    if topic.to_lowercase().starts_with(&kind.to_lowercase()) {
        return topic.to_owned();
    }
    format!("{kind}: {topic}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_kind_of_a_work_is_said_once() {
        assert_eq!(what("Диктант", ""), "Диктант");
        assert_eq!(what("Диктант", "Осень"), "Диктант: Осень");
        assert_eq!(what("Диктант", "Диктант № 2"), "Диктант №\u{a0}2");
    }

    #[test]
    fn a_month_is_whole_weeks_from_monday() {
        let found = months(day("2026-11-04"), day("2026-12-29"), day("2026-11-20"), &[]);
        assert_eq!(found.len(), 2);
        let november = &found[0];
        // 1 November 2026 is a Sunday.
        assert_eq!(november.weeks.len(), 6);
        assert!(november.weeks.iter().all(|it| it.len() == 7));
        assert_eq!(november.weeks[0][6].number, 1);
        assert!(november.weeks[0][6].outside, "before the period");
        assert!(november.weeks[3][4].today);
    }
}
