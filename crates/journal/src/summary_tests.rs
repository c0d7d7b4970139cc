use kernel::decimal::show2;

use super::*;

/// The class of eight of §1.0: Russian, literature, algebra, sport.
const CLASS: [[&str; 4]; 8] = [
    ["5", "5", "5", "5"],
    ["5", "5", "4", "5"],
    ["4", "5", "4", "осв"],
    ["4", "4", "3", "5"],
    ["3", "4", "3", "4"],
    ["2", "3", "3", "4"],
    ["н/а", "4", "н/а", "5"],
    ["4", "4", "", "5"],
];

fn value(text: &str) -> FinalValue {
    FinalValue::parse(text, Scale::Five).unwrap()
}

fn shown(number: Option<Decimal>) -> String {
    number.map(show2).unwrap_or_default()
}

/// JRN-3, §1.0: the figures of the example, to the digit.
#[test]
fn shares_are_those_of_the_example() {
    let subject = |at: usize| {
        let values: Vec<FinalValue> = CLASS.iter().map(|it| value(it[at])).collect();
        let it = Shares::of(&values, Scale::Five);
        [it.success(), it.quality(), it.degree(), it.average()].map(shown)
    };
    assert_eq!(subject(0), ["75,00", "62,50", "56,38", "3,86"]);
    assert_eq!(subject(1), ["100,00", "87,50", "74,00", "4,25"]);
    assert_eq!(subject(2), ["85,71", "42,86", "49,00", "3,67"]);
    assert_eq!(subject(3), ["100,00", "100,00", "89,71", "4,71"]);
}

#[test]
fn nobody_makes_no_percent() {
    let it = Shares::of(&[FinalValue::none(), value("осв")], Scale::Five);
    assert_eq!(
        (it.success(), it.degree(), it.average()),
        (None, None, None)
    );
    assert_eq!((it.none, it.exempt), (1, 1));
}

/// §1.0.1: the categories of the eight.
#[test]
fn categories_are_those_of_the_example() {
    let codes: Vec<&str> = CLASS
        .iter()
        .map(|marks| {
            let values: Vec<FinalValue> = marks.iter().map(|it| value(it)).collect();
            let marks = values.iter().map(|it| (it, Scale::Five));
            Category::of(marks).map_or("", Category::code)
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
    assert_eq!(codes, expected);
}

#[test]
fn averages_of_the_pupils_are_those_of_the_example() {
    let averages: Vec<String> = CLASS
        .iter()
        .map(|marks| {
            let values: Vec<FinalValue> = marks.iter().map(|it| value(it)).collect();
            shown(mean(&values))
        })
        .collect();
    let expected = [
        "5,00", "4,75", "4,33", "4,00", "3,50", "3,00", "4,50", "4,33",
    ];
    assert_eq!(averages, expected);
}

#[test]
fn other_scales_have_levels_of_several_numbers() {
    let ten = |text: &str| level(&FinalValue::parse(text, Scale::Ten).unwrap(), Scale::Ten);
    assert_eq!(
        [ten("9"), ten("7"), ten("5"), ten("4")],
        [Some(5), Some(4), Some(3), Some(2)]
    );
}
