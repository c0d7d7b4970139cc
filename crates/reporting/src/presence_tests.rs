//! Reports of attendance and people beside the worked examples of §1.8–1.11,
//! 1.19 and 1.23, and beside a slow count (RPT-1).

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{Datelike, Days, NaiveDate};
use curriculum::Class;
use journal::{Attendance, ChangedField, HeldLesson, JournalChange, Slot};
use kernel::{LessonId, PersonId, decimal::show2};
use movement::{OrderKind, SchoolPaper, SchoolPapers};
use people::{Card, Gender, KinshipKind, ParentFacts, PupilFacts, RestrictedField};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Access, Unplanned, absent_today, birthdays, class_absences, class_absences_by_subject,
    class_attendance, class_list, class_pupils, journal_access, no_plans, pupil_figures,
    social_passport,
};
use crate::{
    Attendee, ClassRoll, Label, Line, Presence, PupilPage, Report, Roll, Term, Unit, Value, Weight,
};

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

/// §1.10: `7А 25 (13 м/12 д) · 7Б 8 (5/3) · итого 7: классов 2, уч-ся 33 (18/15)`.
#[test]
fn figures_of_pupils_sum_up() {
    let mut roll = Roll {
        on: day("2026-09-20"),
        classes: vec![roll_of(class(7, "А"), 13, 12), roll_of(class(7, "Б"), 5, 3)],
    };
    roll.classes[1].marks.push((
        RestrictedField::SocialStatus,
        "Многодетная семья".to_owned(),
        2,
    ));
    let report = pupil_figures(&roll);
    assert_eq!(
        heads(&report),
        [
            "class",
            "classes",
            "pupils",
            "boys",
            "girls",
            "2013",
            "I",
            "II",
            "Английский язык",
            "Многодетная семья"
        ]
    );
    let lines = lines(&report);
    assert_eq!(lines[0], "7А | 1 | 25 | 13 | 12 | 25 | 25 | 0 | 25 | 0");
    assert_eq!(lines[1], "7Б | 1 | 8 | 5 | 3 | 8 | 8 | 0 | 8 | 2");
    assert_eq!(lines[2], "7 | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 33 | 2");
    assert_eq!(
        lines[3],
        "level-basic | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 33 | 2"
    );
    assert_eq!(lines[4], "all | 2 | 33 | 18 | 15 | 33 | 33 | 0 | 33 | 2");

    // A class without known gender is named.
    roll.classes[1].pupils[0].gender = None;
    roll.classes[1].pupils[1].card.born_on = None;
    let report = pupil_figures(&roll);
    let named: Vec<(&str, &str)> = report
        .notes
        .iter()
        .filter(|it| !it.args.is_empty())
        .map(|it| (it.word, it.args[0].1.as_str()))
        .collect();
    assert_eq!(named, [("no-gender", "7Б"), ("no-birth", "7Б")]);
    assert!(heads(&report).contains(&"gender-unknown".to_owned()));
}

/// §1.11: `1 | А-17 | Алексеев Иван Петрович | 03.05.2013 | м | 01.09.2020 № 112 | … | —`.
#[test]
fn the_page_of_a_class_journal_names_what_is_empty() {
    let mut page = PupilPage {
        facts: facts(1, "Алексеев", Some(Gender::Male), "2013-05-03"),
        papers: SchoolPapers {
            came: Some(SchoolPaper {
                kind: OrderKind::Enrolment,
                number: "112".to_owned(),
                ordered_on: day("2020-09-01"),
                effective_on: day("2020-09-01"),
                place: "детский сад № 5".to_owned(),
            }),
            left: None,
        },
        parents: vec![ParentFacts {
            pupil: 1.into(),
            parent: 2.into(),
            kind: KinshipKind::Mother,
            name: "Алексеева Ольга Ивановна".to_owned(),
            workplace: "больница".to_owned(),
            phone: "+7 918 000-00-00".to_owned(),
        }],
        lacks: vec![],
    };
    let report = class_pupils(std::slice::from_ref(&page));
    assert_eq!(
        lines(&report),
        [
            "1 | А-17 | Алексеев Иван Петрович | 03.05.2013 | boy | 01.09.2020 №\u{a0}112 | ул. Мира, 1 \
             | Алексеева Ольга Ивановна, больница, +7 918 000-00-00 |  |  |  | "
        ]
    );
    assert!(report.notes.is_empty());
    page.facts.address = String::new();
    page.lacks = vec!["lives_at", "passport"];
    let report = class_pupils(&[page]);
    let line = &lines(&report)[0];
    assert!(line.contains("№\u{a0}112 | ! | Алексеева"), "{line}");
    assert!(line.ends_with("people.gap.lives_at, people.gap.passport"));
    assert_eq!(report.notes[0].path.as_deref(), Some("/people/pupils/1"));
}

