//! Reports of attendance and people beside the worked examples of §1.8–1.11,
//! 1.19 and 1.23, and beside a slow count (RPT-1).

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use curriculum::Class;
use journal::{Attendance, ChangedField, HeldLesson, JournalChange, Slot};
use kernel::{LessonId, PersonId, decimal::show2};
use movement::{OrderKind, SchoolPaper, SchoolPapers};
use people::{Card, Citizenship, Gender, KinshipKind, ParentFacts, PupilFacts, RestrictedField};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Access, Unplanned, absent_today, birthdays, class_absences, class_absences_by_subject,
    class_attendance, class_list, class_pupils, journal_access, no_plans, pupil_figures,
    school_heat, social_passport,
};
use crate::{
    Attendee, ClassRoll, Label, Line, Presence, PupilPage, Report, Roll, Term, Unit, Value, Weight,
};

#[path = "presence_tests/any_class_tests.rs"]
mod any_class;
#[path = "presence_tests/people_tests.rs"]
mod of_people;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn class(grade: i16, letter: &str) -> Class {
    Class {
        id: i64::from(grade).into(),
        year: 1.into(),
        grade,
        letter: letter.to_owned(),
        shift: 1,
        teacher: None,
        room: None,
    }
}

fn term(slot: &str, from: &str, to: &str) -> Term {
    Term {
        slot: Slot::from_code(slot).unwrap(),
        starts_on: day(from),
        ends_on: day(to),
    }
}

/// So many lessons a day, of the whole class, from a day on.
fn lessons(from: &str, days: u64, a_day: i64) -> Vec<HeldLesson> {
    let mut all = Vec::new();
    for at in 0..days {
        let on = day(from) + Days::new(at);
        for number in 0..a_day {
            all.push(HeldLesson {
                id: (i64::try_from(at).unwrap() * 100 + number).into(),
                on,
                class: 7.into(),
                group: None,
                subject: (number + 1).into(),
            });
        }
    }
    all
}

fn attendee(id: i64, name: &str, noted: &[(LessonId, Attendance)]) -> Attendee {
    Attendee {
        id: id.into(),
        name: name.to_owned(),
        stays: vec![(day("2026-09-01"), None)],
        groups: HashSet::new(),
        noted: noted.iter().copied().collect(),
    }
}

/// A line as people read it.
fn read(line: &Line) -> String {
    let cells = line.cells.iter().map(|it| match &it.value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Word(word) => (*word).to_owned(),
        Value::Count(count) => count.to_string(),
        Value::Change(change) => change.to_string(),
        Value::Share(share) => share.map_or("—".to_owned(), show2),
        Value::Date(day) => kernel::dates::show_date(*day),
        Value::Moment(at) => at.to_string(),
        Value::Slot(slot) => slot.code(),
        Value::Words(keys) => keys.join(", "),
        Value::Said(pieces) => format!("{pieces:?}"),
        Value::Missing => "!".to_owned(),
    });
    cells.collect::<Vec<_>>().join(" | ")
}

fn lines(report: &Report) -> Vec<String> {
    let lines = report.sections.iter().flat_map(|it| &it.lines);
    for line in lines.clone() {
        assert_eq!(line.cells.len(), report.columns.len(), "{}", read(line));
    }
    lines.map(read).collect()
}

fn heads(report: &Report) -> Vec<String> {
    let heads = report.columns.iter().map(|it| match &it.label {
        Label::Word(word) => (*word).to_owned(),
        Label::Text(text) => text.clone(),
        Label::Slot(slot) => slot.code(),
        Label::Month(day) => day.to_string(),
    });
    heads.collect()
}

/// §1.8: 25 pupils with 180 lessons each, 310 missed → 93,11 %.
#[test]
fn the_percentage_of_attendance_is_that_of_lessons() {
    let all = lessons("2026-09-01", 30, 6);
    let of = |missed: usize| -> Vec<(LessonId, Attendance)> {
        let ids = all.iter().map(|it| it.id);
        ids.take(missed).map(|it| (it, Attendance::Ill)).collect()
    };
    // 24 × 12 + 22 = 310.
    let pupils = (0..25).map(|it| {
        let missed = if it == 0 { 22 } else { 12 };
        attendee(it, "Ученик", &of(missed))
    });
    let book = Presence {
        class: class(7, "Б"),
        pupils: pupils.collect(),
        lessons: all.clone(),
        subjects: vec![],
    };
    let terms = [term("quarter-1", "2026-09-01", "2026-10-23")];
    let report = class_attendance(&book, &terms, Unit::Both);
    let lines = lines(&report);
    assert_eq!(lines[0], "Ученик | 3 | 3 | 22 | 22 | 0 | 0 | 0 | 0");
    // 12 lessons are two whole days, 22 are three and some.
    assert_eq!(
        lines[25],
        "all-of-class | 51 | 51 | 310 | 310 | 0 | 0 | 0 | 0"
    );
    assert_eq!(
        lines[26],
        "mean | 2,04 | 2,04 | 12,40 | 12,40 | 0,00 | 0,00 | 0,00 | 0,00"
    );
    assert_eq!(lines[27], "attendance | 93,11 |  |  |  |  |  |  | ");
    assert!(report.notes.is_empty());
    // Each figure opens the lessons of the pupil day by day.
    for it in &report.sections[0].lines[1].cells[1..] {
        let way = "/reports/pupil-total?class=7&pupil=1&period=quarter-1";
        assert_eq!(it.path.as_deref(), Some(way));
    }
    let days = class_attendance(&book, &terms, Unit::Days);
    assert_eq!(heads(&days), ["pupil", "days-all", "days-ill"]);
}

