//! The worked examples of `reports-and-rules.md` §1.3, 1.6, 1.12–1.18 and 1.20, to the digit.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::{Class, Scale, Subject};
use journal::{
    Attendance, Averaging, Earned, FinalPlace, FinalValue, MarkRules, MarkSum, MarkValue, Marking,
    PupilLesson, PupilWork, Slot, Step,
};
use kernel::{PersonId, SubjectId};
use rust_decimal::Decimal;

use super::{
    PupilLessons, Taught, class_average, class_marks, parent_letter, preliminary, pupil_average,
    pupil_average_course, pupil_marks, pupil_quality, pupil_total, subject_results,
    teacher_average, teacher_average_course,
    tests::{algebra, books, class, day, lines, quarter, read, seven_b, subject_id},
};
use crate::{Books, Label, OfClass, Progress, PupilProgress, Report, SubjectProgress, Weight};

const FIVE: MarkRules = MarkRules {
    scale: Scale::Five,
    grade: 7,
    one_allowed: false,
};

fn sum(marks: &str) -> MarkSum {
    let mut sum = MarkSum::default();
    for typed in marks.split_whitespace() {
        let mark = MarkValue::parse(typed, FIVE).unwrap();
        sum.add_mark(&mark, Decimal::ONE, true, Scale::Five, Averaging::default());
    }
    sum
}

fn subjects(names: &[&str]) -> Vec<Subject> {
    let subject = |(at, name): (usize, &&str)| Subject {
        id: subject_id(at),
        name: (*name).to_owned(),
        short_name: String::new(),
        scale: Scale::Five,
        without_marks: false,
    };
    names.iter().enumerate().map(subject).collect()
}

fn seventh() -> Class {
    class(7, "Б", &[]).class
}

/// A pupil with marks of a subject each, eight lessons of two hours a week.
fn pupil(id: i64, name: &str, marks: &[&str]) -> PupilProgress {
    let subject = |(at, marks): (usize, &&str)| {
        let sum = sum(marks);
        SubjectProgress {
            subject: subject_id(at),
            scale: Scale::Five,
            earned: Earned {
                lessons: 8,
                hours_a_week: Decimal::TWO,
                ..sum.earned()
            },
            sum,
            steps: BTreeMap::new(),
            set: FinalValue::none(),
        }
    };
    PupilProgress {
        id: id.into(),
        name: name.to_owned(),
        subjects: marks.iter().enumerate().map(subject).collect(),
    }
}

/// With a class of five pupils who have these marks together.
fn progress(names: &[&str], pupils: Vec<PupilProgress>, of_class: &[&str]) -> Progress {
    let whole = |(at, marks): (usize, &&str)| {
        let of = OfClass {
            sum: sum(marks),
            pupils: (1..=5).map(PersonId::from).collect(),
            ..OfClass::default()
        };
        (subject_id(at), of)
    };
    Progress {
        class: seventh(),
        subjects: subjects(names),
        pupils,
        of_class: of_class.iter().enumerate().map(whole).collect(),
        marking: Marking::default(),
    }
}

fn five(text: &str) -> FinalValue {
    FinalValue::parse(text, Scale::Five).unwrap()
}

/// §1.12: «Алгебра | 3,38 | 3,67»; the class is all its marks, not a mean of means.
#[test]
fn the_average_of_a_pupil_stands_beside_the_class() {
    let marks = "5 4 4 3 3 3 3 2";
    let it = progress(
        &["Алгебра"],
        vec![pupil(1, "Громова", &[marks])],
        &["5 4 2"],
    );
    let report = pupil_average(&it, &it.pupils[0]);
    let told = lines(&report);
    assert_eq!(
        told,
        [
            "Алгебра | 3,38 | 3,67 | 8",
            "all-subjects | 3,38 | 3,67 | 8"
        ]
    );
    assert_eq!(report.charts[0].points.len(), 1);
}

