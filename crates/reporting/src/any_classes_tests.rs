//! Any final marks beside a slow count: tables of classes and of teachers,
//! §1.1, 1.2, 1.4, 1.5 and 1.7 (RPT-1).

use journal::Shares;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    Hours, Taught, YearAgo, class_results, class_teacher, classes, school, teacher,
    tests::{any_class, books, read, subject_id},
};
use crate::{ClassBook, Kept, PupilBook};

/// The marks of pupils in a subject, or in all, as they were typed.
fn texts<'a>(pupils: &[&'a PupilBook], subject: Option<usize>) -> Vec<&'a str> {
    let marks = pupils.iter().flat_map(|it| &it.marks);
    let marks = marks.filter(|it| subject.is_none_or(|subject| it.subject == subject_id(subject)));
    marks.map(|it| it.value.text()).collect()
}

fn pupils(classes: &[ClassBook]) -> Vec<&PupilBook> {
    classes.iter().flat_map(|it| &it.pupils).collect()
}

/// A part of a whole with two places, «—» of nothing.
pub(super) fn share(part: i64, of: i64) -> String {
    let of = Decimal::from(part).checked_div(of.into());
    of.map_or("—".to_owned(), kernel::decimal::show2)
}

pub(super) fn times(texts: &[&str], text: &str) -> i64 {
    i64::try_from(texts.iter().filter(|it| **it == text).count()).unwrap()
}

/// «1 | 2 | 3 | 0 | 1 | 0 | 85,71 | 42,86 | 49,00 | 3,67», by the formulas of §1.0.
pub(super) fn figures(texts: &[&str]) -> String {
    let of = |text| times(texts, text);
    let (five, four, three, two, missing) = (of("5"), of("4"), of("3"), of("2"), of("н/а"));
    let all = five + four + three + two + missing;
    let degree = five * 100 + four * 64 + three * 36 + two * 16 + missing * 7;
    let points = five * 5 + four * 4 + three * 3 + two * 2;
    [
        five.to_string(),
        four.to_string(),
        three.to_string(),
        two.to_string(),
        missing.to_string(),
        of("осв").to_string(),
        share((five + four + three) * 100, all),
        share((five + four) * 100, all),
        share(degree, all),
        share(points, five + four + three + two),
    ]
    .join(" | ")
}

fn category(pupil: &PupilBook) -> &'static str {
    category_of(&texts(&[pupil], None))
}

/// What a pupil is by §1.0.1, the first that holds; nothing without a mark that counts.
pub(super) fn category_of(texts: &[&str]) -> &'static str {
    let of = |text| times(texts, text);
    match (of(""), of("н/а"), of("2"), of("3"), of("4"), of("5")) {
        (1.., ..) => "no-mark",
        (_, 1.., ..) => "not-attested",
        (_, _, 1, ..) => "fails-1",
        (_, _, 2, ..) => "fails-2",
        (_, _, 3.., ..) => "fails-more",
        (.., 1, _, _) => "one-three",
        (.., 2.., _, _) => "threes",
        (.., 1, _) => "one-four",
        (.., 2.., _) => "good",
        (.., 1..) => "excellent",
        _ => "",
    }
}

/// How many pupils are of one of these categories.
fn of(pupils: &[&PupilBook], categories: &[&str]) -> i64 {
    let found = pupils
        .iter()
        .filter(|it| categories.contains(&category(it)));
    i64::try_from(found.count()).unwrap()
}

const SUCCEED: [&str; 5] = ["excellent", "one-four", "good", "one-three", "threes"];
const FAIL: [&str; 3] = ["fails-1", "fails-2", "fails-more"];

/// «71,43 | 42,86»: N is without those who have no mark somewhere.
fn shares(pupils: &[&PupilBook]) -> String {
    let all = of(pupils, &SUCCEED) + of(pupils, &FAIL) + of(pupils, &["not-attested"]);
    let good = of(pupils, &["excellent", "one-four", "good"]);
    [
        share(of(pupils, &SUCCEED) * 100, all),
        share(good * 100, all),
    ]
    .join(" | ")
}

