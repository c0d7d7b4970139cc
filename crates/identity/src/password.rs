//! Passwords: which are good enough, and how they are kept
//! (security.md §5.1, §5.2).

mod hasher;

use std::fmt;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

pub(crate) use hasher::Hasher;
pub use hasher::hash_password;

/// Longer ones are refused before they are hashed.
const LONGEST: usize = 128;
/// What must remain of a password when all that is easily guessed is taken out.
const CORE: usize = 6;

/// Words that begin the lists of guessers, one a line.
const COMMON: &str = include_str!("password/common.txt");

/// A password as typed; logs do not show it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// One keyboard writes й as one character, another as two: both are one
    /// password.
    fn normal(&self) -> String {
        self.0.nfkc().collect()
    }

    pub(crate) fn as_typed(&self) -> &str {
        &self.0
    }

    /// Whether it is worth hashing at all.
    pub(crate) fn is_possible(&self) -> bool {
        !self.0.is_empty() && self.0.chars().count() <= LONGEST
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the password is shorter than {least}")]
    Short { least: usize },
    #[error("the password is too long")]
    Long,
    #[error("the password is made of words that are tried first")]
    Guessable,
}

impl Flaw {
    /// The key of the word at the field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short { least: 12.. } => "identity.password.short-staff",
            Self::Short { .. } => "identity.password.short",
            Self::Long => "identity.password.long",
            Self::Guessable => "identity.password.guessable",
        }
    }
}

/// Judges a new password. There are no rules of composition: length counts,
/// and what is left without common words, `context` (login, names, school)
/// and years.
pub(crate) fn judge(password: &Password, staff: bool, context: &[&str]) -> Result<(), Flaw> {
    let text = password.normal();
    let least = if staff { 12 } else { 10 };
    let length = text.chars().count();
    if length < least {
        return Err(Flaw::Short { least });
    }
    if length > LONGEST {
        return Err(Flaw::Long);
    }
    if core(&text.to_lowercase(), context) < CORE {
        return Err(Flaw::Guessable);
    }
    Ok(())
}

/// How many different characters stay when everything guessable is taken out.
fn core(text: &str, context: &[&str]) -> usize {
    let mut words: Vec<String> = COMMON.lines().map(str::to_owned).collect();
    for part in context {
        let parts = part.split(|it: char| !it.is_alphanumeric());
        words.extend(
            parts
                .filter(|it| it.chars().count() >= 4)
                .map(str::to_lowercase),
        );
        words.push(part.to_lowercase());
    }
    words.retain(|it| it.chars().count() >= 3);
    // Long words first, so that a short one does not leave the rest of a long one.
    words.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let mut rest = text.to_owned();
    for word in &words {
        rest = rest.replace(word.as_str(), " ");
    }
    let mut different: Vec<char> = without_years(&rest)
        .chars()
        .filter(|it| !it.is_whitespace())
        .collect();
    different.sort_unstable();
    different.dedup();
    different.len()
}

/// Takes out 19xx and 20xx.
fn without_years(text: &str) -> String {
    let mut rest: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at + 4 <= rest.len() {
        let year = &rest[at..at + 4];
        let century = matches!(year[..2], ['1', '9'] | ['2', '0']);
        if century && year.iter().all(char::is_ascii_digit) {
            rest.drain(at..at + 4);
        } else {
            at += 1;
        }
    }
    rest.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str, staff: bool) -> Result<(), Flaw> {
        judge(
            &Password::new(text),
            staff,
            &["ivanovamp", "Иванова Мария Петровна", "Гимназия № 7"],
        )
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert_eq!(judged("короткий", false), Err(Flaw::Short { least: 10 }));
        assert_eq!(judged("синий кит", false), Err(Flaw::Short { least: 10 }));
        assert_eq!(judged("синий трактор", false), Ok(()));
        assert_eq!(judged("трактор йод", true), Err(Flaw::Short { least: 12 }));
        assert_eq!(judged("correct horse battery", true), Ok(()));
        assert_eq!(judged(&"длинно ".repeat(20), true), Err(Flaw::Long));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for bad in [
            "1234567890",
            "qwertyuiop",
            "йцукенгшщз",
            "пароль2026",
            "password123",
            "aaaaaaaaaaaa",
            "ivanovamp2010",
            "Иванова2011",
            "МарияПетровна",
            "гимназия77",
            "qwerty123456",
            "Qwerty20262027",
            "1q2w3e4r5t6y",
            "абвгдежзик",
            "2010201020102010",
        ] {
            assert_eq!(judged(bad, false), Err(Flaw::Guessable), "{bad}");
        }
    }

    #[test]
    fn both_ways_to_write_a_letter_are_one_password() {
        let [one, two] = [
            Password::new("\u{439}од"),
            Password::new("\u{438}\u{306}од"),
        ];
        assert_eq!(one.normal(), two.normal());
        assert_eq!(format!("{one:?}"), "Password(***)");
    }
}