/// An average of four would tell the marks of one of them.
#[test]
fn a_small_class_has_no_average() {
    let mut it = progress(
        &["Алгебра"],
        vec![pupil(1, "Громова", &["5 4"])],
        &["5 4 2"],
    );
    for of in it.of_class.values_mut() {
        of.pupils.retain(|it| it.get() < 5);
    }
    let told = lines(&pupil_average(&it, &it.pupils[0]));
    assert_eq!(told[0], "Алгебра | 4,50 | — | 2");
    let told = lines(&pupil_quality(&it, &it.pupils[0]));
    assert!(told[0].ends_with("| — | — | —"), "{}", told[0]);
}

fn repeated(marks: &[(&str, usize)]) -> String {
    let all = marks
        .iter()
        .map(|(mark, count)| format!("{mark} ").repeat(*count));
    all.collect()
}

/// §1.13: «09.2026: 6 работ 4,17 | 148 работ 3,92; 10.2026: 11 — 4,00 | 260 — 3,88»,
/// each from the first day on.
#[test]
fn the_course_of_an_average_grows_from_the_first_day() {
    let steps = |september: &str, october: &str| -> BTreeMap<NaiveDate, MarkSum> {
        [("2026-09-01", september), ("2026-10-01", october)]
            .map(|(since, marks)| (day(since), sum(marks)))
            .into()
    };
    let mut one = pupil(1, "Громова", &[""]);
    one.subjects[0].steps = steps("5 4 4 4 4 4", "4 4 4 4 3");
    let mut it = progress(&["Алгебра"], vec![one], &[""]);
    // 148 marks of 580 points, then 112 more of 429: 260 of 1009.
    let september = repeated(&[("4", 136), ("3", 12)]);
    let october = repeated(&[("4", 93), ("3", 19)]);
    let of = it.of_class.get_mut(&subject_id(0)).unwrap();
    of.steps = steps(&september, &october);
    let report = pupil_average_course(&it, &it.pupils[0], None, Step::Month);
    assert_eq!(
        lines(&report),
        [
            "09.2026 | 6 | 4,17 | 148 | 3,92",
            "10.2026 | 11 | 4,00 | 260 | 3,88"
        ]
    );
    let of_one = pupil_average_course(&it, &it.pupils[0], Some(subject_id(0)), Step::Month);
    assert_eq!(lines(&of_one), lines(&report));
    assert_eq!(report.charts[0].points[1].value, Some(Decimal::from(4)));
}

/// §1.17: 12 marks, 3×«5», 5×«4», 3×«3», 1×«2».
#[test]
fn quality_of_a_pupil_by_marks() {
    let marks = repeated(&[("5", 3), ("4", 5), ("3", 3), ("2", 1)]);
    let it = progress(&["Алгебра"], vec![pupil(1, "Громова", &[&marks])], &["5 4"]);
    let told = lines(&pupil_quality(&it, &it.pupils[0]));
    assert_eq!(
        told[0],
        "Алгебра | 8 | 0 | 0 | 0 | 0 | 12 | 12 | 3 | 5 | 3 | 1 | 0 | 3,83 | 3,83 | 91,67 | 66,67 \
         | 4,50 | 100,00 | 100,00"
    );
}

/// §1.18: «Алгебра | 1|2|4|1 | 3,38 | 3» and the sums below.
#[test]
fn the_letter_to_parents_has_a_sheet_for_each_pupil() {
    let mut one = pupil(1, "Громова Анна", &["5 4 4 3 3 3 3 2 •", "5 5"]);
    one.subjects[0].set = five("3");
    one.subjects[1].set = five("5");
    one.subjects[0].sum.missed.ill = 12;
    let it = progress(&["Алгебра", "Физкультура"], vec![one], &["5", "5"]);
    let report = parent_letter(&it, false);
    assert_eq!(
        report.sections[0].title.as_deref(),
        Some("Громова Анна, 7Б")
    );
    assert_eq!(
        lines(&report),
        [
            "Алгебра | 1 | 2 | 4 | 1 | 3,38 | 3",
            "Физкультура | 2 | 0 | 0 | 0 | 5,00 | 5",
            "all | 3 | 2 | 4 | 1 | 3,70 | 4,00",
            "missed-all | 12 |  |  |  |  | ",
            "missed-ill | 12 |  |  |  |  | ",
            "debts | 1 |  |  |  |  | ",
        ]
    );
}