fn starts(line: &crate::Line, start: &str) -> Result<(), TestCaseError> {
    let line = read(line);
    prop_assert!(
        line.starts_with(start),
        "{line} does not start with {start}"
    );
    Ok(())
}

proptest! {
    /// §1.1: every class, and all of them, counted from the marks themselves.
    #[test]
    fn tables_of_a_teacher_add_up(all in prop::collection::vec(any_class(), 1..5)) {
        let books = books(all);
        let taught = |subject| {
            (0..books.classes.len()).map(move |class| Taught {
                class,
                subject: subject_id(subject),
                group: None,
                hours: Hours::default(),
            })
        };
        let both: Vec<Taught> = taught(0).chain(taught(2)).collect();
        let report = teacher(&[(&books, both)], false);
        let everybody = pupils(&books.classes);
        prop_assert_eq!(report.sections.len(), 3);
        // «зач» and «незач» have columns where there are such marks.
        let marked = [0, 2].iter().flat_map(|it| texts(&everybody, Some(*it)));
        let passes = marked.into_iter().any(|it| ["зач", "незач"].contains(&it));
        let figures = |texts: &[&str]| {
            let (passed, failed) = (times(texts, "зач"), times(texts, "незач"));
            let besides = format!(" | {passed} | {failed}");
            figures(texts) + if passes { &besides } else { "" }
        };
        // By name: algebra first.
        for (section, subject) in report.sections.iter().zip([2, 0]) {
            for (at, class) in books.classes.iter().enumerate() {
                let of_class: Vec<&PupilBook> = class.pupils.iter().collect();
                let expected = format!(
                    "{} | {} | {}", class.class.name(), of_class.len(),
                    figures(&texts(&of_class, Some(subject))),
                );
                let found = section.lines.iter().map(read);
                prop_assert!(found.clone().any(|it| it == expected), "{at}: {expected}");
            }
            let sum = figures(&texts(&everybody, Some(subject)));
            let expected = format!("all | {} | {sum}", everybody.len());
            prop_assert_eq!(read(section.lines.last().unwrap()), expected);
        }
        let mut marks = texts(&everybody, Some(0));
        marks.extend(texts(&everybody, Some(2)));
        let expected = format!("of-teacher | {} | {}", everybody.len() * 2, figures(&marks));
        prop_assert_eq!(read(&report.sections[2].lines[0]), expected);
    }

    /// §1.4 and 1.5: the last line of either is the whole school.
    #[test]
    fn tables_of_a_school_add_up(all in prop::collection::vec(any_class(), 1..5)) {
        let mut books = books(all);
        for (id, it) in (1_i64..).zip(&mut books.classes) {
            it.class.id = id.into();
        }
        let everybody = pupils(&books.classes);
        let of = |categories: &[&str]| of(&everybody, categories);
        let report = school(&books, false, org::Targets::default());
        let expected = [
            "all".to_owned(),
            everybody.len().to_string(),
            of(&SUCCEED).to_string(),
            of(&["excellent"]).to_string(),
            of(&["one-four", "good"]).to_string(),
            of(&["one-four"]).to_string(),
            of(&["one-three"]).to_string(),
            of(&["threes"]).to_string(),
            of(&["not-attested"]).to_string(),
        ];
        let last = report.sections[0].lines.last().unwrap();
        starts(last, &(expected.join(" | ") + " | "))?;
        let expected = [
            of(&FAIL).to_string(),
            of(&["fails-1"]).to_string(),
            of(&["fails-2"]).to_string(),
            of(&["fails-more"]).to_string(),
            of(&["no-mark"]).to_string(),
            shares(&everybody),
        ];
        let line = read(last);
        prop_assert!(line.ends_with(&expected.join(" | ")), "{line}");

        // A year ago every second class had the marks of this year.
        let marks_of = |class: &ClassBook| {
            let mut marks = Shares::default();
            for it in &class.pupils {
                marks += it.shares();
            }
            marks
        };
        let half: Vec<&ClassBook> = books.classes.iter().step_by(2).collect();
        let before = half.iter().map(|it| (it.class.id, YearAgo { marks: marks_of(it), class: None }));
        let report = classes(&books, &before.collect());
        let line = read(report.sections[0].lines.last().unwrap());
        let all_marks = figures(&texts(&everybody, None));
        let degree: Vec<&str> = all_marks.rsplitn(3, " | ").collect();
        let of_half = half.iter().flat_map(|it| &it.pupils).collect::<Vec<_>>();
        let year_ago = figures(&texts(&of_half, None));
        let year_ago = match year_ago.rsplit(" | ").next() {
            Some("—") | None => String::new(),
            Some(average) => format!("{average} | "),
        };
        let expected = format!(
            " | {} | {} | {} | {} | {year_ago}0 | ",
            of(&["no-mark"]), shares(&everybody), degree[1], degree[0],
        );
        prop_assert!(line.contains(&expected), "{line}: {expected}");
    }

    /// §1.2 and 1.7: a class line by line.
    #[test]
    fn tables_of_a_class_add_up(class in any_class()) {
        let books = books(vec![class]);
        let class = &books.classes[0];
        let everybody: Vec<&PupilBook> = class.pupils.iter().collect();
        let report = class_teacher(&books, class, None, (None, Kept::default()));
        let lines = &report.sections[0].lines;
        let figure = |word: &str| {
            let start = format!("line.{word} |  | ");
            let found = lines.iter().map(read).find(|it| it.starts_with(&start));
            found.unwrap()[start.len()..].split(" | ").next().unwrap().to_owned()
        };
        for (word, categories) in [
            ("excellent", &["excellent"][..]),
            ("fours", &["one-four", "good"]),
            ("one-four", &["one-four"]),
            ("one-three", &["one-three"]),
            ("threes", &["threes"]),
            ("fails-1", &["fails-1"]),
            ("fails-2", &["fails-2"]),
            ("fails-more", &["fails-more"]),
            ("not-attested", &["not-attested"]),
            ("no-mark", &["no-mark"]),
        ] {
            prop_assert_eq!(figure(word), of(&everybody, categories).to_string(), "{}", word);
        }
        let both = format!("{} | {}", figure("success"), figure("quality"));
        prop_assert_eq!(both, shares(&everybody));

        let report = class_results(&books, class, false);
        let lines: Vec<String> = report.sections[0].lines.iter().map(read).collect();
        for (pupil, line) in everybody.iter().zip(&lines) {
            let marks: Vec<&str> = pupil.marks.iter().map(|it| it.value.text()).collect();
            let counts = figures(&marks);
            let counts: Vec<&str> = counts.split(" | ").collect();
            let start = format!(
                "{} | {} | {} | {} | {} | ",
                pupil.name, category(pupil), marks.join(" | "), counts[9], counts[..5].join(" | "),
            );
            prop_assert!(line.starts_with(&start), "{line}: {start}");
        }
        // Below the pupils ten figures of each subject, then the categories.
        for subject in 0..4 {
            let below = lines[everybody.len()..].iter().take(10);
            let below: Vec<&str> = below.map(|it| it.split(" | ").nth(subject + 2).unwrap()).collect();
            prop_assert_eq!(below.join(" | "), figures(&texts(&everybody, Some(subject))));
        }
        for line in &lines[everybody.len() + 10..] {
            let mut cells = line.split(" | ");
            let (name, count) = (cells.next().unwrap(), cells.next().unwrap());
            prop_assert_eq!(count, of(&everybody, &[name]).to_string());
        }
    }
}
