use std::fmt;

use serde::{Deserialize, Serialize};

use super::flaw::{CheckError, Number};
use super::numbers::is_separator;

const DIGITS: usize = 6;
const LETTERS: usize = 2;
/// Cyrillic letters and the Latin ones that look the same.
const LOOKALIKES: [(char, char); 12] = [
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
];

/// Свидетельство о рождении, «IV-АГ № 123456».
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthCertificate {
    roman: String,
    letters: String,
    digits: String,
}

impl BirthCertificate {
    /// Reads a Roman number, two Cyrillic letters and six digits; look-alike
    /// letters of the other alphabet are put right.
    ///
    /// # Errors
    /// The text has other parts.
    pub fn parse(text: &str) -> Result<Self, CheckError> {
        read(text).ok_or(CheckError::shape(Number::BirthCertificate))
    }

    /// «IV-АГ № 123456», with a space that does not break after the №.
    pub fn show(&self) -> String {
        format!("{}-{} №\u{a0}{}", self.roman, self.letters, self.digits)
    }

    /// Without signs between: «IVАГ123456», as it is stored and compared.
    pub fn compact(&self) -> String {
        format!("{}{}{}", self.roman, self.letters, self.digits)
    }
}

fn read(text: &str) -> Option<BirthCertificate> {
    let upper = text.to_uppercase();
    // «№» is often typed as a Latin N, which is no letter of either series.
    let signs: Vec<char> = upper
        .chars()
        .filter(|it| !is_separator(*it) && *it != 'N')
        .collect();
    let letters_at = signs.len().checked_sub(DIGITS + LETTERS)?;
    let (roman, rest) = signs.split_at_checked(letters_at)?;
    let (letters, digits) = rest.split_at_checked(LETTERS)?;

    let roman: String = roman.iter().map(|it| roman_lookalike(*it)).collect();
    let letters: String = letters.iter().map(|it| cyrillic_lookalike(*it)).collect();
    let fits = is_roman(&roman)
        && letters.chars().all(|it| matches!(it, 'А'..='Я'))
        && digits.iter().all(char::is_ascii_digit);
    fits.then(|| BirthCertificate {
        roman,
        letters,
        digits: digits.iter().collect(),
    })
}

/// A Cyrillic capital for the Latin one that looks the same.
pub(crate) fn cyrillic_lookalike(it: char) -> char {
    LOOKALIKES
        .iter()
        .find(|pair| pair.1 == it)
        .map_or(it, |pair| pair.0)
}

/// A Roman digit for the sign that people type for want of it.
fn roman_lookalike(it: char) -> char {
    match it {
        'І' | '1' | '|' => 'I',
        'У' => 'V',
        'Х' => 'X',
        'С' => 'C',
        'М' => 'M',
        it => it,
    }
}

/// Whether the text is a Roman number below 100, rightly written.
fn is_roman(text: &str) -> bool {
    const TENS: [&str; 10] = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"];
    const ONES: [&str; 10] = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
    let rest_is_ones = |tens: &&str| {
        text.strip_prefix(*tens)
            .is_some_and(|it| ONES.contains(&it))
    };
    !text.is_empty() && TENS.iter().any(rest_is_ones)
}

impl fmt::Debug for BirthCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthCertificate(***)")
    }
}

impl TryFrom<String> for BirthCertificate {
    type Error = CheckError;
    fn try_from(text: String) -> Result<Self, CheckError> {
        Self::parse(&text)
    }
}

impl From<BirthCertificate> for String {
    fn from(certificate: BirthCertificate) -> Self {
        certificate.compact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_certificate_is_typed_in_many_ways() {
        let vectors = [
            "IV-АГ № 123456",
            "iv-аг 123456",
            "IVАГ123456",
            "IV АГ N 123456",
            "ІУ-АГ №123456",
            "1V-AГ № 123456",
        ];
        for text in vectors {
            let certificate = BirthCertificate::parse(text).unwrap();
            assert_eq!(certificate.show(), "IV-АГ №\u{a0}123456", "{text}");
            assert_eq!(certificate.compact(), "IVАГ123456");
        }
        assert_eq!(
            BirthCertificate::parse("ХХI-MP 654321").unwrap().compact(),
            "XXIМР654321"
        );
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in [
            "",
            "АГ 123456",
            "IIII-АГ 123456",
            "IV-АГ 12345",
            "IV-А1 123456",
            "IV-GG 123456",
            "№",
        ] {
            assert!(BirthCertificate::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(text in "(I|II|IV|XIX|XL)-[А-Я]{2} [0-9]{6}") {
            let certificate = BirthCertificate::parse(&text).unwrap();
            prop_assert_eq!(BirthCertificate::parse(&certificate.show()).unwrap(), certificate);
        }

        #[test]
        fn any_text_is_survived(text in ".{0,30}") {
            let _ = BirthCertificate::parse(&text);
        }
    }
}
