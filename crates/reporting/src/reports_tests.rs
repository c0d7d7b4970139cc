//! The worked examples of `reports-and-rules.md` §1, to the digit.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::{Class, Scale, Subject};
use journal::{FinalPlace, FinalValue, Missed, Slot};
use kernel::{PersonId, SubjectId, decimal::show2};
use org::Targets;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Hours, Taught, class_results, class_teacher, classes, report_cards, school, teacher};
use crate::{
    Books, Cell, ClassBook, Kept, Line, Mark, Piece, PupilBook, Report, Standing, Term, Turn,
    Value, Weight,
};

const SUBJECTS: [&str; 4] = ["Русский", "Литература", "Алгебра", "Физкультура"];

/// The set of 7Б: eight pupils with their marks of a quarter.
pub(super) const PUPILS: [(&str, [&str; 4]); 8] = [
    ("Алексеев", ["5", "5", "5", "5"]),
    ("Борисова", ["5", "5", "4", "5"]),
    ("Васильев", ["4", "5", "4", "осв"]),
    ("Громова", ["4", "4", "3", "5"]),
    ("Дмитриев", ["3", "4", "3", "4"]),
    ("Егорова", ["2", "3", "3", "4"]),
    ("Жуков", ["н/а у", "4", "н/а у", "5"]),
    ("Зайцева", ["4", "4", "", "5"]),
];

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn quarter() -> Term {
    Term {
        slot: Slot::from_code("quarter-1").unwrap(),
        starts_on: day("2026-09-01"),
        ends_on: day("2026-10-23"),
    }
}

fn mark(subject: usize, text: &str) -> Mark {
    Mark {
        subject: subject_id(subject),
        scale: Scale::Five,
        value: FinalValue::parse(text, Scale::Five).unwrap(),
    }
}

pub(super) fn subject_id(place: usize) -> SubjectId {
    SubjectId::from(i64::try_from(place).unwrap() + 1)
}

pub(super) fn class(grade: i16, letter: &str, pupils: &[(&str, [&str; 4])]) -> ClassBook {
    let pupils = pupils.iter().zip(1_i64..);
    ClassBook {
        class: Class {
            id: (i64::from(grade) * 10 + i64::try_from(letter.len()).unwrap()).into(),
            year: 1.into(),
            grade,
            letter: letter.to_owned(),
            shift: 1,
            teacher: None,
            room: None,
        },
        teacher: "Сидорова А. А.".to_owned(),
        term: quarter(),
        subjects: (0..4).map(subject_id).collect(),
        pupils: pupils
            .map(|((name, marks), id)| PupilBook {
                id: id.into(),
                name: (*name).to_owned(),
                marks: marks
                    .iter()
                    .enumerate()
                    .map(|(at, it)| mark(at, it))
                    .collect(),
                missed: Missed::default(),
            })
            .collect(),
        at_start: 9,
        came: vec![],
        left: vec![Turn {
            id: 99.into(),
            name: "Иванов".to_owned(),
            on: day("2026-10-01"),
            order: String::new(),
        }],
        teachers: HashMap::new(),
    }
}

pub(super) fn books(classes: Vec<ClassBook>) -> Books {
    let subjects = SUBJECTS.iter().enumerate().map(|(at, name)| {
        let subject = Subject {
            id: subject_id(at),
            name: (*name).to_owned(),
            short_name: String::new(),
            scale: Scale::Five,
            without_marks: false,
        };
        (subject.id, subject)
    });
    Books {
        term: quarter(),
        classes,
        subjects: subjects.collect(),
    }
}

/// Algebra in the class at that place of the books.
pub(super) fn algebra(class: usize) -> Taught {
    Taught {
        class,
        subject: subject_id(2),
        group: None,
        hours: Hours::default(),
    }
}

pub(super) fn seven_b() -> Books {
    let mut class = class(7, "Б", &PUPILS);
    // 62 lessons missed in all, as in §1.4.
    class.pupils[5].missed = Missed {
        ill: 40,
        excused: 12,
        truant: 10,
        ..Missed::default()
    };
    books(vec![class])
}

