//! Averages: exact until shown (`ux.md` §4.6). One function serves journal,
//! diary, reports and API.

use rust_decimal::{Decimal, RoundingStrategy};

const NBSP: char = '\u{a0}';
const MINUS: char = '−';

/// Σ(weight · points) / Σ(weight · count) over works, each given as the sum
/// of its points, their count and the weight of the work. A pair «4/5» is one
/// work with two points.
///
/// Nothing to average (no mark, or only works without weight) is `None`.
pub fn weighted_average(
    items: impl IntoIterator<Item = (Decimal, u32, Decimal)>,
) -> Option<Decimal> {
    let (mut points, mut weights) = (Decimal::ZERO, Decimal::ZERO);
    for (sum_points, count, weight) in items {
        points = points.checked_add(weight.checked_mul(sum_points)?)?;
        weights = weights.checked_add(weight.checked_mul(Decimal::from(count))?)?;
    }
    points.checked_div(weights)
}

/// Rounded to two places for show, halves away from zero: 4.125 is 4.13.
/// What is compared or added up stays unrounded.
pub fn round2_half_up(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// «4,12».
pub fn show2(value: Decimal) -> String {
    show(value, 2)
}

/// «12 345,67» with that many places, halves away from zero; the space does
/// not break and the minus is a minus.
pub fn show(value: Decimal, places: u32) -> String {
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.*}", places as usize, rounded.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() {
        MINUS.to_string()
    } else {
        String::new()
    };
    let comma = if fraction.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{fraction}", grouped(whole))
}

/// «87,3 %».
pub fn show_percent(value: Decimal) -> String {
    format!("{}{NBSP}%", show(value, 1))
}

/// Digits in threes from the right; a number of four digits stays whole only
/// where it has no fourth group to join: «1 234», «123».
fn grouped(digits: &str) -> String {
    let length = digits.len();
    let mut result = String::with_capacity(length + length / 3 * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (length - at).is_multiple_of(3) {
            result.push(NBSP);
        }
        result.push(digit);
    }
    result
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a number")]
pub struct NotANumber;

impl crate::Fault for NotANumber {
    fn kind(&self) -> crate::Kind {
        crate::Kind::Invalid
    }
    fn code(&self) -> &'static str {
        "decimal.not-a-number"
    }
}

/// Reads a number typed with a point or a comma, with or without spaces
/// between thousands.
///
/// # Errors
/// The text holds anything else.
pub fn parse(text: &str) -> Result<Decimal, NotANumber> {
    let plain: String = text
        .chars()
        .filter(|it| !it.is_whitespace())
        .map(|it| match it {
            ',' => '.',
            MINUS | '–' => '-',
            it => it,
        })
        .collect();
    let is_plain = |it: char| it.is_ascii_digit() || it == '.' || it == '-';
    if !plain.chars().all(is_plain) || !plain.contains(|it: char| it.is_ascii_digit()) {
        return Err(NotANumber);
    }
    plain.parse().map_err(|_| NotANumber)
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
mod tests;