fn work(kind: i64, mark: &str, topic: &str) -> PupilWork {
    let value = MarkValue::parse(mark, FIVE).unwrap();
    PupilWork {
        kind: kind.into(),
        topic: topic.to_owned(),
        due_on: None,
        sum: sum(mark),
        mark: value,
        set_at: "2026-09-15T08:00:00Z".parse().unwrap(),
        weight: Decimal::ONE,
    }
}

fn lesson(id: i64, on: &str, attendance: Attendance, marks: &[&str]) -> PupilLesson {
    let time = chrono::NaiveTime::MIN;
    PupilLesson {
        lesson: schedule::Lesson {
            id: id.into(),
            year: 1.into(),
            held_on: day(on),
            number: 1,
            starts_at: time,
            ends_at: time,
            class: 1.into(),
            group: None,
            subject: subject_id(0),
            teacher: 9.into(),
            room: None,
            cancelled: false,
        },
        topic: "Дроби".to_owned(),
        attendance,
        works: marks.iter().map(|it| work(10, it, "Дроби")).collect(),
    }
}

fn september() -> PupilLessons {
    use Attendance::{Present, Truant};
    PupilLessons {
        subjects: subjects(&["Алгебра"]),
        lessons: vec![
            lesson(1, "2026-09-02", Present, &["4"]),
            lesson(2, "2026-09-04", Present, &[]),
            lesson(3, "2026-09-07", Present, &["."]),
            lesson(4, "2026-09-09", Truant, &[]),
            lesson(5, "2026-09-14", Present, &["3", "5"]),
        ],
        terms: vec![quarter()],
        finals: HashMap::from([((subject_id(0), quarter().slot), five("4"))]),
        kinds: HashMap::from([(10.into(), "Ответ на уроке".to_owned())]),
    }
}

/// §1.15: «Алгебра | 02: 4 | 07: . | 09: НП | 14: 35 | Средн. 4,00 | Итог 4».
#[test]
fn a_day_is_a_column_of_marks_and_absences() {
    let report = pupil_total(&september());
    let days: Vec<_> = report
        .columns
        .iter()
        .filter(|it| it.group == Some(Label::Word("month-9")))
        .collect();
    assert_eq!(days.len(), 4, "a day without anything is no column");
    assert_eq!(
        lines(&report),
        ["Алгебра | 4 | . | НП | 35 | 4,00 | 4 | 4,00"]
    );
}

/// §1.16: a work a line, and «Средняя» below.
#[test]
fn a_subject_work_by_work() {
    let told = lines(&pupil_marks(&september()));
    assert_eq!(
        told[0],
        "Ответ на уроке | Дроби | 02.09.2026 | 15.09.2026 | 4 | 1"
    );
    assert_eq!(told.last().unwrap(), "mean-of-marks |  |  |  | 4,00 | ");
    assert_eq!(told.len(), 5);
}