/// A phrase as what is filled into it.
fn piece(it: &Piece) -> String {
    match it {
        Piece::Text(text) => text.clone(),
        Piece::Phrase(word, args) => {
            let args: Vec<&str> = args.iter().map(|it| it.1.as_str()).collect();
            format!("{word}[{}]", args.join(" "))
        }
    }
}

/// A line as people read it.
pub(super) fn read(line: &Line) -> String {
    let cells = line.cells.iter().map(|it| match &it.value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Word(word) => (*word).to_owned(),
        Value::Said(pieces) => pieces.iter().map(piece).collect(),
        Value::Slot(slot) => slot.code(),
        Value::Count(count) => count.to_string(),
        Value::Share(share) => share.map_or("—".to_owned(), show2),
        Value::Date(day) => kernel::dates::show_date(*day),
        Value::Moment(moment) => moment.to_string(),
        Value::Words(words) => words.join(" "),
        Value::Change(change) => change.to_string(),
        Value::Missing => "!".to_owned(),
    });
    cells.collect::<Vec<_>>().join(" | ")
}

pub(super) fn lines(report: &Report) -> Vec<String> {
    let lines = report.sections.iter().flat_map(|it| &it.lines);
    for line in lines.clone() {
        assert_eq!(line.cells.len(), report.columns.len(), "{}", read(line));
    }
    lines.map(read).collect()
}

#[test]
fn the_sixteen_columns_of_the_school() {
    let lines = lines(&school(&seven_b(), false, Targets::default()));
    assert_eq!(
        lines[0],
        "7 | 8 | 5 | 1 | 2 | 1 | 1 | 1 | 1 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | 71,43 | 42,86"
    );
    assert!(lines[1].starts_with("all | 8 | 5"));
    let with_names = self::lines(&school(&seven_b(), true, Targets::default()));
    assert!(
        with_names[0].ends_with("71,43 | 42,86 | 7Б: Егорова (Русский)"),
        "{}",
        with_names[0]
    );
    assert!(with_names[1].ends_with(" | "), "sums name nobody");
}

#[test]
fn a_line_for_each_class() {
    assert_eq!(
        lines(&classes(&seven_b(), &HashMap::new()))[0],
        "7Б | Сидорова А. А. | 9 | 0 | 1 | 8 | 1 | 2 | 1 | 1 | 1 | 1 | 0 | 0 | 1 | 0 | 0 | 1 \
         | 71,43 | 42,86 | 67,13 | 4,14 | 62 | 40 | 12 | 10 | 7,75"
    );
}

/// Ф1 and §1.1: 7А and 7Б in algebra, summed up and counted anew.
#[test]
fn sums_of_a_teacher_are_not_means() {
    let of = |text: &'static str, count: usize| std::iter::repeat_n(text, count);
    let marks: Vec<&str> = of("5", 4)
        .chain(of("4", 9))
        .chain(of("3", 8))
        .chain(of("2", 1))
        .chain(of("н/а", 1))
        .chain(of("осв", 1))
        .chain(of("", 1))
        .collect();
    let seven_a: Vec<(&str, [&str; 4])> = marks
        .iter()
        .map(|it| ("Ученик", ["4", "4", it, "4"]))
        .collect();
    let mut books = seven_b();
    books.classes.insert(0, class(7, "А", &seven_a));
    let report = teacher(&[(&books, [0, 1].map(algebra).into())], true);
    assert_eq!(report.sections[0].title.as_deref(), Some("Алгебра"));
    let lines = lines(&report);
    assert_eq!(
        lines[0],
        "7А | 25 | 4 | 9 | 8 | 1 | 1 | 1 | 91,30 | 56,52 | 55,96 | 3,73 | Ученик, Ученик"
    );
    assert_eq!(
        lines[1],
        "7Б | 8 | 1 | 2 | 3 | 0 | 1 | 0 | 85,71 | 42,86 | 49,00 | 3,67 | Жуков"
    );
    assert_eq!(
        lines[2],
        "7 | 33 | 5 | 11 | 11 | 1 | 2 | 1 | 90,00 | 53,33 | 54,33 | 3,71 | "
    );
}

