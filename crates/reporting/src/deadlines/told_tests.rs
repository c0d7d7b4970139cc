//! Duties over quarters and holidays.

use std::collections::HashSet;

use curriculum::{Load, PeriodKind, Year};
use kernel::SubjectId;
use rust_decimal::Decimal;

use super::*;

pub(in crate::deadlines) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Quarters for grades 1–9, halves for 10–11; 5А led by 51, 10А by 101, 1А by 11.
pub(in crate::deadlines) fn year() -> StudyYear {
    let period = |id: i64, kind, number, grades, from: &str, to: &str| curriculum::Period {
        id: id.into(),
        kind,
        number,
        grades,
        starts_on: day(from),
        ends_on: day(to),
    };
    let quarter = |number: i16, from: &str, to: &str| {
        period(number.into(), PeriodKind::Quarter, number, 1..=9, from, to)
    };
    let half = |number: i16, from: &str, to: &str| {
        let id = i64::from(number) + 10;
        period(id, PeriodKind::Half, number, 10..=11, from, to)
    };
    let class = |id: i64, grade: i16, teacher: i64| Class {
        id: id.into(),
        year: 1.into(),
        grade,
        letter: "А".to_owned(),
        shift: 1,
        teacher: Some(teacher.into()),
        room: None,
    };
    let load = |id: i64, class: i64, teacher: i64| Load {
        id: id.into(),
        class: class.into(),
        group: None,
        subject: SubjectId::from(7),
        teacher: teacher.into(),
        hours_a_week: Decimal::ONE,
        since: day("2026-09-01"),
        until: day("2027-05-31"),
    };
    StudyYear {
        without_marks: std::collections::HashSet::new(),
        year: Year {
            id: 1.into(),
            starts_on: day("2026-09-01"),
            ends_on: day("2027-05-31"),
            archived: false,
            planned: false,
            days_a_week: 5,
        },
        periods: vec![
            quarter(1, "2026-09-01", "2026-10-25"),
            quarter(2, "2026-11-05", "2026-12-30"),
            quarter(3, "2027-01-11", "2027-03-20"),
            quarter(4, "2027-03-30", "2027-05-31"),
            half(1, "2026-09-01", "2026-12-30"),
            half(2, "2027-01-11", "2027-05-31"),
        ],
        holidays: vec![],
        classes: vec![class(1, 1, 11), class(5, 5, 51), class(10, 10, 101)],
        loads: vec![load(1, 1, 11), load(2, 5, 51), load(3, 10, 101)],
        plans: vec![],
        groups: vec![],
    }
}

fn told_on(today: &str, done: &[DoneRun]) -> Answer {
    let year = year();
    let ask = Ask {
        today: day(today),
        from: day("2026-09-01"),
        until: day(today) + Days::new(31),
        known: &[],
    };
    told(std::iter::once(&year), done, &ask)
}

fn keys(answer: &Answer, duty: &str) -> Vec<String> {
    let open = answer.open.iter().filter(|it| it.duty == duty);
    let mut keys: Vec<String> = open.map(|it| it.key.clone()).collect();
    keys.sort();
    keys
}

fn copy(kind: &str, period: &str, class: Option<i64>, on: &str) -> DoneRun {
    DoneRun {
        run: 1.into(),
        kind: kind.to_owned(),
        year: 2026,
        period: period.to_owned(),
        class: class.map(Into::into),
        teacher: None,
        day: day(on),
    }
}

/// RPT-7, S3:10.4: after a quarter each class that has one, and no first grade.
#[test]
fn rpt7_a_quarter_is_reported_by_those_who_have_it() {
    let answer = told_on("2026-10-26", &[]);
    assert_eq!(
        keys(&answer, "reporting.class-teacher"),
        ["2026/quarter-1/class/5"],
        "grade 1 has no marks, grade 10 has half a year"
    );
    assert_eq!(
        keys(&answer, "reporting.teacher"),
        ["2026/quarter-1/teacher/51"]
    );
    assert_eq!(keys(&answer, "reporting.school"), ["2026/quarter-1"]);
    let fact = answer
        .open
        .iter()
        .find(|it| it.duty == "reporting.class-teacher")
        .unwrap();
    assert_eq!(fact.on, day("2026-10-25"));
    assert_eq!(fact.owner, Owner::ClassTeacher(5.into()));
    assert_eq!(
        fact.place,
        "/reports/class-teacher?class=5&period=quarter-1"
    );
}