#[test]
fn the_list_of_a_class_and_its_birthdays() {
    let mut class_roll = roll_of(class(7, "А"), 1, 1);
    assert_eq!(
        lines(&class_list(&class_roll))[0],
        "1 | Ученик Иван Петрович | 03.05.2013 | boy | А-17 | Английский язык"
    );
    class_roll.pupils[1] = facts(5, "Лапина", None, "2012-02-29");
    let roll = Roll {
        on: day("2026-11-20"),
        classes: vec![class_roll],
    };
    assert_eq!(
        lines(&birthdays(&roll.birthdays(day("2027-02-01")))),
        ["28.02.2027 | Лапина Иван | 7А | 15"]
    );
    assert_eq!(
        lines(&birthdays(&roll.birthdays(day("2027-05-01")))),
        ["03.05.2027 | Ученик Иван | 7А | 14"]
    );
}

#[test]
fn the_social_passport_has_numbers_alone() {
    let mut class_roll = roll_of(class(7, "А"), 2, 1);
    class_roll.pupils[2].family = String::new();
    class_roll.marks = vec![
        (
            RestrictedField::SocialStatus,
            "Многодетная семья".to_owned(),
            2,
        ),
        (RestrictedField::HealthGroup, "I".to_owned(), 1),
    ];
    let roll = Roll {
        on: day("2026-11-20"),
        classes: vec![class_roll],
    };
    let report = social_passport(&roll);
    assert_eq!(
        heads(&report),
        [
            "class",
            "class-teacher",
            "pupils",
            "Полная",
            "unknown",
            "Многодетная семья",
            "unknown",
            "I",
            "unknown"
        ]
    );
    assert_eq!(
        lines(&report)[0],
        "7А | Сидорова А. А. | 3 | 2 | 1 | 2 | 1 | 1 | 2"
    );
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
    });
    let lines = lines(&report);
    assert_eq!(
        lines[1],
        "7Б | Алгебра | 2026-09-07 12:15:00 | Петрова Анна | 07.09.2026 |  | Громова Ия | \
         reporting.action.mark-changed | 4 | 5"
    );
    assert!(lines[0].contains("mark-set") && lines[2].contains("attendance-removed"));
}

#[test]
fn load_without_a_plan_is_summed_up() {
    let row = |hours: i64| Unplanned {
        teacher: "Петрова".to_owned(),
        class: "7А".to_owned(),
        subject: "Алгебра".to_owned(),
        hours: Decimal::from(hours),
    };
    assert_eq!(lines(&no_plans(&[row(3), row(2)]))[2], "all |  | 2 | 5,00");
    assert!(lines(&no_plans(&[])).is_empty());
}

/// A code, or presence.
fn any_note() -> impl Strategy<Value = Attendance> {
    prop::sample::select(Attendance::ALL.to_vec())
}

