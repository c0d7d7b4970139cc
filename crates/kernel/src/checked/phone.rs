use std::fmt;

use serde::{Deserialize, Serialize};

use super::digits;
use super::flaw::{CheckError, Number};

/// What people write before an extension, longest first.
const EXTENSION: [&str; 5] = ["добавочный", "доб.", "доб", "ext.", "#"];
const LONGEST_EXTENSION: usize = 6;

/// A telephone number in E.164, with an extension if it has one.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone {
    /// Country and number, without the plus.
    number: String,
    extension: String,
}

impl Phone {
    /// Reads `8 861 312-34-56`, `7861…`, `+7 (861) 312-34-56 доб. 12` and ten
    /// digits alone as Russian; what begins with another `+` or with `810` as foreign.
    ///
    /// # Errors
    /// The digits are not so many, or there are letters among them.
    pub fn parse(text: &str) -> Result<Self, CheckError> {
        read(text).ok_or(CheckError::shape(Number::Phone))
    }

    /// «+7 (861) 312-34-56 доб. 12»; a foreign one stays `+375291234567`.
    pub fn show(&self) -> String {
        let number = match self.russian() {
            Some((code, rest)) => {
                let (first, second, third) = (&rest[..3], &rest[3..5], &rest[5..]);
                format!("+7 ({code}) {first}-{second}-{third}")
            }
            None => format!("+{}", self.number),
        };
        if self.extension.is_empty() {
            return number;
        }
        format!("{number} доб. {}", self.extension)
    }

    /// A stored number as [`Phone::show`] writes it; what is none stays as it is.
    pub fn show_stored(stored: &str) -> String {
        Self::parse(stored).map_or_else(|_| stored.to_owned(), |it| it.show())
    }

    /// `+78613123456`, with `,12` for an extension, as it is stored and dialled.
    pub fn compact(&self) -> String {
        let comma = if self.extension.is_empty() { "" } else { "," };
        format!("+{}{comma}{}", self.number, self.extension)
    }

    /// Whether the number ends with these digits: a search by the last four or more.
    pub fn ends_with(&self, last: &str) -> bool {
        last.len() >= 4 && self.number.ends_with(last)
    }

    /// The code of the area and the seven digits after it.
    fn russian(&self) -> Option<(&str, &str)> {
        let ten = self.number.strip_prefix('7').filter(|it| it.len() == 10)?;
        ten.split_at_checked(3)
    }
}

fn read(text: &str) -> Option<Phone> {
    let text = text.trim().to_lowercase();
    let (number, extension) = split_extension(&text);
    let (number, extension) = (number.trim(), extension.trim());
    let extension_fits =
        extension.len() <= LONGEST_EXTENSION && extension.bytes().all(|it| it.is_ascii_digit());
    if !extension_fits || !number.chars().all(is_of_number) {
        return None;
    }
    Some(Phone {
        number: international(number)?,
        extension: extension.to_owned(),
    })
}

fn split_extension(text: &str) -> (&str, &str) {
    let found = EXTENSION.iter().find_map(|it| text.split_once(it));
    found.or_else(|| text.split_once(',')).unwrap_or((text, ""))
}

fn is_of_number(it: char) -> bool {
    it.is_ascii_digit() || it.is_whitespace() || "+()-‐‑–—.".contains(it)
}

/// Country and number, as the digits and the plus before them say.
fn international(typed: &str) -> Option<String> {
    if typed.chars().skip(1).any(|it| it == '+') {
        return None;
    }
    let digits = digits(typed);
    let has_plus = typed.starts_with('+');
    let foreign = if has_plus {
        Some(digits.as_str())
    } else {
        digits.strip_prefix("810")
    };
    if let Some(number) = foreign.filter(|it| !it.starts_with('7')) {
        let fits = (8..=15).contains(&number.len()) && !number.starts_with('0');
        return fits.then(|| number.to_owned());
    }
    let ten = match digits.len() {
        10 if !has_plus => Some(digits.as_str()),
        11 => digits.strip_prefix(['7', '8']),
        _ => None,
    }?;
    // No area and no operator begins with 0, 1 or 2.
    (!ten.starts_with(['0', '1', '2'])).then(|| format!("7{ten}"))
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(***)")
    }
}

impl TryFrom<String> for Phone {
    type Error = CheckError;
    fn try_from(text: String) -> Result<Self, CheckError> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.compact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_number_is_typed_in_many_ways() {
        let vectors = [
            "+7 (861) 312-34-56",
            "8 (861) 312-34-56",
            "88613123456",
            "78613123456",
            "+78613123456",
            "861 312 34 56",
            "8-861-312.34.56",
        ];
        for text in vectors {
            assert_eq!(
                Phone::parse(text).unwrap().show(),
                "+7 (861) 312-34-56",
                "{text}"
            );
        }
        let office = Phone::parse("8(861)312-34-56 доб. 12").unwrap();
        assert_eq!(office.show(), "+7 (861) 312-34-56 доб. 12");
        assert_eq!(office.compact(), "+78613123456,12");
        assert!(office.ends_with("3456"));
        assert!(!office.ends_with("456"));
    }

    #[test]
    fn foreign_numbers_are_kept() {
        for text in ["+375 29 123-45-67", "8 10 375 29 123 45 67"] {
            assert_eq!(
                Phone::parse(text).unwrap().show(),
                "+375291234567",
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let vectors = [
            "",
            "112",
            "3-12-34",
            "886131234567",
            "+7 861 312",
            "+7 (061) 312-34-56",
            "8 861 312-34-56, 8 918 000-00-00",
            "мама 89181234567",
            "7+8613123456",
            "+0123456789",
        ];
        for text in vectors {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(text in "\\+7[3-9][0-9]{9}( доб\\. [0-9]{1,6})?|\\+375[0-9]{9}") {
            let phone = Phone::parse(&text).unwrap();
            prop_assert_eq!(&Phone::parse(&phone.show()).unwrap(), &phone);
            prop_assert_eq!(&Phone::parse(&phone.compact()).unwrap(), &phone);
        }

        #[test]
        fn any_text_is_survived(text in ".{0,30}") {
            let _ = Phone::parse(&text);
        }
    }
}