/// §1.3: Громова, Алгебра 3,46 → «3», «3,46 (до 3,50: 0,04)».
#[test]
fn the_preliminary_report_tells_what_comes_out_and_what_is_missing() {
    // 3,46 = 90 / 26, rounded for show only.
    let algebra = repeated(&[("4", 12), ("3", 14)]);
    let fours = "4 4 4 4 4";
    let mut set = pupil(2, "Егорова", &["5 5 5", "5 5 5", "5 5 5", "5 5 5"]);
    set.subjects[0].set = five("2");
    let mut few = pupil(3, "Жуков", &["5", "5 5 5", "5 5 5", "5 5 5 •"]);
    few.subjects[1].earned.missed = 5;
    let pupils = vec![
        pupil(1, "Громова", &[fours, fours, &algebra, "5 5 5"]),
        set,
        few,
    ];
    let names = ["Русский", "Литература", "Алгебра", "Физкультура"];
    let it = progress(&names, pupils, &[]);
    let none = ["", "", "", ""];
    let book = class(
        7,
        "Б",
        &[("Громова", none), ("Егорова", none), ("Жуков", none)],
    );
    let report = preliminary(&book, &it);
    let told = lines(&report);
    let of = |word: &str| {
        let found = told.iter().find(|it| it.starts_with(&format!("{word} |")));
        found
            .unwrap_or_else(|| panic!("{word} in {told:#?}"))
            .as_str()
    };
    assert_eq!(
        of("line.one-three"),
        "line.one-three | 1 | Громова (Алгебра: to-next[3,46 3,50 0,04])"
    );
    // A mark that is set stands before what comes out.
    assert_eq!(of("line.fails-1"), "line.fails-1 | 1 | Егорова (Русский)");
    assert_eq!(of("line.excellent"), "line.excellent | 1 | Жуков");
    assert_eq!(of("line.almost"), "line.almost | 1 | ");
    assert_eq!(of("Громова"), "Громова | 1 | almost[Алгебра 3,46 4 0,04]");
    assert_eq!(of("line.risk"), "line.risk | 1 | ");
    let risk = "few-marks[Русский 1 3]; many-missed[Литература 5 8]";
    assert_eq!(of("Жуков"), format!("Жуков | 2 | {risk}"));
    assert_eq!(told.last().unwrap(), "Жуков | 1 | Физкультура: 1");
    let heads = report.sections[0].lines.iter();
    assert_eq!(heads.filter(|it| it.weight == Weight::Sum).count(), 3);
}

fn year() -> super::Year {
    let books = seven_b();
    let mut marks = HashMap::new();
    let mut pupils = vec![];
    let mut taught = HashMap::new();
    for pupil in &books.classes[0].pupils {
        pupils.push((pupil.id, pupil.name.clone()));
        taught.insert(pupil.id, pupil.marks.iter().map(|it| it.subject).collect());
        for mark in pupil.marks.iter().filter(|it| !it.value.is_none()) {
            let place = FinalPlace {
                pupil: pupil.id,
                subject: mark.subject,
                slot: quarter().slot,
            };
            marks.insert(place, mark.value.clone());
        }
    }
    super::Year {
        class: seventh(),
        slots: vec![quarter().slot, Slot::YEAR],
        pupils,
        taught,
        subjects: books.subjects,
        marks,
        missed: HashMap::new(),
    }
}

/// §1.6: «Русский», I четв.: «5» 2 · «4» 3 · «3» 1 · «2» 1 · н/а 1 · осв 0 · 75,00 · 62,50 · 56,38 · 3,86.
#[test]
fn the_summary_sheet_has_a_line_for_each_period_and_a_foot_for_each_subject() {
    let shown = [quarter().slot, Slot::YEAR];
    let report = class_marks(&year(), &shown, true);
    let told = lines(&report);
    let russian = report
        .columns
        .iter()
        .position(|it| matches!(&it.label, crate::Label::Text(name) if name == "Русский"));
    let russian = russian.unwrap();
    // Pupils of two lines each, then ten figures of each period.
    assert_eq!(told.len(), 8 * 2 + 2 * 10);
    assert!(told[0].starts_with("Алексеев | quarter-1 |"), "{}", told[0]);
    assert!(told[0].ends_with("| 5,00 | excellent"), "{}", told[0]);
    assert!(told[1].starts_with(" | year |"), "{}", told[1]);
    let foot: Vec<&str> = told[16..26]
        .iter()
        .map(|it| it.split(" | ").nth(russian).unwrap())
        .collect();
    assert_eq!(
        foot,
        [
            "2", "3", "1", "1", "1", "0", "75,00", "62,50", "56,38", "3,86"
        ]
    );
    let without = class_marks(&year(), &shown[..1], false);
    assert_eq!(without.columns.len() + 1, report.columns.len());
}

