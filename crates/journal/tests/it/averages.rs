//! Check 13: the page's script and the server count the same averages, and
//! one rule says where «•» is a «2» (`marks.dot_as_two`, §2.3).

use chrono::NaiveDate;
use curriculum::Scale;
use journal::{Averaging, MarkRules, MarkValue};
use kernel::decimal::{show2, weighted_average};
use rust_decimal::Decimal;
use serde::Deserialize;

const CASES: &str = include_str!("../../../../app/assets/tests/averages.json");

#[derive(Deserialize)]
struct Case {
    name: String,
    scale: Scale,
    /// Whether the school counts debts.
    #[serde(default)]
    dot_as_two: bool,
    today: NaiveDate,
    items: Vec<Item>,
    average: String,
}

#[derive(Deserialize)]
struct Item {
    value: String,
    weight: String,
    due_on: Option<NaiveDate>,
    /// Whether «•» counts as «2» in it.
    #[serde(default)]
    owed: bool,
}

#[test]
fn two_hundred_averages_are_equal_on_both_sides() {
    let cases: Vec<Case> = serde_json::from_str(CASES).expect("the cases are JSON");
    assert!(cases.len() >= 200);
    for case in cases {
        let rules = MarkRules {
            scale: case.scale,
            grade: 5,
            one_allowed: true,
        };
        let by = Averaging {
            plain: false,
            dot_as_two: case.dot_as_two,
        };
        let items = case.items.iter().filter_map(|it| {
            let owed = by.owed(case.scale, it.due_on, case.today);
            assert_eq!(owed, it.owed, "{}: {}", case.name, it.value);
            let value = MarkValue::parse(&it.value, rules).ok()?;
            let weight: Decimal = it.weight.parse().expect("a weight");
            let (points, count) = value.counted(owed);
            Some((points, count, weight))
        });
        let average = weighted_average(items).map(show2).unwrap_or_default();
        assert_eq!(average, case.average, "{}", case.name);
    }
}
