//! The engine beside a slow computation that goes over all rows for each line.

use kernel::Right;
use proptest::prelude::*;
use sources::{Choices, Kind};

use super::*;
use crate::{Closed, Definition, Filter, Measure, Op, Sort};

const COLOURS: Choices = Choices {
    words: "colour",
    codes: &["red", "green", "blue"],
};

static FIELDS: [Field; 5] = [
    Field::new("class", Kind::Text, Right::PupilView),
    Field::new("colour", Kind::Choice(COLOURS), Right::PupilView),
    Field::new("points", Kind::Number, Right::PupilView),
    Field::new("passed", Kind::Flag, Right::PupilView),
    Field::new("on", Kind::Date, Right::PupilView),
];

fn open() -> Vec<&'static Field> {
    FIELDS.iter().collect()
}

fn today() -> chrono::NaiveDate {
    "2026-11-20".parse().expect("a day")
}

fn plan(definition: &Definition) -> Plan {
    Plan::of(definition, &open(), Closed::Refuse, today()).expect("a sensible definition")
}

/// Rows with all fields, in the order that the plan wants.
fn rows_for(plan: &Plan, rows: &[Row]) -> Vec<Vec<Value>> {
    let value = |row: &Row, field: &Field| match field.code {
        "class" => row.class.map_or(Value::Empty, Value::text),
        "colour" => row.colour.map_or(Value::Empty, Value::Choice),
        "points" => row
            .points
            .map_or(Value::Empty, |it| Value::Number(Decimal::new(it, 1))),
        "passed" => row.passed.into(),
        _ => row
            .on
            .map_or(Value::Empty, |it| (today() + chrono::Days::new(it)).into()),
    };
    let line = |row| plan.fields.iter().map(|it| value(row, it)).collect();
    rows.iter().map(line).collect()
}

#[derive(Clone, Debug)]
struct Row {
    class: Option<&'static str>,
    colour: Option<&'static str>,
    points: Option<i64>,
    passed: Option<bool>,
    on: Option<u64>,
}

fn row() -> impl Strategy<Value = Row> {
    (
        proptest::option::weighted(0.9, prop_oneof![Just("7А"), Just("10Б"), Just("7б")]),
        proptest::option::weighted(0.9, proptest::sample::select(COLOURS.codes.to_vec())),
        proptest::option::weighted(0.8, -50_i64..50),
        proptest::option::weighted(0.8, any::<bool>()),
        proptest::option::weighted(0.8, 0_u64..5),
    )
        .prop_map(|(class, colour, points, passed, on)| Row {
            class,
            colour,
            points,
            passed,
            on,
        })
}

fn measure(how: How, field: Option<&str>) -> Measure {
    Measure {
        how,
        field: field.map(str::to_owned),
    }
}

fn filter(field: &str, op: Op, value: &str) -> Filter {
    Filter {
        field: field.to_owned(),
        op,
        value: value.to_owned(),
    }
}

fn by_class() -> Definition {
    Definition {
        source: "x".to_owned(),
        filters: vec![
            filter("points", Op::From, "-2,5"),
            filter("colour", Op::Not, "blue"),
        ],
        groups: vec!["class".to_owned()],
        measures: vec![
            measure(How::Count, None),
            measure(How::Count, Some("passed")),
            measure(How::Sum, Some("points")),
            measure(How::Average, Some("points")),
            measure(How::Share, Some("passed")),
            measure(How::Share, None),
        ],
        ..Definition::default()
    }
}

