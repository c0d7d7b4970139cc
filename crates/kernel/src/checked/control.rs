//! The arithmetic of control digits. Every function takes ASCII digits.

/// The values of the digits.
fn values(digits: &str) -> impl DoubleEndedIterator<Item = u64> + Clone {
    digits.bytes().map(|it| u64::from(it.saturating_sub(b'0')))
}

fn weighted(digits: &str, weights: impl IntoIterator<Item = u64>) -> u64 {
    values(digits)
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// Whether the number formed by the last digits is the one expected.
fn ends_with(digits: &str, length: usize, expected: u64) -> bool {
    let tail = digits
        .len()
        .checked_sub(length)
        .and_then(|at| digits.get(at..));
    tail.and_then(|it| it.parse().ok()) == Some(expected)
}

/// СНИЛС: Σ dᵢ·(9…1) mod 101, where 100 is 00. Numbers up to 001-001-998
/// were given out before there was a control number.
pub(super) fn snils(digits: &str) -> bool {
    const LAST_UNCHECKED: u64 = 1_001_998;
    let Some(number) = digits.get(..9).and_then(|it| it.parse::<u64>().ok()) else {
        return false;
    };
    if number <= LAST_UNCHECKED {
        return true;
    }
    ends_with(digits, 2, weighted(digits, (1..=9).rev()) % 101 % 100)
}

const INN_WEIGHTS: [u64; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// Whether the digit after the first `length` is their control digit.
fn inn_control(digits: &str, length: usize) -> bool {
    let weights = INN_WEIGHTS.into_iter().skip(INN_WEIGHTS.len() - length);
    let control = digits.get(..=length).unwrap_or_default();
    ends_with(control, 1, weighted(digits, weights) % 11 % 10)
}

/// ИНН of a human being, 12 digits with two control digits.
pub(super) fn inn_person(digits: &str) -> bool {
    inn_control(digits, 10) && inn_control(digits, 11)
}

/// ИНН of an organisation, 10 digits.
pub(super) fn inn_org(digits: &str) -> bool {
    inn_control(digits, 9)
}

/// ОГРН (13 digits, mod 11) and ОГРНИП (15 digits, mod 13).
pub(super) fn ogrn(digits: &str) -> bool {
    let divisor = if digits.len() == 15 { 13 } else { 11 };
    let number = digits
        .get(..digits.len() - 1)
        .and_then(|it| it.parse::<u64>().ok());
    number.is_some_and(|it| ends_with(digits, 1, it % divisor % 10))
}

/// ОКПО: weights 1, 2 …; where that gives 10, weights 3, 4 …
pub(super) fn okpo(digits: &str) -> bool {
    let body = &digits[..digits.len() - 1];
    let control = match weighted(body, 1..) % 11 {
        10 => weighted(body, 3..) % 11 % 10,
        control => control,
    };
    ends_with(digits, 1, control)
}

/// The rule of Luhn, which the ЕНП follows.
pub(super) fn luhn(digits: &str) -> bool {
    let doubled = |digit: u64| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u64 = values(digits)
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit })
        .sum();
    sum.is_multiple_of(10)
}