#[test]
fn the_class_teacher_names_whom_the_figures_mean() {
    let mut books = seven_b();
    let before = books.classes[0].clone();
    let alone = [
        (2, 2, "Ким О. А."),
        (4, 2, "Ким О. А."),
        (6, 0, "Петров И. И."),
    ];
    books.classes[0].teachers = alone
        .into_iter()
        .map(|(pupil, subject, name)| ((pupil.into(), subject_id(subject)), name.to_owned()))
        .collect();
    // §1.8: 25 pupils, 180 lessons each, 310 missed.
    let kept = Kept {
        lessons: 4500,
        missed: Missed {
            ill: 310,
            ..Missed::default()
        },
        days: 40,
        ill_days: 40,
    };
    let report = class_teacher(
        &books,
        &books.classes[0],
        Some(&before),
        (Some(Kept::default()), kept),
    );
    let all = report.sections[0].lines.iter();
    for line in all {
        let path = line.cells[2]
            .path
            .as_deref()
            .expect("a figure opens what it is made of");
        assert!(path.starts_with("/reports/class-"), "{path}");
    }
    let lines = lines(&report);
    let of = |name: &str| {
        let start = format!("line.{name} |");
        lines
            .iter()
            .find(|it| it.starts_with(&start))
            .unwrap()
            .clone()
    };
    assert_eq!(of("left"), "line.left | 1 | 1 | Иванов (01.10.2026)");
    assert_eq!(of("excellent"), "line.excellent | 1 | 1 | Алексеев");
    assert_eq!(of("fours"), "line.fours | 2 | 2 | Васильев");
    assert_eq!(
        of("one-four"),
        "line.one-four | 1 | 1 | Борисова (Алгебра – Ким О. А.)"
    );
    assert_eq!(
        of("one-three"),
        "line.one-three | 1 | 1 | Громова (Алгебра – Ким О. А.)"
    );
    assert_eq!(
        of("fails-1"),
        "line.fails-1 | 1 | 1 | Егорова (Русский – Петров И. И.)"
    );
    assert_eq!(
        of("not-attested"),
        "line.not-attested | 1 | 1 | Жуков (Русский, Алгебра)"
    );
    assert_eq!(of("excused"), "line.excused | 1 | 1 | Жуков");
    assert_eq!(of("truant"), "line.truant | 0 | 0 | ");
    assert_eq!(of("days"), "line.days | 0 | 40 | ");
    assert_eq!(of("attendance"), "line.attendance | — | 93,11 | ");
    assert_eq!(of("no-mark"), "line.no-mark | 1 | 1 | Зайцева (Алгебра)");
    assert_eq!(of("success"), "line.success | 71,43 | 71,43 | 5 / 7");
    assert_eq!(of("quality"), "line.quality | 42,86 | 42,86 | 3 / 7");
}