/// §1.8: a day counts when all lessons of the pupil's own group are missed;
/// who is late or exempt was there.
#[test]
fn a_day_is_missed_with_all_lessons_of_the_own_group() {
    let mut all = lessons("2026-09-07", 1, 4);
    all[2].group = Some(1.into());
    all[3].group = Some(2.into());
    let id = |at: usize| all[at].id;
    let ill = Attendance::Ill;
    let mut of_group = attendee(
        1,
        "А",
        &[(id(0), ill), (id(1), ill), (id(2), Attendance::Excused)],
    );
    of_group.groups.insert(1.into());
    let kept = of_group.kept(&all);
    assert_eq!((kept.lessons, kept.days, kept.ill_days), (3, 1, 0));
    of_group.noted.insert(id(2), ill);
    assert_eq!(of_group.kept(&all).ill_days, 1);
    for other in [Attendance::Late, Attendance::Exempt] {
        of_group.noted.insert(id(2), other);
        let kept = of_group.kept(&all);
        assert_eq!((kept.days, kept.missed.all()), (0, 2));
    }
    // Who comes on the next day had no lessons on this one.
    let mut later = attendee(2, "Б", &[]);
    later.stays = vec![(day("2026-09-08"), None)];
    assert_eq!(later.kept(&all).lessons, 0);
    assert_eq!(later.kept(&all).attendance(), None);
}

/// §1.9: Егорова, two lessons of six on the 7th, two whole days of illness.
fn yegorova() -> Presence {
    let all = lessons("2026-09-07", 4, 6);
    let mut noted: Vec<(LessonId, Attendance)> = vec![];
    noted.extend(all[..2].iter().map(|it| (it.id, Attendance::Absent)));
    noted.extend(all[6..18].iter().map(|it| (it.id, Attendance::Ill)));
    noted.push((all[18].id, Attendance::Late));
    Presence {
        class: class(7, "Б"),
        pupils: vec![attendee(1, "Егорова", &noted), attendee(2, "Жуков", &[])],
        lessons: all,
        subjects: (1..=6)
            .map(|it| (it.into(), format!("Предмет {it}")))
            .collect(),
    }
}

#[test]
fn a_month_of_a_class_by_days() {
    let report = class_absences(&yegorova());
    assert_eq!(
        heads(&report),
        [
            "pupil",
            "07",
            "08",
            "09",
            "10",
            "УП",
            "Б",
            "НП",
            "ОТ",
            "ОП",
            "whole-days"
        ]
    );
    let lines = lines(&report);
    assert_eq!(
        lines[0],
        "Егорова | ОТ2 | Б6 | Б6 | ОП1 | 0 | 12 | 0 | 2 | 1 | 2"
    );
    assert_eq!(lines[1], "Жуков |  |  |  |  | 0 | 0 | 0 | 0 | 0 | 0");
    assert_eq!(
        lines[2],
        "absent-pupils | 1 | 1 | 1 | 0 | 0 | 12 | 0 | 2 | 1 | 2"
    );
    // 10 of 12, 6 of 12, 12 of 12; 34 of 48 in all.
    assert_eq!(
        lines[3],
        "attendance | 83 | 50 | 50 | 100 | 70,83 |  |  |  |  | "
    );
    assert!(report.heat.is_some());
}

/// `ux.md` §5.5: class × day; a gap where there were no lessons.
#[test]
fn a_school_is_shaded_by_days() {
    let book = yegorova();
    let (word, map) = school_heat(std::slice::from_ref(&book)).unwrap();
    assert_eq!(word, "classes");
    let map = serde_json::to_value(&map).unwrap();
    let places = map["tiles"].as_array().unwrap();
    assert_eq!(places.len(), book.days().len());
    // One of two pupils missed 2 of 12, 6 of 12, 6 of 12 and none.
    let titles: Vec<&str> = places
        .iter()
        .map(|it| it["title"].as_str().unwrap().split_once(": ").unwrap().1)
        .collect();
    assert_eq!(
        titles,
        [
            "1 из 2; 16 %",
            "1 из 2; 50 %",
            "1 из 2; 50 %",
            "0 из 2; 0 %"
        ]
    );
    let shades: Vec<u64> = places
        .iter()
        .map(|it| it["shade"].as_u64().unwrap())
        .collect();
    assert_eq!(shades, [3, 4, 4, 0]);
    assert!(school_heat(&[]).is_none());
}

