use std::fmt;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::control;
use super::flaw::{CheckError, Number};

/// Declares a number of digits alone: how many it may have, how they are
/// grouped for show, and its check.
macro_rules! number {
    (
        $(#[$meta:meta])*
        $name:ident, lengths: $lengths:expr, show: $show:expr, check: $check:expr $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            const LENGTHS: &[usize] = $lengths;

            /// Reads new input: digits with whatever spaces, dashes and dots.
            ///
            /// # Errors
            /// The digits are not so many, or their control digits do not agree.
            pub fn parse(text: &str) -> Result<Self, CheckError> {
                match Self::parse_leniently(text)? {
                    (number, None) => Ok(number),
                    (_, Some(warning)) => Err(warning),
                }
            }

            /// Reads old data: what looks right is taken, with a warning where
            /// the control digits do not agree.
            ///
            /// # Errors
            /// The digits are not so many.
            pub fn parse_leniently(text: &str) -> Result<(Self, Option<CheckError>), CheckError> {
                let digits = bare_digits(text, Self::LENGTHS)
                    .ok_or(CheckError::shape(Number::$name))?;
                let passes: fn(&str) -> bool = $check;
                let warning = (!passes(&digits)).then_some(CheckError::checksum(Number::$name));
                Ok((Self(digits), warning))
            }

            /// Reads a number that a spreadsheet kept as a number and so
            /// robbed of its leading noughts.
            ///
            /// # Errors
            /// As [`Self::parse`].
            pub fn from_number(number: u64) -> Result<Self, CheckError> {
                let digits = number.to_string();
                let length = Self::LENGTHS.iter().find(|it| digits.len() <= **it);
                Self::parse(&format!("{digits:0>width$}", width = length.copied().unwrap_or(0)))
            }

            /// Takes back what this type gave out before, such as a column of the database.
            pub const fn from_stored(digits: String) -> Self {
                Self(digits)
            }

            /// The bare digits, as they are stored.
            pub fn digits(&self) -> &str {
                &self.0
            }

            /// In groups, as people read it.
            pub fn show(&self) -> String {
                let groups: &[(usize, &str)] = $show;
                grouped(&self.0, groups)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = CheckError;
            fn try_from(text: String) -> Result<Self, CheckError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

number!(
    /// СНИЛС, «112-233-445 95».
    Snils, lengths: &[11], show: &[(3, "-"), (3, "-"), (3, " "), (2, "")], check: control::snils
);
number!(
    /// ИНН of a human being, 12 digits.
    InnPerson, lengths: &[12], show: &[], check: control::inn_person
);
number!(
    /// ИНН of an organisation, 10 digits.
    InnOrg, lengths: &[10], show: &[], check: control::inn_org
);
number!(
    /// ОГРН of an organisation or ОГРНИП of an entrepreneur.
    Ogrn, lengths: &[13, 15], show: &[], check: control::ogrn
);
number!(
    /// ОКПО of an organisation (8 digits) or an entrepreneur (10).
    Okpo, lengths: &[8, 10], show: &[], check: control::okpo
);
number!(
    /// ОКАТО, «03 401 364 000»; larger territories have fewer digits.
    Okato, lengths: &[2, 5, 8, 11],
    show: &[(2, " "), (3, " "), (3, " "), (3, "")], check: |_| true
);
number!(
    /// ОКТМО, «03 701 000» and with a settlement «03 701 000 001».
    Oktmo, lengths: &[8, 11], show: &[(2, " "), (3, " "), (3, " "), (3, "")], check: |_| true
);
number!(
    /// ОКОГУ, 7 digits; 5 in papers before 2012.
    Okogu, lengths: &[5, 7], show: &[], check: |_| true
);
number!(
    /// Полис ОМС of one form (ЕНП), 16 digits.
    Enp, lengths: &[16], show: &[(4, " "), (4, " "), (4, " "), (4, "")], check: control::luhn
);
number!(
    /// Series and number of a Russian passport, «45 04 123456».
    Passport, lengths: &[10], show: &[(2, " "), (2, " "), (6, "")], check: |_| true
);
number!(
    /// The office that issued a passport, «770-001».
    DepartmentCode, lengths: &[6], show: &[(3, "-"), (3, "")], check: |_| true
);

impl Passport {
    /// Whether a passport may have been issued on that day: its owner was 14.
    pub fn may_be_issued(born: NaiveDate, issued: NaiveDate) -> bool {
        born.checked_add_months(Months::new(14 * 12))
            .is_some_and(|it| it <= issued)
    }
}

/// КПП: four digits of the tax office, two signs of the reason, three digits.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kpp(String);

impl Kpp {
    /// # Errors
    /// The text is not `NNNNPPXXX`, where `P` is a digit or a Latin capital.
    pub fn parse(text: &str) -> Result<Self, CheckError> {
        let signs: String = text
            .to_uppercase()
            .chars()
            .filter(|it| !is_separator(*it))
            .collect();
        let fits = signs.len() == 9
            && signs.bytes().enumerate().all(|(at, it)| {
                it.is_ascii_digit() || (matches!(at, 4 | 5) && it.is_ascii_uppercase())
            });
        if fits {
            Ok(Self(signs))
        } else {
            Err(CheckError::shape(Number::Kpp))
        }
    }

    /// Takes back what this type gave out before.
    pub const fn from_stored(signs: String) -> Self {
        Self(signs)
    }

    /// The nine signs, as they are stored and shown.
    pub fn show(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Kpp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kpp(***)")
    }
}

impl TryFrom<String> for Kpp {
    type Error = CheckError;
    fn try_from(text: String) -> Result<Self, CheckError> {
        Self::parse(&text)
    }
}

impl From<Kpp> for String {
    fn from(number: Kpp) -> Self {
        number.0
    }
}

/// The digits, if there is nothing else but separators, they are as many as
/// allowed and not all noughts.
fn bare_digits(text: &str, lengths: &[usize]) -> Option<String> {
    let signs: String = text.chars().filter(|it| !is_separator(*it)).collect();
    let are_digits = signs.bytes().all(|it| it.is_ascii_digit());
    let is_nothing = signs.bytes().all(|it| it == b'0');
    (are_digits && !is_nothing && lengths.contains(&signs.len())).then_some(signs)
}

/// What people and programs put between digits.
pub(super) fn is_separator(it: char) -> bool {
    it.is_whitespace()
        || matches!(
            it,
            '-' | '‐' | '‑' | '–' | '—' | '−' | '.' | '/' | '№' | '\''
        )
}

/// The digits in groups of given lengths, each followed by its sign; without
/// groups, as they are.
fn grouped(digits: &str, groups: &[(usize, &str)]) -> String {
    let mut rest = digits;
    let mut result = String::with_capacity(digits.len() + groups.len());
    for (length, sign) in groups {
        let Some((group, after)) = rest.split_at_checked(*length) else {
            break;
        };
        result.push_str(group);
        rest = after;
        if !rest.is_empty() {
            result.push_str(sign);
        }
    }
    result + rest
}

#[cfg(test)]
#[path = "numbers_tests.rs"]
mod tests;