/// Half a year is reported of with the quarter in which it ends.
#[test]
fn rpt7_half_a_year_comes_with_the_second_quarter() {
    let answer = told_on("2026-12-30", &[]);
    let all = keys(&answer, "reporting.class-teacher");
    assert!(
        all.contains(&"2026/quarter-2/class/10".to_owned()),
        "{all:?}"
    );
    assert!(
        !all.contains(&"2026/quarter-1/class/10".to_owned()),
        "{all:?}"
    );
}

/// RPT-7: a copy of the right kind, class and period, made when the period ended.
#[test]
fn rpt7_the_right_copy_closes_the_duty() {
    let duty = "reporting.class-marks";
    let open = |done: &[DoneRun]| keys(&told_on("2026-10-27", done), duty).len();
    assert_eq!(open(&[]), 1);
    let right = copy("class-results", "quarter-1", Some(5), "2026-10-23");
    assert_eq!(open(std::slice::from_ref(&right)), 0);
    let wrong = [
        copy("class-teacher", "quarter-1", Some(5), "2026-10-23"),
        copy("class-results", "quarter-2", Some(5), "2026-10-23"),
        copy("class-results", "quarter-1", Some(10), "2026-10-23"),
        copy("class-results", "quarter-1", Some(5), "2026-09-20"),
        DoneRun {
            year: 2025,
            ..right
        },
    ];
    for it in wrong {
        assert_eq!(open(std::slice::from_ref(&it)), 1, "{it:?}");
    }
}

/// What there was to do is counted whether it is done or not.
#[test]
fn rpt7_things_are_counted() {
    let done = [copy("school", "quarter-1", None, "2026-10-26")];
    for answer in [told_on("2026-10-27", &[]), told_on("2026-10-27", &done)] {
        let whole = answer
            .whole
            .iter()
            .filter(|it| it.duty == "reporting.school" && it.month == day("2026-10-01"));
        assert_eq!(whole.map(|it| it.things).sum::<u32>(), 1);
    }
}

/// What is gone: a class that is no more is not done.
#[test]
fn rpt7_a_class_that_is_no_more_owes_nothing() {
    let year = year();
    let known = [(
        "reporting.class-teacher".to_owned(),
        "2026/quarter-1/class/77".to_owned(),
    )];
    let ask = Ask {
        today: day("2026-10-27"),
        from: day("2026-10-01"),
        until: day("2026-11-27"),
        known: &known,
    };
    let answer = told(std::iter::once(&year), &[], &ask);
    assert_eq!(
        answer.gone,
        [(
            "reporting.class-teacher",
            "2026/quarter-1/class/77".to_owned()
        )]
    );
}

/// A look at the duties of a rhythm.
fn rhythm(code: &str, today: &str, done: &[DoneRun]) -> Vec<(String, NaiveDate, bool)> {
    let year = year();
    let terms = period::terms(&year);
    let duty = DUTIES.iter().find(|it| it.code == code).unwrap();
    let ask = Ask {
        today: day(today),
        from: day("2026-09-01"),
        until: day(today) + Days::new(31),
        known: &[],
    };
    // Any report of a class: the rhythm is what is tested.
    let look = Look {
        duty,
        kinds: vec![Kind::ClassResults],
        year: &year,
        terms: &terms,
        done,
        ask: &ask,
    };
    let things = look.things().into_iter();
    things
        .filter(|it| it.of == Of::Class(5.into()))
        .map(|it| (it.key, it.on, it.done.is_some()))
        .collect()
}

/// S3:10.4: the next preliminary report is owed from the last one on.
#[test]
fn rpt7_every_two_weeks_counts_from_copy_to_copy() {
    let first = rhythm("reporting.preliminary", "2026-09-20", &[]);
    assert_eq!(
        first,
        [(
            "2026/2026-09-01/class/5".to_owned(),
            day("2026-09-01"),
            false
        )]
    );
    let done = [copy("class-results", "quarter-1", Some(5), "2026-09-14")];
    let after = rhythm("reporting.preliminary", "2026-09-20", &done);
    assert_eq!(after.len(), 2);
    assert!(after[0].2, "the first interval is kept");
    assert_eq!((after[1].1, after[1].2), (day("2026-09-14"), false));
    assert!(rhythm("reporting.preliminary", "2027-06-15", &done).is_empty());
}