#[test]
fn a_month_of_a_class_by_subjects() {
    let report = class_absences_by_subject(&yegorova());
    let lines = lines(&report);
    assert_eq!(
        lines[0],
        "Егорова | Б2 ОТ1 ОП1 | Б2 ОТ1 | Б2 | Б2 | Б2 | Б2 | 0 | 12 | 0 | 2 | 1 | 2"
    );
    assert_eq!(
        lines[2],
        "all-of-class | 3 | 3 | 2 | 2 | 2 | 2 | 0 | 12 | 0 | 2 | 1 | 2"
    );
}

#[test]
fn only_one_kind_of_absence_or_one_subject_may_be_looked_at() {
    let lines_of = |book: &Presence| lines(&class_absences(book));
    let ill = yegorova().of_code(Some(Attendance::Ill));
    assert!(lines_of(&ill)[0].starts_with("Егорова |  | Б6 | Б6 |  | 0 | 12"));
    let first = yegorova().of_subject(Some(1.into()));
    assert!(lines_of(&first)[0].starts_with("Егорова | ОТ1 | Б1 | Б1 | ОП1 | 0 | 2 | 0 | 1 | 1"));
}

/// §1.23: who is there all day does not stand in it.
#[test]
fn absences_of_a_day_name_those_who_were_away() {
    let mut book = yegorova();
    book.lessons.retain(|it| it.on == day("2026-09-08"));
    assert_eq!(
        lines(&absent_today(&[book])),
        [
            "7Б | Егорова | 6 | 6 | 6 | 0 | 0 | 0 | 0 | 1",
            "absent-pupils | 1 | 6 | 6 | 6 | 0 | 0 | 0 | 0 | 1"
        ]
    );
    assert!(lines(&absent_today(&[])).is_empty());
}

#[test]
fn who_changed_what_in_the_journal() {
    let change = |field, old: &str, new: &str| JournalChange {
        at: "2026-09-07T09:15:00Z".parse().unwrap(),
        by: Some(1.into()),
        subject: 3.into(),
        on: Some(day("2026-09-07")),
        slot: None,
        pupil: Some(2.into()),
        field,
        old: old.to_owned(),
        new: new.to_owned(),
    };
    let changes = [
        change(ChangedField::Mark, "", "4"),
        change(ChangedField::Mark, "4", "5"),
        change(ChangedField::Attendance, "ОТ", ""),
    ];
    let names = HashMap::from([
        (PersonId::from(1), "Петрова Анна".to_owned()),
        (PersonId::from(2), "Громова Ия".to_owned()),
    ]);
    let report = journal_access(&Access {
        zone: chrono_tz::Europe::Moscow,
        class: &class(7, "Б"),
        changes: &changes,
        names: &names,
        subjects: &HashMap::from([(3.into(), "Алгебра".to_owned())]),
        of_child: false,
    });
    let lines = lines(&report);
    assert_eq!(
        lines[1],
        "7Б | Алгебра | 2026-09-07 12:15:00 | Петрова Анна | 07.09.2026 |  | Громова Ия | \
         reporting.action.mark-changed | 4 | 5"
    );
    assert!(lines[0].contains("mark-set") && lines[2].contains("attendance-removed"));
}

fn facts(id: i64, name: &str, gender: Option<Gender>, born: &str) -> PupilFacts {
    PupilFacts {
        card: Card {
            id: id.into(),
            last_name: name.to_owned(),
            first_name: "Иван".to_owned(),
            middle_name: Some("Петрович".to_owned()),
            born_on: (!born.is_empty()).then(|| day(born)),
        },
        gender,
        file_number: "А-17".to_owned(),
        shift: 1,
        foreign_language: "Английский язык".to_owned(),
        family: "Полная".to_owned(),
        citizenship: Some(Citizenship::Russian),
        taught_at_home: None,
        address: "ул. Мира, 1".to_owned(),
    }
}

fn roll_of(class: Class, boys: i64, girls: i64) -> ClassRoll {
    let pupil = |id, gender| facts(id, "Ученик", Some(gender), "2013-05-03");
    let boys = (0..boys).map(|it| pupil(it, Gender::Male));
    let girls = (0..girls).map(|it| pupil(100 + it, Gender::Female));
    ClassRoll {
        class,
        teacher: "Сидорова А. А.".to_owned(),
        pupils: boys.chain(girls).collect(),
        marks: vec![],
    }
}
