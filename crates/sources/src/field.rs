use chrono::{Datelike, NaiveDate};
use kernel::{Actor, Reaches, Right};

use crate::Value;

/// What kind of values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Date,
    Choice(Choices),
    /// Yes or no.
    Flag,
}

impl Kind {
    /// The name in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice(_) => "choice",
            Self::Flag => "flag",
        }
    }
}

/// One of a few words, in the order in which they are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// The words are `sources.<words>.<code>`.
    pub words: &'static str,
    pub codes: &'static [&'static str],
}

/// A field of a source; its name is the word `sources.<source>.<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub code: &'static str,
    pub kind: Kind,
    /// Without this right, over all that the source reaches, nobody sees the field.
    pub right: Right,
    /// Tells something of one named person, so that a letter must not carry it.
    pub personal: bool,
}

impl Field {
    pub const fn new(code: &'static str, kind: Kind, right: Right) -> Self {
        Self {
            code,
            kind,
            right,
            personal: false,
        }
    }

    /// The same field, which tells something of one person.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Whether the actor may use the field in rows that far: the right to the
    /// field has to reach all of them.
    pub fn is_open(&self, actor: &Actor, rows: Reaches) -> bool {
        let reaches = actor.reaches(self.right);
        reaches != Reaches::NONE && rows.is_within(reaches)
    }
}

/// The months as birthdays go: January first.
pub const MONTHS: Choices = Choices {
    words: "month",
    codes: &[
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
    ],
};

/// The months of an academic year: September first.
pub const STUDY_MONTHS: Choices = Choices {
    words: "month",
    codes: &[
        "9", "10", "11", "12", "1", "2", "3", "4", "5", "6", "7", "8",
    ],
};

/// The month of a day as a value of either.
pub fn month(day: NaiveDate) -> Value {
    let code = MONTHS.codes.get(day.month0() as usize);
    code.map_or(Value::Empty, |it| Value::Choice(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_their_own_codes() {
        for number in 1..=12 {
            let day = NaiveDate::from_ymd_opt(2026, number, 5).expect("a day");
            let code = STUDY_MONTHS
                .codes
                .iter()
                .find(|it| **it == number.to_string());
            assert_eq!(month(day), Value::Choice(code.expect("listed")));
        }
    }
}
