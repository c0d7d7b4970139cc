use super::*;
use proptest::prelude::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn average(works: &[(&str, u32, &str)]) -> Option<String> {
    let items = works.iter().map(|it| (decimal(it.0), it.1, decimal(it.2)));
    weighted_average(items).map(show2)
}

#[test]
fn weights_count_and_pairs_are_two_marks() {
    assert_eq!(average(&[]), None);
    assert_eq!(average(&[("5", 1, "0")]), None);
    assert_eq!(average(&[("0", 0, "1")]), None);
    assert_eq!(
        average(&[("5", 1, "1"), ("4", 1, "1")]).as_deref(),
        Some("4,50")
    );
    assert_eq!(
        average(&[("5", 1, "2"), ("2", 1, "1")]).as_deref(),
        Some("4,00")
    );
    assert_eq!(
        average(&[("9", 2, "1"), ("3", 1, "1")]).as_deref(),
        Some("4,00")
    );
    // reports-and-rules §1.0, example Ф1: 82 points in 22 marks
    assert_eq!(average(&[("82", 22, "1")]).as_deref(), Some("3,73"));
}

#[test]
fn halves_go_up() {
    assert_eq!(round2_half_up(decimal("4.125")), decimal("4.13"));
    assert_eq!(round2_half_up(decimal("4.1249999999")), decimal("4.12"));
    assert_eq!(show2(decimal("4.5")), "4,50");
    assert_eq!(show2(decimal("4.995")), "5,00");
}

#[test]
fn numbers_are_shown_the_russian_way() {
    assert_eq!(show2(decimal("12345.67")), "12\u{a0}345,67");
    assert_eq!(show(decimal("1234567"), 0), "1\u{a0}234\u{a0}567");
    assert_eq!(show2(decimal("-0.5")), "−0,50");
    assert_eq!(show2(decimal("-0.001")), "0,00");
    assert_eq!(show_percent(decimal("87.25")), "87,3\u{a0}%");
}

#[test]
fn numbers_are_read_with_point_or_comma() {
    for text in ["12345.67", "12345,67", "12 345,67", "12\u{a0}345,67"] {
        assert_eq!(parse(text), Ok(decimal("12345.67")), "{text}");
    }
    assert_eq!(parse("−1,5"), Ok(decimal("-1.5")));
    for text in [
        "",
        "-",
        ".",
        "1.2.3",
        "1e5",
        "пять",
        "1_000",
        "--1",
        &"9".repeat(40),
    ] {
        assert_eq!(parse(text), Err(NotANumber), "{text}");
    }
}

proptest! {
    /// The average of marks lies between the least and the greatest.
    #[test]
    fn an_average_lies_between(marks in prop::collection::vec((1..=5_u32, 1..=999_u32), 1..60)) {
        let items = marks.iter().map(|it| (Decimal::from(it.0), 1, Decimal::new(i64::from(it.1), 2)));
        let average = weighted_average(items).unwrap();
        let least = Decimal::from(marks.iter().map(|it| it.0).min().unwrap());
        let greatest = Decimal::from(marks.iter().map(|it| it.0).max().unwrap());
        let slack = Decimal::new(1, 20);
        prop_assert!(least - slack <= average && average <= greatest + slack);
    }

    /// The shown average is what whole numbers give: the page counts with these.
    #[test]
    fn an_average_is_exact(marks in prop::collection::vec((1..=100_u32, 1..=999_u32), 1..60)) {
        let items = marks.iter().map(|it| (Decimal::from(it.0), 1, Decimal::new(i64::from(it.1), 2)));
        let shown = round2_half_up(weighted_average(items).unwrap());
        let points: u64 = marks.iter().map(|it| u64::from(it.0) * u64::from(it.1)).sum();
        let weights: u64 = marks.iter().map(|it| u64::from(it.1)).sum();
        let hundredths = (points * 200 + weights) / (weights * 2);
        prop_assert_eq!(shown, Decimal::from(hundredths) / Decimal::from(100));
    }

    #[test]
    fn any_text_is_survived(text in ".{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn what_is_shown_is_read_back(hundredths in -10_000_000..10_000_000_i64) {
        let value = Decimal::new(hundredths, 2);
        prop_assert_eq!(parse(&show2(value)), Ok(value));
    }
}
