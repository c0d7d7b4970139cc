//! Figures open what they are made of; columns and lines that are asked for
//! (RPT-1, `reports-and-rules.md` §1.1–1.7).

use std::collections::HashMap;

use curriculum::Scale;
use journal::{FinalValue, Shares, Slot};
use kernel::decimal::show2;
use org::Targets;
use rust_decimal::Decimal;

use super::{
    Hours, Taught, YearAgo, class_results, class_teacher, classes, school, teacher,
    tests::{PUPILS, algebra, books, class, day, lines, seven_b, subject_id},
};
use crate::{Books, ClassBook, Form, Kept, Label, Report, Term, Turn};

/// Every figure of the first line with the way it opens.
fn ways(report: &Report) -> Vec<Option<&str>> {
    let cells = &report.sections[0].lines[0].cells;
    cells.iter().map(|it| it.path.as_deref()).collect()
}

/// §1.4 and §1.5: from a parallel to its classes, from a class to names and
/// absences.
#[test]
fn figures_of_a_school_open_what_they_are_made_of() {
    let books = seven_b();
    let of_school = school(&books, true, Targets::default());
    let (last, figures) = ways(&of_school)
        .split_last()
        .map(|it| (*it.0, it.1.to_vec()))
        .unwrap();
    assert!(last.is_none(), "names are no figure");
    let parallel = Some("/reports/classes?period=quarter-1&grade=7");
    assert!(figures.iter().all(|it| *it == parallel), "{figures:?}");

    let of_classes = classes(&books, &HashMap::new());
    let ways = ways(&of_classes);
    let id = books.classes[0].class.id;
    let results = format!("/reports/class-results?class={id}&period=quarter-1");
    assert_eq!(ways[0], Some(results.as_str()));
    assert_eq!(ways[1], None, "the class teacher is no figure");
    let names = format!("/reports/class-teacher?class={id}&period=quarter-1");
    let absences = format!("/reports/class-attendance?class={id}&term=quarter-1");
    let missed = ways.len() - 5;
    assert!(
        ways[2..missed].iter().all(|it| *it == Some(names.as_str())),
        "{ways:?}"
    );
    assert!(
        ways[missed..]
            .iter()
            .all(|it| *it == Some(absences.as_str())),
        "{ways:?}"
    );
}

/// 7Б in algebra in two quarters.
fn of_two_quarters() -> [Books; 2] {
    let first = seven_b();
    let mut second = first.clone();
    let term = Term {
        slot: Slot::from_code("quarter-2").unwrap(),
        starts_on: day("2026-11-02"),
        ends_on: day("2026-12-27"),
    };
    second.term = term;
    second.classes[0].term = term;
    for pupil in &mut second.classes[0].pupils {
        pupil.marks[2].value = FinalValue::parse("5", Scale::Five).unwrap();
    }
    [first, second]
}

/// §1.1: a class has a line for each period, and so have the sums.
#[test]
fn periods_of_a_teacher_stand_below_each_other() {
    let [first, second] = of_two_quarters();
    let spans = [&first, &second].map(|it| (it, vec![algebra(0)]));
    let report = teacher(&spans, true);
    let first = "8 | 1 | 2 | 3 | 0 | 1 | 0 | 85,71 | 42,86 | 49,00 | 3,67";
    let second = "8 | 8 | 0 | 0 | 0 | 0 | 0 | 100,00 | 100,00 | 100,00 | 5,00";
    assert_eq!(
        lines(&report),
        [
            format!("7Б | quarter-1 | {first} | Жуков"),
            format!("7Б | quarter-2 | {second} | "),
            format!("all | quarter-1 | {first} | "),
            format!("all | quarter-2 | {second} | "),
        ]
    );
    let finals = format!("/journal/{}/3/finals", spans[0].0.classes[0].class.id);
    let (names, figures) = ways(&report)
        .split_last()
        .map(|it| (*it.0, it.1.to_vec()))
        .unwrap();
    assert_eq!(names, None);
    for (at, way) in figures.into_iter().enumerate() {
        assert_eq!(way, (at != 1).then_some(finals.as_str()), "{at}");
    }
}

/// §1.1: lessons by the plan and held, «зач» and «незач».
#[test]
fn hours_and_passes_of_a_teacher_stand_beside_the_marks() {
    let mut books = seven_b();
    for (at, pupil) in books.classes[0].pupils.iter_mut().enumerate() {
        let text = if at < 6 { "зач" } else { "незач" };
        pupil.marks[3].scale = Scale::Pass;
        pupil.marks[3].value = FinalValue::parse(text, Scale::Pass).unwrap();
    }
    let hours = |planned, held| Hours { planned, held };
    let sports = Taught {
        subject: subject_id(3),
        hours: hours(None, Some(16)),
        ..algebra(0)
    };
    let algebra = Taught {
        hours: hours(Some(24), Some(22)),
        ..algebra(0)
    };
    let report = teacher(&[(&books, vec![algebra, sports])], false);
    let told = lines(&report);
    assert_eq!(
        told[0],
        "7Б | 8 | 1 | 2 | 3 | 0 | 1 | 0 | 85,71 | 42,86 | 49,00 | 3,67 | 0 | 0 | 24 | 22"
    );
    assert_eq!(
        told[2],
        "7Б | 8 | 0 | 0 | 0 | 0 | 0 | 0 | — | — | — | — | 6 | 2 |  | 16"
    );
    assert!(
        told[4].starts_with("of-teacher | 16 | 1 | 2 | 3 |"),
        "{}",
        told[4]
    );
    assert!(told[4].ends_with(" | 6 | 2 | 24 | 38"), "{}", told[4]);
}

