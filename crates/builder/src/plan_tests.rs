//! RPT-2: a field that is not open has no place in a plan, wherever it is named.

use kernel::Right;

use super::*;
use crate::{Measure, Op, Sort};

static OPEN: [Field; 3] = [
    Field::new("class", Kind::Text, Right::PupilView),
    Field::new("age", Kind::Number, Right::PupilView),
    Field::new("born_on", Kind::Date, Right::PupilView).personal(),
];

fn open() -> Vec<&'static Field> {
    OPEN.iter().collect()
}

fn day() -> NaiveDate {
    "2026-11-20".parse().expect("a day")
}

fn planned(it: &Definition, closed: Closed) -> Result<Plan, Vec<Wrong>> {
    Plan::of(it, &open(), closed, day())
}

fn list(columns: &[&str]) -> Definition {
    Definition {
        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        ..Definition::default()
    }
}

fn filter(field: &str, op: Op, value: &str) -> Filter {
    Filter {
        field: field.to_owned(),
        op,
        value: value.to_owned(),
    }
}

fn sum_of(field: &str) -> Measure {
    Measure {
        how: How::Sum,
        field: Some(field.to_owned()),
    }
}

/// Every place in which a definition can name a field.
fn with_secret() -> Vec<(&'static str, Definition)> {
    let whole = list(&["class"]);
    let grouped = Definition {
        groups: vec!["class".to_owned()],
        measures: vec![sum_of("age")],
        ..Definition::default()
    };
    vec![
        (
            "filter",
            Definition {
                filters: vec![filter("passport", Op::Filled, "")],
                ..whole.clone()
            },
        ),
        (
            "sort",
            Definition {
                sort: vec![Sort {
                    by: "passport".to_owned(),
                    down: false,
                }],
                ..whole.clone()
            },
        ),
        (
            "group",
            Definition {
                groups: vec!["passport".to_owned()],
                ..grouped.clone()
            },
        ),
        (
            "sort by a measure that is not shown",
            Definition {
                measures: vec![sum_of("passport"), sum_of("age")],
                sort: vec![Sort {
                    by: "measure-1".to_owned(),
                    down: true,
                }],
                ..grouped
            },
        ),
    ]
}

#[test]
fn a_closed_field_is_refused_wherever_it_is_named() {
    for (place, definition) in with_secret() {
        for closed in [Closed::Refuse, Closed::LeaveOut] {
            let wrong = planned(&definition, closed).expect_err(place);
            assert!(
                wrong.iter().any(|it| it.what == Flaw::NoField),
                "{place}: {wrong:?}"
            );
        }
    }
}

#[test]
fn closed_columns_and_measures_are_left_out_for_readers_alone() {
    let columns = list(&["class", "passport"]);
    assert!(planned(&columns, Closed::Refuse).is_err());
    let plan = planned(&columns, Closed::LeaveOut).expect("the rest");
    assert_eq!(plan.left_out, 1);
    assert_eq!(plan.shape, Shape::Rows(vec![0]));
    assert!(plan.fields.iter().all(|it| it.code != "passport"));

    let measures = Definition {
        groups: vec!["class".to_owned()],
        measures: vec![sum_of("passport"), sum_of("age")],
        sort: vec![Sort {
            by: "measure-2".to_owned(),
            down: true,
        }],
        ..Definition::default()
    };
    let plan = planned(&measures, Closed::LeaveOut).expect("the rest");
    assert_eq!(plan.left_out, 1);
    assert_eq!(plan.sort, [(Key::Measure(0), true)], "it moved up");

    let nothing = planned(&list(&["passport"]), Closed::LeaveOut).expect_err("nothing is left");
    assert_eq!(nothing[0].what, Flaw::Nothing);
}

#[test]
fn conditions_are_pushed_down_as_sources_compare_them() {
    let definition = Definition {
        filters: vec![
            filter("class", Op::Is, "7А, 7б"),
            filter("age", Op::Is, "13"),
            filter("born_on", Op::From, "01.09.2013"),
            filter("born_on", Op::To, "31.12.2013"),
        ],
        ..list(&["class"])
    };
    let plan = planned(&definition, Closed::Refuse).expect("sensible");
    let only = plan.only();
    assert_eq!(only[0].values, ["7а", "7б", "7а, 7б"]);
    assert_eq!(only[1].values, ["13"]);
    let spans = plan.spans();
    assert_eq!(spans[0].from, Some("2013-09-01".parse().expect("a day")));
    assert_eq!(spans[1].to, Some("2013-12-31".parse().expect("a day")));
    assert!(plan.is_personal());
}

#[test]
fn what_makes_no_sense_is_named_at_its_place() {
    for (filter, place, flaw) in [
        (filter("age", Op::From, "много"), "f.age", Flaw::BadValue),
        (
            filter("born_on", Op::To, "32.01.2020"),
            "f.born_on",
            Flaw::BadValue,
        ),
        (filter("age", Op::Contains, "1"), "f.age", Flaw::NotSo),
        (filter("class", Op::From, "7"), "f.class", Flaw::NotSo),
    ] {
        let definition = Definition {
            filters: vec![filter],
            ..list(&["class"])
        };
        let wrong = planned(&definition, Closed::Refuse).expect_err(place);
        assert_eq!((wrong[0].place.as_str(), wrong[0].what), (place, flaw));
    }
    let summed = Definition {
        measures: vec![sum_of("class")],
        ..Definition::default()
    };
    let wrong = planned(&summed, Closed::Refuse).expect_err("a text has no sum");
    assert_eq!(wrong[0].place, "measure-1");
    let endless = Definition {
        groups: vec!["class".to_owned(); 4],
        ..Definition::default()
    };
    assert_eq!(
        planned(&endless, Closed::Refuse).expect_err("too many")[0].what,
        Flaw::TooMuch
    );
}