/// Ф1 and §1.20: «Алгебра · 7А 3,73 · 7Б 3,67 · по учителю 3,71 · параллель 3,71».
fn two_classes() -> (Books, Vec<Taught>) {
    let marks = repeated(&[
        ("5", 4),
        ("4", 9),
        ("3", 8),
        ("2", 1),
        ("н/а", 1),
        ("осв", 1),
    ]);
    let seven_a: Vec<(&str, [&str; 4])> = marks
        .split_whitespace()
        .map(|it| ("Ученик", ["4", "4", it, "4"]))
        .collect();
    let mut books = seven_b();
    books.classes.insert(0, class(7, "А", &seven_a));
    (books, [0, 1].map(algebra).into())
}

#[test]
fn a_teacher_stands_beside_the_parallel() {
    let (books, taught) = two_classes();
    let report = teacher_average(&books, &taught);
    assert_eq!(
        lines(&report),
        [
            "7А | 22 | 3,73 | 3,71",
            "7Б | 6 | 3,67 | 3,71",
            "by-teacher | 28 | 3,71 | 3,71",
        ]
    );
    assert_eq!(report.charts[0].title.as_deref(), Some("Алгебра"));
    let course = teacher_average_course(&[books.clone(), books], &[taught.clone(), taught]);
    let told = lines(&course);
    assert_eq!(
        told,
        [
            "quarter-1 | 28 | 3,71 | 3,71",
            "quarter-1 | 28 | 3,71 | 3,71"
        ]
    );
    assert_eq!(course.charts[0].points.len(), 2);
}

/// §1.23 «Средний балл класса»: §1.0 of 7Б.
#[test]
fn a_class_stands_beside_its_parallel() {
    let books = seven_b();
    let id = books.classes[0].class.id;
    let told = lines(&class_average(&books, id));
    assert_eq!(told[0], "Русский | 7 | 3,86 | 3,86 | 75,00 | 62,50");
    assert_eq!(told[1], "Литература | 8 | 4,25 | 4,25 | 100,00 | 87,50");
    assert_eq!(
        told.last().unwrap(),
        "all-subjects | 28 | 4,14 | 4,14 | 90,00 | 73,33"
    );
    assert_eq!(class_average(&self::books(vec![]), id), Report::default());
}

/// §1.23 «Отчёт об успеваемости класса по предмету».
#[test]
fn a_subject_of_a_class_with_what_comes_out() {
    let mut second = pupil(2, "Дмитриев", &["3 3 4"]);
    second.subjects[0].set = five("4");
    let it = progress(
        &["Алгебра"],
        vec![pupil(1, "Громова", &["5 5 4"]), second],
        &["5"],
    );
    let report = subject_results(&it, subject_id(0));
    let told = lines(&report);
    assert_eq!(told[0], "Громова | 2 | 1 | 0 | 0 | 0 | 0 | 0 | 4,67 | 5 | ");
    assert_eq!(
        told[1],
        "Дмитриев | 0 | 1 | 2 | 0 | 0 | 0 | 0 | 3,33 |  | 4"
    );
    assert_eq!(told[2], "all | 2 | 2 | 2 | 0 | 0 | 0 | 0 | 4,00 |  | ");
    assert!(told[4].starts_with("quality | 100,00"), "{}", told[4]);
    let last = report.sections[0].lines.last().map(read);
    assert!(last.unwrap().starts_with("degree | 82,00"));
}

#[test]
fn nothing_to_report_is_no_line() {
    let it = progress(&[], vec![pupil(1, "Громова", &[])], &[]);
    let one = &it.pupils[0];
    for report in [
        pupil_average(&it, one),
        pupil_average_course(&it, one, None, Step::Week),
        pupil_quality(&it, one),
        subject_results(&it, SubjectId::from(1)),
        parent_letter(&it, false),
    ] {
        assert!(lines(&report).is_empty());
    }
}