/// S3:10.4: each month of studies, closed late by a later copy.
#[test]
fn rpt7_each_month_has_its_report() {
    let done = [copy("class-results", "quarter-1", Some(5), "2026-10-05")];
    let months = rhythm("reporting.class-absences", "2026-11-18", &done);
    let open: Vec<&str> = months
        .iter()
        .filter(|it| !it.2)
        .map(|it| it.0.as_str())
        .collect();
    assert_eq!(months.len(), 3);
    assert_eq!(open, ["2026/2026-11/class/5"]);
    let summer = rhythm("reporting.class-absences", "2027-07-10", &done);
    assert_eq!(summer.len(), 9, "September to May");
}

#[test]
fn rpt7_once_a_year_from_its_first_day() {
    let all = rhythm("reporting.class-pupils", "2026-08-20", &[]);
    assert_eq!(all, [("2026/class/5".to_owned(), day("2026-09-01"), false)]);
    assert!(rhythm("reporting.class-pupils", "2026-06-20", &[]).is_empty());
}

/// Keys name a thing once.
#[test]
fn rpt7_no_key_is_told_twice() {
    let answer = told_on("2027-05-31", &[]);
    let mut seen = HashSet::new();
    for it in &answer.open {
        assert!(seen.insert((it.duty, it.key.clone())), "{}", it.key);
    }
    assert!(seen.len() > 10);
}

/// S3:10.3: a snapshot of the filling a month, by its last day, of the school.
#[test]
fn rpt7_the_filling_is_frozen_each_month() {
    let open = |done: &[DoneRun]| {
        let answer = told_on("2026-11-18", done);
        let facts = answer.open.into_iter();
        let facts = facts.filter(|it| it.duty == "reporting.filling");
        let mut told: Vec<_> = facts.map(|it| (it.key, it.on, it.place)).collect();
        told.sort();
        told
    };
    let place = || "/reports/filling".to_owned();
    assert_eq!(
        open(&[]),
        [
            ("2026/2026-09".to_owned(), day("2026-09-30"), place()),
            ("2026/2026-10".to_owned(), day("2026-10-31"), place()),
            ("2026/2026-11".to_owned(), day("2026-11-30"), place()),
        ]
    );
    let done = [copy("filling", "", None, "2026-10-30")];
    assert_eq!(open(&done).len(), 1, "a later copy closes September, too");
}

/// S3:10.4: of each class, grade 1 as well; a copy of the school is of no class.
#[test]
fn rpt7_the_figures_of_pupils_are_of_each_class() {
    let school = copy("pupil-figures", "", None, "2026-09-25");
    let own = copy("pupil-figures", "", Some(5), "2026-09-25");
    let answer = told_on("2026-09-28", &[school, own]);
    assert_eq!(
        keys(&answer, "reporting.pupil-figures"),
        ["2026/class/1", "2026/class/10"]
    );
}

/// «Все отчёты периода»: what is owed now and what was made for this period.
#[test]
fn rpt7_all_that_somebody_owes_stands_together() {
    let list = |today: &str, done: &[DoneRun]| {
        let ask = Ask {
            today: day(today),
            from: day("2026-09-01"),
            until: day(today),
            known: &[],
        };
        let all = owed(&year(), done, &ask, |of| of == Of::Class(5.into()));
        let line = |it: Owed| (it.kind.code(), it.text, it.done.is_some());
        all.into_iter().map(line).collect::<Vec<_>>()
    };
    let open = |kind, text: &str| (kind, text.to_owned(), false);
    assert_eq!(
        list("2026-09-10", &[]),
        [
            open("preliminary", ""),
            open("pupil-figures", ""),
            open("class-pupils", "")
        ],
        "no period is over"
    );
    let done = [
        copy("pupil-figures", "", Some(5), "2026-09-20"),
        copy("class-pupils", "", Some(5), "2026-09-20"),
        copy("preliminary", "quarter-1", Some(5), "2026-09-14"),
        copy("preliminary", "quarter-1", Some(5), "2026-10-19"),
        copy("class-absences", "", Some(5), "2026-10-20"),
        copy("class-marks", "", Some(5), "2026-10-23"),
    ];
    assert_eq!(
        list("2026-10-24", &done),
        [
            open("class-teacher", "quarter-1"),
            ("class-results", "quarter-1".to_owned(), true),
            open("class-attendance", "quarter-1"),
            ("preliminary", String::new(), true),
            ("class-absences", "2026-09".to_owned(), true),
            ("class-absences", "2026-10".to_owned(), true),
        ],
        "what was made before the end of the quarter drew near is left out"
    );
    assert!(list("2026-08-01", &[]).is_empty());
}