proptest! {
    /// RPT-2: every line of a grouped report is what a slow count says.
    #[test]
    fn groups_agree_with_a_slow_count(rows in proptest::collection::vec(row(), 0..40)) {
        let plan = plan(&by_class());
        let table = run(&plan, &rows_for(&plan, &rows), 100);
        let kept: Vec<&Row> = rows
            .iter()
            .filter(|it| it.points.is_some_and(|it| -25 <= it) && it.colour != Some("blue"))
            .collect();
        let mut classes: Vec<Option<&str>> = kept.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        prop_assert_eq!(table.lines.len(), classes.len());
        prop_assert_eq!(table.rows, kept.len());
        for line in &table.lines {
            let class = match &line[0] {
                Value::Text(text) => Some(text.to_string()),
                _ => None,
            };
            let own: Vec<&&Row> = kept
                .iter()
                .filter(|it| it.class.map(str::to_owned) == class)
                .collect();
            let count = own.len() as u64;
            let answered = own.iter().filter(|it| it.passed.is_some()).count() as u64;
            let yes = own.iter().filter(|it| it.passed == Some(true)).count() as u64;
            let tenths: i64 = own.iter().filter_map(|it| it.points).sum();
            prop_assert_eq!(&line[1], &Value::count(count));
            prop_assert_eq!(&line[2], &Value::count(answered));
            prop_assert_eq!(&line[3], &Value::Number(Decimal::new(tenths, 1)));
            let Value::Number(average) = line[4] else {
                return Err(TestCaseError::fail("no average"));
            };
            // Exact: the average times the count is the sum, to the last digit kept.
            let back = average * Decimal::from(count) - Decimal::new(tenths, 1);
            prop_assert!(back.abs() < Decimal::new(1, 20));
            if answered == 0 {
                prop_assert_eq!(&line[5], &Value::Empty);
            } else {
                let share = Decimal::from(yes * 100) / Decimal::from(answered);
                prop_assert_eq!(&line[5], &Value::Number(share));
            }
            let part = Decimal::from(count * 100) / Decimal::from(kept.len());
            prop_assert_eq!(&line[6], &Value::Number(part));
        }
        let total = table.total.expect("groups have a total");
        prop_assert_eq!(&total[0], &Value::count(kept.len() as u64));
    }

    /// Lists keep what passes and nothing else, in order, and say when they are cut.
    #[test]
    fn lists_agree_with_a_slow_filter(rows in proptest::collection::vec(row(), 0..40), most in 0_usize..20) {
        let definition = Definition {
            columns: vec!["points".to_owned(), "class".to_owned()],
            filters: vec![filter("class", Op::Is, "7а; 10Б")],
            sort: vec![Sort { by: "points".to_owned(), down: true }],
            ..Definition::default()
        };
        let plan = plan(&definition);
        let table = run(&plan, &rows_for(&plan, &rows), most);
        let mut kept: Vec<&Row> = rows
            .iter()
            .filter(|it| matches!(it.class, Some("7А" | "10Б")))
            .collect();
        // Empty comes last, the largest first.
        kept.sort_by_key(|it| it.points.map_or((1, 0), |it| (0, -it)));
        prop_assert_eq!(table.of, kept.len());
        prop_assert_eq!(table.is_cut(), most < kept.len());
        for (line, row) in table.lines.iter().zip(&kept) {
            let points = row.points.map_or(Value::Empty, |it| Value::Number(Decimal::new(it, 1)));
            prop_assert_eq!(&line[0], &points);
        }
    }

    /// The least and the largest are among the values, and bound them.
    #[test]
    fn least_and_most_bound_the_values(rows in proptest::collection::vec(row(), 0..30)) {
        let definition = Definition {
            measures: vec![
                measure(How::Least, Some("points")),
                measure(How::Most, Some("points")),
                measure(How::Most, Some("on")),
            ],
            ..Definition::default()
        };
        let plan = plan(&definition);
        let table = run(&plan, &rows_for(&plan, &rows), 10);
        let number = |it: Option<i64>| it.map_or(Value::Empty, |it| Value::Number(Decimal::new(it, 1)));
        prop_assert_eq!(table.lines.len(), 1, "one line without groups");
        prop_assert_eq!(&table.lines[0][0], &number(rows.iter().filter_map(|it| it.points).min()));
        prop_assert_eq!(&table.lines[0][1], &number(rows.iter().filter_map(|it| it.points).max()));
        let last = rows.iter().filter_map(|it| it.on).max();
        let last = last.map_or(Value::Empty, |it| Value::Date(today() + chrono::Days::new(it)));
        prop_assert_eq!(&table.lines[0][2], &last);
    }
}

/// Choices stand in their own order, measures may decide, empty comes last.
#[test]
fn groups_are_sorted_by_what_is_asked_for_and_then_by_themselves() {
    let row = |colour, points| Row {
        class: None,
        colour,
        points: Some(points),
        passed: None,
        on: None,
    };
    let rows = [
        row(Some("blue"), 10),
        row(Some("red"), 20),
        row(None, 90),
        row(Some("green"), 20),
        row(Some("red"), 0),
    ];
    let mut definition = Definition {
        groups: vec!["colour".to_owned()],
        measures: vec![measure(How::Sum, Some("points"))],
        ..Definition::default()
    };
    let order = |definition: &Definition| -> Vec<Value> {
        let plan = plan(definition);
        let table = run(&plan, &rows_for(&plan, &rows), 10);
        table.lines.into_iter().map(|it| it[0].clone()).collect()
    };
    let [red, green, blue] = [0, 1, 2].map(|at| Value::Choice(COLOURS.codes[at]));
    assert_eq!(
        order(&definition),
        [red.clone(), green.clone(), blue.clone(), Value::Empty]
    );
    definition.sort = vec![Sort {
        by: "measure-1".to_owned(),
        down: true,
    }];
    assert_eq!(order(&definition), [Value::Empty, red, green, blue]);
}

/// An empty denominator is no number.
#[test]
fn nothing_has_no_average_and_no_share() {
    let definition = Definition {
        groups: vec!["class".to_owned()],
        ..by_class()
    };
    let plan = plan(&definition);
    let none = run(&plan, &[], 10);
    assert!(none.lines.is_empty());
    let total = none.total.expect("a total");
    assert_eq!(total[0], Value::count(0));
    for measure in &total[2..] {
        assert_eq!(*measure, Value::Empty);
    }
}
