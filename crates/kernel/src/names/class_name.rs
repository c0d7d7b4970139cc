use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::collate::compare;
use crate::checked::cyrillic_lookalike;
use crate::{Fault, Kind};

/// The longest letter of a class, as the original has it (`ux.md` §6.7).
const LONGEST_LETTER: usize = 15;
const LAST_GRADE: u8 = 12;

/// Параллель and литера of a class: «5А». Small schools have classes without a letter.
///
/// Ordered by grade, then by letter in the Russian order: 1А 2Б … 9В 10А.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ClassName {
    grade: u8,
    letter: String,
}

/// Why a text is not the name of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClassNameError {
    #[error("a class begins with its grade, 1 to 12")]
    Grade,
    #[error("the letter of a class has 15 characters at most and no odd ones")]
    Letter,
}

impl Fault for ClassNameError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Grade => "class-name.grade",
            Self::Letter => "class-name.letter",
        }
    }
}

impl ClassName {
    /// # Errors
    /// The grade is not 1…12, or the letter is too long or holds odd signs.
    pub fn new(grade: u8, letter: &str) -> Result<Self, ClassNameError> {
        if !(1..=LAST_GRADE).contains(&grade) {
            return Err(ClassNameError::Grade);
        }
        Ok(Self {
            grade,
            letter: cleaned_letter(letter)?,
        })
    }

    /// Параллель, 1…12.
    pub const fn grade(&self) -> u8 {
        self.grade
    }

    /// Литера, empty where the class has none.
    pub fn letter(&self) -> &str {
        &self.letter
    }

    /// «5 «А»», as documents have it; the word «класс» comes from the template.
    pub fn in_document(&self) -> String {
        if self.letter.is_empty() {
            return self.grade.to_string();
        }
        format!("{}\u{a0}«{}»", self.grade, self.letter)
    }
}

/// «5А», «5 А», «5-а», «5 «А»», «10 физмат», also with Latin look-alikes.
impl FromStr for ClassName {
    type Err = ClassNameError;
    fn from_str(text: &str) -> Result<Self, ClassNameError> {
        let text = text.trim();
        let letter = text.trim_start_matches(|it: char| it.is_ascii_digit());
        let grade = text[..text.len() - letter.len()].parse();
        Self::new(grade.map_err(|_| ClassNameError::Grade)?, letter)
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_word = self.letter.chars().count() > 2;
        let gap = if is_word { " " } else { "" };
        write!(f, "{}{gap}{}", self.grade, self.letter)
    }
}

impl Ord for ClassName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.grade
            .cmp(&other.grade)
            .then_with(|| compare(&self.letter, &other.letter))
    }
}

impl PartialOrd for ClassName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<ClassName> for String {
    fn from(class: ClassName) -> Self {
        class.to_string()
    }
}

impl TryFrom<String> for ClassName {
    type Error = ClassNameError;
    fn try_from(text: String) -> Result<Self, ClassNameError> {
        text.parse()
    }
}

/// A single letter is a Cyrillic capital; a word stays as typed.
fn cleaned_letter(text: &str) -> Result<String, ClassNameError> {
    let letter = text.trim_matches(|it: char| it.is_whitespace() || "«»\"„“”'-–".contains(it));
    let length = letter.chars().count();
    let is_odd = |it: char| !it.is_alphanumeric() && !matches!(it, ' ' | '-' | '.' | '_');
    let starts_with_digit = letter.starts_with(|it: char| it.is_numeric());
    if length > LONGEST_LETTER || starts_with_digit || letter.chars().any(is_odd) {
        return Err(ClassNameError::Letter);
    }
    if length > 1 {
        return Ok(letter.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    Ok(letter
        .to_uppercase()
        .chars()
        .map(cyrillic_lookalike)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(text: &str) -> ClassName {
        text.parse().unwrap()
    }

    #[test]
    fn one_class_is_written_in_many_ways() {
        for text in ["5А", "5а", " 5 А ", "5-А", "5 «А»", "5\"а\"", "5A", "5 a"] {
            assert_eq!(class(text), ClassName::new(5, "А").unwrap(), "{text}");
            assert_eq!(class(text).to_string(), "5А");
            assert_eq!(class(text).in_document(), "5\u{a0}«А»");
        }
        assert_eq!(class("9").to_string(), "9");
        assert_eq!(class("10 физмат").to_string(), "10 физмат");
        assert_eq!(class("10физмат"), class("10 физмат"));
    }

    #[test]
    fn what_is_no_class_is_refused() {
        for text in ["", "А", "0А", "13А", "999А", "А5", "-5А"] {
            assert_eq!(
                text.parse::<ClassName>(),
                Err(ClassNameError::Grade),
                "{text}"
            );
        }
        for text in ["5<", "5А;Б", "5 абвгдежзиклмнопр", "5 6"] {
            assert_eq!(
                text.parse::<ClassName>(),
                Err(ClassNameError::Letter),
                "{text}"
            );
        }
    }

    /// `ux.md` §7 check 44.
    #[test]
    fn classes_are_ordered_by_number_and_letter() {
        let mut classes = ["10Б", "11А", "5А", "2Б", "10А", "9В", "1А"].map(class);
        classes.sort();
        let sorted = classes.map(|it| it.to_string()).join(" ");
        assert_eq!(sorted, "1А 2Б 5А 9В 10А 10Б 11А");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(grade in 1..=12_u8, letter in "[А-ЯЁ]|[а-яё]{2,15}|") {
            let class = ClassName::new(grade, &letter).unwrap();
            prop_assert_eq!(class.to_string().parse::<ClassName>().unwrap(), class.clone());
            prop_assert_eq!(class.in_document().parse::<ClassName>().unwrap(), class);
        }

        #[test]
        fn any_text_is_survived(text in ".{0,20}") {
            let _ = text.parse::<ClassName>();
        }
    }
}