/// A class of some pupils in two groups over some days, with anything noted.
fn any_presence() -> impl Strategy<Value = Presence> {
    let lessons = prop::collection::vec((0..12_u64, 0..3_i64, 1..5_i64), 0..24);
    let pupils = prop::collection::vec(
        (
            prop::option::of(1..3_i64),
            0..12_u64,
            prop::option::of(0..12_u64),
            prop::collection::vec(any_note(), 24),
        ),
        0..6,
    );
    (lessons, pupils).prop_map(|(mut lessons, pupils)| {
        lessons.sort_unstable();
        let first = day("2026-09-01");
        let lessons: Vec<HeldLesson> = lessons
            .iter()
            .zip(1_i64..)
            .map(|((at, group, subject), id)| HeldLesson {
                id: id.into(),
                on: first + Days::new(*at),
                class: 7.into(),
                group: (*group > 0).then(|| (*group).into()),
                subject: (*subject).into(),
            })
            .collect();
        let pupils = pupils
            .iter()
            .zip(1_i64..)
            .map(|((group, since, stay, notes), id)| {
                let since = first + Days::new(*since);
                let mut it = attendee(id, "Ученик", &[]);
                it.stays = vec![(since, stay.map(|days| since + Days::new(days)))];
                it.groups = group.iter().map(|it| (*it).into()).collect();
                for (lesson, note) in lessons.iter().zip(notes) {
                    // Only where the pupil is on the list of the lesson.
                    if it.has(lesson) && *note != Attendance::Present {
                        it.noted.insert(lesson.id, *note);
                    }
                }
                it
            });
        Presence {
            class: class(7, "А"),
            pupils: pupils.collect(),
            subjects: (1..5).map(|it| (it.into(), it.to_string())).collect(),
            lessons,
        }
    })
}

/// The slow way: every lesson of every pupil looked at by itself. Lessons,
/// missed, by code, whole days.
fn slowly(book: &Presence, pupil: &Attendee) -> (u32, u32, HashMap<&'static str, u32>, u32) {
    let (mut all, mut missed) = (0, 0);
    let mut codes: HashMap<&'static str, u32> = HashMap::new();
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    let is_on_the_list = |lesson: &HeldLesson| {
        let (since, until) = pupil.stays[0];
        let here = since <= lesson.on && until.is_none_or(|it| lesson.on <= it);
        match lesson.group {
            None => here,
            Some(group) => here && pupil.groups.contains(&group),
        }
    };
    for lesson in &book.lessons {
        if is_on_the_list(lesson) {
            all += 1;
            let code = pupil.noted.get(&lesson.id).map_or("", |it| it.code());
            *codes.entry(code).or_default() += 1;
            if ["ОТ", "Б", "УП", "НП"].contains(&code) {
                missed += 1;
            }
            days.insert(lesson.on);
        }
    }
    let mut whole = 0;
    for on in days {
        let mut away = true;
        for lesson in &book.lessons {
            if lesson.on == on && is_on_the_list(lesson) {
                let code = pupil.noted.get(&lesson.id).map_or("", |it| it.code());
                away = away && ["ОТ", "Б", "УП", "НП"].contains(&code);
            }
        }
        whole += u32::from(away);
    }
    (all, missed, codes, whole)
}

fn count(cell: &crate::Cell) -> u32 {
    match cell.value {
        Value::Count(count) => count,
        _ => panic!("{cell:?} is no count"),
    }
}

