use std::fmt;

use serde::{Deserialize, Serialize};

use super::casing::is_apostrophe;
use super::{clean_case, search_key};
use crate::{Fault, Kind};

/// No part of a name is longer: the passport has less room.
const LONGEST: usize = 100;
const NBSP: char = '\u{a0}';

/// Фамилия, имя and, where there is one, отчество (`ux.md` §6.2).
///
/// Always clean: no spaces around, ordinary case, отчество never «-».
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct FullName {
    last: String,
    first: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle: Option<String>,
}

/// What a name is read from.
#[derive(Deserialize)]
struct Parts {
    last: String,
    first: String,
    #[serde(default)]
    middle: Option<String>,
}

impl TryFrom<Parts> for FullName {
    type Error = NameError;
    fn try_from(parts: Parts) -> Result<Self, NameError> {
        Self::new(
            &parts.last,
            &parts.first,
            parts.middle.as_deref().unwrap_or_default(),
        )
    }
}

/// Which part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Last,
    First,
    Middle,
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("there is no {0:?} name")]
    Missing(Part),
    #[error("the {0:?} name holds what no name holds")]
    OddCharacter(Part),
    #[error("the {0:?} name is too long")]
    TooLong(Part),
}

impl NameError {
    /// Which part of the name is wrong.
    pub const fn part(self) -> Part {
        match self {
            Self::Missing(part) | Self::OddCharacter(part) | Self::TooLong(part) => part,
        }
    }
}

impl Fault for NameError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Missing(Part::Last) => "name.no-last",
            Self::Missing(_) => "name.no-first",
            Self::OddCharacter(_) => "name.odd-character",
            Self::TooLong(_) => "name.too-long",
        }
    }
}

/// What отчество tells; editable on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Male,
    Female,
}

impl FullName {
    /// Cleans the three parts. An empty or dashed отчество is none.
    ///
    /// # Errors
    /// A part that must be there is empty, too long, or holds a digit or a sign.
    pub fn new(last: &str, first: &str, middle: &str) -> Result<Self, NameError> {
        let last = required(last, Part::Last)?;
        let first = required(first, Part::First)?;
        let middle = cleaned(middle, Part::Middle)?;
        Ok(Self {
            last,
            first,
            middle,
        })
    }

    /// Reads «Иванова Мария Петровна» from one cell: фамилия, имя, the rest.
    ///
    /// # Errors
    /// As [`FullName::new`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let mut words = text.split_whitespace();
        let last = words.next().unwrap_or_default();
        let first = words.next().unwrap_or_default();
        let middle: Vec<&str> = words.collect();
        Self::new(last, first, &middle.join(" "))
    }

    pub fn last(&self) -> &str {
        &self.last
    }

    pub fn first(&self) -> &str {
        &self.first
    }

    pub fn middle(&self) -> Option<&str> {
        self.middle.as_deref()
    }

    /// «Иванова Мария Петровна».
    pub fn full(&self) -> String {
        match &self.middle {
            Some(middle) => format!("{} {} {middle}", self.last, self.first),
            None => self.last_first(),
        }
    }

    /// «Иванова Мария», as lists of pupils have it.
    pub fn last_first(&self) -> String {
        format!("{} {}", self.last, self.first)
    }

    /// «Иванова М. П.», with spaces that do not break.
    pub fn short(&self) -> String {
        format!("{}{NBSP}{}", self.last, self.initials())
    }

    /// «М. П. Иванова», as under a document.
    pub fn signature(&self) -> String {
        format!("{}{NBSP}{}", self.initials(), self.last)
    }

    /// «Мария Петровна», as one speaks to a teacher.
    pub fn address(&self) -> String {
        match &self.middle {
            Some(middle) => format!("{} {middle}", self.first),
            None => self.first.clone(),
        }
    }

    fn initials(&self) -> String {
        match &self.middle {
            Some(middle) => format!("{}{NBSP}{}", initial(&self.first), initial(middle)),
            None => initial(&self.first),
        }
    }

    /// The gender that отчество tells: -вич and -вна, оглы and кызы.
    pub fn gender(&self) -> Option<Gender> {
        let middle = self.middle.as_deref()?.to_lowercase();
        let ends = |with: &[&str]| with.iter().any(|it| middle.ends_with(it));
        if ends(&["ич", "оглы", "оглу", "угли", "углы", "улы", "уулу", "ұлы"])
        {
            return Some(Gender::Male);
        }
        if ends(&["вна", "чна", "шна", "кызы", "кизи", "гызы", "қызы", "қизи"])
        {
            return Some(Gender::Female);
        }
        None
    }

    /// The key under which the person is found; see [`search_key`].
    pub fn search_key(&self) -> String {
        search_key(&self.full())
    }

    /// The order of lists: фамилия, имя, отчество, by the Russian collation.
    pub fn collation_key(&self) -> [super::CollationKey; 3] {
        [
            &self.last,
            &self.first,
            self.middle.as_ref().unwrap_or(&String::new()),
        ]
        .map(|it| super::collation_key(it))
    }
}