#[test]
fn the_class_in_a_table_with_shares_below() {
    let books = seven_b();
    let lines = lines(&class_results(&books, &books.classes[0], false));
    assert!(
        lines[3].starts_with("Громова | one-three | 4 | 4 | 3 | 5 | 4,00 | 1 | 2 | 1 | 0 | 0 |"),
        "{}",
        lines[3]
    );
    let below: Vec<&str> = lines[8..18]
        .iter()
        .map(|it| it.split(" | ").nth(2).unwrap())
        .collect();
    assert_eq!(
        below,
        [
            "2", "3", "1", "1", "1", "0", "75,00", "62,50", "56,38", "3,86"
        ]
    );
    let categories: Vec<(&str, &str)> = lines[18..]
        .iter()
        .map(|it| {
            let mut cells = it.split(" | ");
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let expected = [
        "excellent",
        "one-four",
        "good",
        "one-three",
        "threes",
        "fails-1",
        "not-attested",
        "no-mark",
    ];
    assert_eq!(categories, expected.map(|it| (it, "1")));
}

#[test]
fn a_report_card_has_a_page_for_each_pupil() {
    let slots = [
        "quarter-1",
        "quarter-2",
        "quarter-3",
        "quarter-4",
        "year",
        "exam",
        "final",
    ];
    let slots: Vec<Slot> = slots
        .iter()
        .map(|it| Slot::from_code(it).unwrap())
        .collect();
    let pupil = PersonId::from(1);
    let marks = slots.iter().zip(["3", "4", "4", "4", "4", "", "4"]);
    let marks = marks.filter(|it| !it.1.is_empty()).map(|(slot, text)| {
        let place = FinalPlace {
            pupil,
            subject: subject_id(2),
            slot: *slot,
        };
        (place, FinalValue::parse(text, Scale::Five).unwrap())
    });
    let missed = Missed {
        ill: 6,
        untold: 2,
        ..Missed::default()
    };
    let report = report_cards(&super::Year {
        class: class(7, "Б", &[]).class,
        pupils: vec![(pupil, "Громова Анна Олеговна".to_owned())],
        taught: HashMap::from([(pupil, vec![subject_id(2)])]),
        subjects: books(vec![]).subjects,
        marks: marks.collect(),
        missed: HashMap::from([((pupil, 0), missed)]),
        slots,
    });
    assert_eq!(
        report.sections[0].title.as_deref(),
        Some("Громова Анна Олеговна, 7Б")
    );
    assert_eq!(
        lines(&report),
        [
            "Алгебра | 3 | 4 | 4 | 4 | 4 |  | 4",
            "missed-all | 8 | 0 | 0 | 0 |  |  | ",
            "missed-ill | 6 | 0 | 0 | 0 |  |  | ",
        ]
    );
}

/// What is typed into a pupil's row, or nothing.
fn any_mark() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "5", "4", "3", "2", "н/а у", "н/а п", "н/а", "осв", "зач", "",
    ])
}

pub(super) fn any_class() -> impl Strategy<Value = ClassBook> {
    let pupils = prop::collection::vec(prop::array::uniform4(any_mark()), 0..9);
    (2..=11_i16, pupils).prop_map(|(grade, pupils)| {
        let pupils: Vec<(&str, [&str; 4])> = pupils.into_iter().map(|it| ("Ученик", it)).collect();
        class(grade, "А", &pupils)
    })
}

/// The slow way: every pupil looked at with plain comparisons.
fn slowly(classes: &[ClassBook]) -> BTreeMap<&'static str, u32> {
    let mut counts = BTreeMap::new();
    for pupil in classes.iter().flat_map(|it| &it.pupils) {
        let texts: Vec<&str> = pupil.marks.iter().map(|it| it.value.text()).collect();
        let has = |text: &str| texts.iter().filter(|it| **it == text).count();
        let place = if has("") > 0 {
            "no mark"
        } else if has("н/а") > 0 {
            "not attested"
        } else if has("2") > 0 {
            "fails"
        } else if has("3") + has("4") + has("5") > 0 {
            "succeeds"
        } else {
            "nothing to count"
        };
        *counts.entry(place).or_default() += 1;
        *counts.entry("all").or_default() += 1;
    }
    counts
}

proptest! {
    /// The controls of §1.5 hold for every school, and sums are those of a slow count.
    #[test]
    fn a_school_adds_up(classes in prop::collection::vec(any_class(), 0..6)) {
        let slow = slowly(&classes);
        let of = |name: &str| slow.get(name).copied().unwrap_or(0);
        let sum: Standing = classes.iter().map(Standing::of).collect::<Vec<_>>().iter().sum();
        prop_assert_eq!(sum.pupils, of("all"));
        prop_assert_eq!(sum.no_mark, of("no mark"));
        prop_assert_eq!(sum.all_not_attested(), of("not attested"));
        prop_assert_eq!(sum.all_fails(), of("fails"));
        prop_assert_eq!(sum.succeed(), of("succeeds"));
        prop_assert!(sum.one_four <= sum.fours());
        let counted = sum.counted() + sum.no_mark + of("nothing to count");
        prop_assert_eq!(sum.pupils, counted);
        let expected = Decimal::from(sum.succeed() * 100).checked_div(sum.counted().into());
        prop_assert_eq!(sum.success(), expected);
        let report = school(&books(classes), false, Targets::default());
        let last = report.sections[0].lines.last().unwrap();
        prop_assert_eq!(last.weight, Weight::Sum);
        prop_assert_eq!(&last.cells[1], &Cell::count(sum.pupils));
    }
}