proptest! {
    /// Every figure of §1.8, 1.9 and «Пропуски за день» is that of a slow count.
    #[test]
    fn attendance_adds_up(book in any_presence()) {
        let year = [term("year", "2026-09-01", "2027-05-26")];
        let sheet = class_attendance(&book, &year, Unit::Both);
        let month = class_absences(&book);
        let subjects = class_absences_by_subject(&book);
        let (mut lessons, mut missed_in_all) = (0, 0);
        for (at, pupil) in book.pupils.iter().enumerate() {
            let (all, missed, codes, whole) = slowly(&book, pupil);
            lessons += all;
            missed_in_all += missed;
            let code = |it: &str| codes.get(it).copied().unwrap_or(0);
            let cells = &sheet.sections[0].lines[at].cells;
            let shown: Vec<u32> = cells[1..].iter().map(count).collect();
            let expected = [whole, shown[1], missed, code("Б"), code("УП"), code("НП"), code("ОТ"), code("ОП")];
            prop_assert_eq!(&shown[..], &expected[..]);
            prop_assert!(shown[1] <= whole);
            for report in [&month, &subjects] {
                let cells = &report.sections[0].lines[at].cells;
                let shown: Vec<u32> = cells[cells.len() - 6..].iter().map(count).collect();
                prop_assert_eq!(&shown, &[code("УП"), code("Б"), code("НП"), code("ОТ"), code("ОП"), whole]);
            }
        }
        let expected = Decimal::from((lessons - missed_in_all) * 100).checked_div(lessons.into());
        let foot = sheet.sections[0].lines.last().unwrap();
        prop_assert_eq!(foot.weight, Weight::Sum);
        prop_assert_eq!(&foot.cells[1].value, &Value::Share(expected));

        let today = absent_today(std::slice::from_ref(&book));
        let named = today.sections[0].lines.iter().filter(|it| it.weight == Weight::Plain).count();
        let away = book.pupils.iter().filter(|it| {
            let (_, missed, codes, _) = slowly(&book, it);
            missed > 0 || codes.contains_key("ОП")
        });
        prop_assert_eq!(named, away.count());
        if let Some(sum) = today.sections[0].lines.last() {
            prop_assert_eq!(count(&sum.cells[3]), missed_in_all);
        }
    }

    /// The controls of §1.10: total = boys + girls + unknown = Σ by year of birth,
    /// whatever the school; every birthday stands in exactly one month.
    #[test]
    fn figures_of_people_add_up(
        pupils in prop::collection::vec((1..=11_i16, 0..3_usize, 0..4_i32, 1..=2_i16, 0..12_u32), 0..40)
    ) {
        let mut classes: Vec<ClassRoll> = (1..=11).map(|it| roll_of(class(it, "А"), 0, 0)).collect();
        for ((grade, gender, born, shift, month), id) in pupils.iter().zip(1_i64..) {
            let gender = [Some(Gender::Male), Some(Gender::Female), None][*gender];
            let mut it = facts(id, "Ученик", gender, "");
            it.card.born_on = (*born > 0).then(|| {
                NaiveDate::from_ymd_opt(2009 + born, month + 1, 28).unwrap()
            });
            it.shift = *shift;
            classes[usize::try_from(*grade).unwrap() - 1].pupils.push(it);
        }
        let roll = Roll { on: day("2026-09-20"), classes };
        let report = pupil_figures(&roll);
        let heads = heads(&report);
        let sum = report.sections[0].lines.last().unwrap();
        let of = |is: &dyn Fn(&str) -> bool| -> u32 {
            let found = heads.iter().zip(&sum.cells).filter(|it| is(it.0));
            found.map(|it| count(it.1)).sum()
        };
        let total = u32::try_from(pupils.len()).unwrap();
        prop_assert_eq!(of(&|it| it == "pupils"), total);
        prop_assert_eq!(of(&|it| ["boys", "girls", "gender-unknown"].contains(&it)), total);
        prop_assert_eq!(of(&|it| it.starts_with("20") || it == "born-unknown"), total);
        prop_assert_eq!(of(&|it| it == "I" || it == "II"), total);
        let boys = pupils.iter().filter(|it| it.1 == 0).count();
        prop_assert_eq!(of(&|it| it == "boys"), u32::try_from(boys).unwrap());
        let months = (1..=12).map(|it| NaiveDate::from_ymd_opt(2027, it, 1).unwrap());
        let found: Vec<_> = months.flat_map(|it| roll.birthdays(it)).collect();
        prop_assert_eq!(found.len(), pupils.iter().filter(|it| it.2 > 0).count());
        prop_assert!(found.iter().all(|it| it.on.day() == 28 && (15..=17).contains(&it.turns)));
    }
}