/// §1.7: who has the same average shares the place, who has no mark has none.
#[test]
fn places_in_a_class_are_shared() {
    let marks = |all: [&'static str; 4]| ("Ученик", all);
    let of: ClassBook = class(
        7,
        "Б",
        &[
            marks(["4", "4", "4", "4"]),
            marks(["5", "5", "5", "5"]),
            marks(["5", "3", "4", "осв"]),
            marks(["", "", "", ""]),
            marks(["3", "3", "3", "3"]),
        ],
    );
    let books = books(vec![of]);
    let report = class_results(&books, &books.classes[0], true);
    let told = lines(&report);
    let places: Vec<&str> = told[..5]
        .iter()
        .map(|it| it.rsplit(" | ").next().unwrap())
        .collect();
    assert_eq!(places, ["2–3", "1", "2–3", "", "4"]);
    let without = class_results(&books, &books.classes[0], false);
    assert_eq!(without.columns.len() + 1, report.columns.len());
}

/// §1.2: by which order somebody came or left.
#[test]
fn arrivals_are_named_with_their_order() {
    let mut books = seven_b();
    books.classes[0].left[0].order = "№ 14".to_owned();
    books.classes[0].came.push(Turn {
        id: 98.into(),
        name: "Петрова".to_owned(),
        on: day("2026-09-15"),
        order: String::new(),
    });
    let report = class_teacher(&books, &books.classes[0], None, (None, Kept::default()));
    let told = lines(&report);
    let has = |line: &str| assert!(told.iter().any(|it| it == line), "{line} in {told:#?}");
    has("line.left |  | 1 | Иванов (01.10.2026, № 14)");
    has("line.came |  | 1 | Петрова (15.09.2026)");
}

/// `ux.md` §5.5: last year's average stands beside this one, opens the journal
/// of the class that was, and is a hollow dot.
#[test]
fn classes_stand_beside_what_they_were_a_year_ago() {
    let other = class(8, "Б", &[("Ким", ["5"; 4])]);
    let books = books(vec![seven_b().classes.remove(0), other]);
    let own = books.classes[0].class.id;
    let mut was = YearAgo {
        class: Some(61.into()),
        marks: Shares::default(),
    };
    for mark in ["5", "4", "4"] {
        let value = FinalValue::parse(mark, Scale::Five).unwrap();
        was.marks.add(&value, Scale::Five);
    }
    let report = classes(&books, &HashMap::from([(own, was)]));
    let mut column = report.columns.iter();
    let column = column.position(|it| it.label == Label::Word("year-ago"));
    let column = column.unwrap();
    let cells = |line: usize| &report.sections[0].lines[line].cells[column];
    let finals = "/journal/61/finals?slot=quarter-1";
    assert_eq!(cells(0).path.as_deref(), Some(finals));
    let told: Vec<String> = lines(&report)
        .iter()
        .map(|it| it.split(" | ").nth(column).unwrap().to_owned())
        .collect();
    let sums = told.len() - 2;
    assert_eq!(told[..2], ["4,33", "—"]);
    assert_eq!(told[2..], vec!["4,33"; sums]);
    let chart = &report.charts[0];
    assert_eq!(chart.word, "class-ranks-before");
    let beside: Vec<Option<String>> = chart.points.iter().map(|it| it.beside.map(show2)).collect();
    assert_eq!(beside, [Some("4,33".to_owned()), None]);
}

fn drawn(report: &Report) -> Vec<(&str, String, String)> {
    let charts = report.charts.iter();
    let points = charts.flat_map(|chart| chart.points.iter().map(|it| (chart.word, it)));
    let text = |it: &Label| match it {
        Label::Text(text) => text.clone(),
        other => format!("{other:?}"),
    };
    let value = |it: Option<Decimal>| it.map(show2).unwrap_or_default();
    points
        .map(|(word, it)| (word, text(&it.label), value(it.value)))
        .collect()
}

/// `ux.md` §5.5: what is drawn is what the table says, against the targets.
#[test]
fn drawings_say_what_the_table_says() {
    let targets = Targets {
        success: Some(100),
        quality: Some(50),
    };
    let report = school(&seven_b(), false, targets);
    let point = |word, name: &str, value: &str| (word, name.to_owned(), value.to_owned());
    let shares = [
        point("success", "7", "71,43"),
        point("quality", "7", "42,86"),
    ];
    assert_eq!(drawn(&report), shares);
    let aims: Vec<Form> = report.charts.iter().map(|it| it.form).collect();
    let aimed = [100, 50].map(|it| Form::Shares(Some(Decimal::from(it))));
    assert_eq!(aims, aimed);
    let of_classes = classes(&seven_b(), &HashMap::new());
    assert_eq!(drawn(&of_classes), [point("class-ranks", "7Б", "4,14")]);
    // Every two, three, four and five of the class.
    let books = seven_b();
    let marks = class_results(&books, &books.classes[0], false);
    let counted = drawn(&marks);
    let of_table = |name: &str| -> String {
        let sum: u32 = PUPILS
            .iter()
            .flat_map(|it| it.1)
            .filter(|it| *it == name)
            .count()
            .try_into()
            .unwrap();
        format!("{sum},00")
    };
    let expected = ["2", "3", "4", "5"].map(|it| point("marks", it, &of_table(it)));
    assert_eq!(counted, expected);
}