/// A name is personal: logs do not show it.
impl fmt::Debug for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FullName(***)")
    }
}

/// «А.-М.» for «Анна-Мария».
fn initial(name: &str) -> String {
    let letters = name.split('-').filter_map(|part| part.chars().next());
    letters
        .map(|it| format!("{it}."))
        .collect::<Vec<_>>()
        .join("-")
}

fn required(text: &str, part: Part) -> Result<String, NameError> {
    cleaned(text, part)?.ok_or(NameError::Missing(part))
}

fn cleaned(text: &str, part: Part) -> Result<Option<String>, NameError> {
    let name = clean_case(text);
    if !name.chars().any(char::is_alphanumeric) && name.chars().all(is_dash_or_space) {
        return Ok(None);
    }
    if name.chars().count() > LONGEST {
        return Err(NameError::TooLong(part));
    }
    let starts_with_letter = name.chars().next().is_some_and(char::is_alphabetic);
    if !starts_with_letter || !name.chars().all(is_of_name) {
        return Err(NameError::OddCharacter(part));
    }
    Ok(Some(name))
}

fn is_dash_or_space(it: char) -> bool {
    it.is_whitespace() || matches!(it, '-' | '‐' | '‑' | '–' | '—' | '.')
}

fn is_of_name(it: char) -> bool {
    it.is_alphabetic()
        || unicode_normalization::char::is_combining_mark(it)
        || is_apostrophe(it)
        || matches!(it, ' ' | '-' | '.' | '(' | ')' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maria() -> FullName {
        FullName::new("ИВАНОВА", "мария", "Петровна").unwrap()
    }

    #[test]
    fn a_name_is_shown_as_the_occasion_asks() {
        assert_eq!(maria().full(), "Иванова Мария Петровна");
        assert_eq!(maria().last_first(), "Иванова Мария");
        assert_eq!(maria().short(), "Иванова\u{a0}М.\u{a0}П.");
        assert_eq!(maria().signature(), "М.\u{a0}П.\u{a0}Иванова");
        assert_eq!(maria().address(), "Мария Петровна");
        assert_eq!(maria().search_key(), "иванова мария петровна");
    }

    #[test]
    fn a_name_without_a_patronymic_has_no_dash() {
        for nothing in ["", " ", "-", "—", "--", "."] {
            let kim = FullName::new("Ким", "Анна-Мария", nothing).unwrap();
            assert_eq!(kim.middle(), None);
            assert_eq!(kim.full(), "Ким Анна-Мария");
            assert_eq!(kim.short(), "Ким\u{a0}А.-М.");
            assert_eq!(kim.address(), "Анна-Мария");
        }
    }

    #[test]
    fn one_cell_is_split() {
        assert_eq!(
            FullName::parse(" иванова  МАРИЯ петровна").unwrap(),
            maria()
        );
        let rashid = FullName::parse("Алиев Рашид Мамед оглы").unwrap();
        assert_eq!(rashid.middle(), Some("Мамед оглы"));
        assert_eq!(
            FullName::parse("Иванова"),
            Err(NameError::Missing(Part::First))
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let refused = |last: &str| FullName::new(last, "Мария", "").unwrap_err();
        assert_eq!(refused("-"), NameError::Missing(Part::Last));
        assert_eq!(refused("Иванова1"), NameError::OddCharacter(Part::Last));
        assert_eq!(refused("<b>"), NameError::OddCharacter(Part::Last));
        assert_eq!(refused("'or"), NameError::OddCharacter(Part::Last));
        assert_eq!(refused(&"ы".repeat(101)), NameError::TooLong(Part::Last));
    }

    #[test]
    fn the_patronymic_tells_the_gender() {
        let vectors = [
            ("Петровна", Some(Gender::Female)),
            ("Ильинична", Some(Gender::Female)),
            ("Лукинична", Some(Gender::Female)),
            ("Рашид кызы", Some(Gender::Female)),
            ("Петрович", Some(Gender::Male)),
            ("Ильич", Some(Gender::Male)),
            ("Мамед-оглы", Some(Gender::Male)),
            ("Ли", None),
            ("", None),
        ];
        for (middle, gender) in vectors {
            assert_eq!(
                FullName::new("Ким", "Ян", middle).unwrap().gender(),
                gender,
                "{middle}"
            );
        }
    }

    #[test]
    fn a_name_goes_through_json_and_not_into_logs() {
        let json = serde_json::to_string(&maria()).unwrap();
        assert_eq!(serde_json::from_str::<FullName>(&json).unwrap(), maria());
        assert!(serde_json::from_str::<FullName>(r#"{"last":"","first":"А"}"#).is_err());
        assert_eq!(format!("{:?}", maria()), "FullName(***)");
    }
}
