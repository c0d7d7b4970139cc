//! Numbers of personal files: the letter of the surname, and a number of its
//! own for each letter (§3.3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How the school writes the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// «В/13»
    #[default]
    Slash,
    /// «В-13»
    Dash,
}

impl FileFormat {
    pub const ALL: [Self; 2] = [Self::Slash, Self::Dash];

    /// The name in the database and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Slash => "slash",
            Self::Dash => "dash",
        }
    }

    /// The format with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    const fn sign(self) -> char {
        match self {
            Self::Slash => '/',
            Self::Dash => '-',
        }
    }
}

/// The letter and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileNumber {
    pub letter: char,
    pub count: i32,
}

impl FileNumber {
    /// Reads «В/13», «в-13», «В 13»; nothing where the number is made otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.trim().chars();
        let letter = letter_of(chars.next()?)?;
        let count = chars.as_str().trim_start_matches(['/', '-', ' ']);
        if !count.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let count = count.parse().ok().filter(|it| 0 < *it)?;
        Some(Self { letter, count })
    }

    /// The number as the school writes it.
    pub fn show(self, format: FileFormat) -> String {
        format!("{}{}{}", self.letter, format.sign(), self.count)
    }
}

/// The page of the alphabet book; Ё is written with Е.
fn letter_of(first: char) -> Option<char> {
    let upper = first.to_uppercase().next()?;
    match upper {
        'Ё' => Some('Е'),
        it if it.is_alphabetic() => Some(it),
        _ => None,
    }
}

/// The page of the book for a surname; one that begins with no letter is kept under «А».
pub(crate) fn page_of(last_name: &str) -> char {
    last_name.chars().next().and_then(letter_of).unwrap_or('А')
}

/// The numbers that are given: the next of a letter follows the largest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(BTreeMap<char, i32>);

impl Given {
    /// Everything that is taken already.
    pub(crate) fn all<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        let mut given = Self::default();
        for it in taken.into_iter().filter_map(FileNumber::parse) {
            let last = given.0.entry(it.letter).or_default();
            *last = it.count.max(*last);
        }
        given
    }

    /// The next of the surname's page.
    pub(crate) fn next(&mut self, last_name: &str) -> FileNumber {
        let letter = page_of(last_name);
        let last = self.0.entry(letter).or_default();
        *last = last.saturating_add(1);
        FileNumber {
            letter,
            count: *last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mov3_numbers_are_read_as_schools_write_them() {
        let number = |letter, count| Some(FileNumber { letter, count });
        assert_eq!(FileNumber::parse("В/13"), number('В', 13));
        assert_eq!(FileNumber::parse(" в-7 "), number('В', 7));
        assert_eq!(FileNumber::parse("Ё 2"), number('Е', 2));
        for other in ["", "13", "В", "В/", "В/0", "В/13а", "ЛД/4", "В/99999999999"] {
            assert_eq!(FileNumber::parse(other), None, "{other}");
        }
    }

    #[test]
    fn mov3_each_letter_counts_for_itself() {
        let mut given = Given::all(["В/13", "В-4", "Г/2", "2026-5"]);
        assert_eq!(given.next("Волков").show(FileFormat::Slash), "В/14");
        assert_eq!(given.next("волкова").show(FileFormat::Dash), "В-15");
        assert_eq!(given.next("Громов").count, 3);
        assert_eq!(
            given.next("Ёлкин"),
            FileNumber {
                letter: 'Е',
                count: 1
            }
        );
        assert_eq!(given.next("Ежов").count, 2);
        assert_eq!(given.next("’т Хоофт").letter, 'А');
    }

    #[test]
    fn codes_lead_back_to_formats() {
        for it in FileFormat::ALL {
            assert_eq!(FileFormat::from_code(it.code()), Some(it));
        }
    }
}
