//! How complete cards are (PPL-7, S3:5.3–5.6): the same files and the same
//! rules that deadlines look at ([`crate::PupilFile::lacks`]).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Card, Lacks, WorkerFile};

/// How complete one card is.
#[derive(Clone, Debug)]
pub struct CardGaps {
    pub card: Card,
    /// «5А»; none for staff and for whom no order has put into a class.
    pub class: Option<String>,
    /// Codes of the fields that are empty.
    pub codes: Vec<String>,
    /// How many fields count.
    pub of: u32,
}

impl CardGaps {
    pub fn percent(&self) -> u32 {
        Sum::of([self]).percent()
    }
}

/// How complete many cards are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sum {
    pub cards: u32,
    /// Cards that lack nothing.
    pub complete: u32,
    pub filled: u32,
    pub of: u32,
}

impl Sum {
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a CardGaps>) -> Self {
        cards.into_iter().fold(Self::default(), |sum, it| {
            let empty = u32::try_from(it.codes.len()).unwrap_or(it.of);
            Self {
                cards: sum.cards + 1,
                complete: sum.complete + u32::from(it.codes.is_empty()),
                filled: sum.filled + it.of.saturating_sub(empty),
                of: sum.of + it.of,
            }
        })
    }

    /// Whole percent, rounded down: 100 % means that nothing is missing.
    pub const fn percent(&self) -> u32 {
        match (self.filled * 100).checked_div(self.of) {
            Some(it) => it,
            None => 100,
        }
    }
}

/// How often each field is empty, most often first.
pub fn frequent<'a>(cards: impl IntoIterator<Item = &'a CardGaps>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for code in cards.into_iter().flat_map(|it| &it.codes) {
        *counts.entry(code).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts
        .into_iter()
        .map(|(code, count)| (code.to_owned(), count))
        .collect();
    counts.sort_by_key(|it| std::cmp::Reverse(it.1));
    counts
}

/// The grade that the name of a class tells: 10 for «10Б», 0 for a group of a
/// kindergarten.
pub(crate) fn grade_of(class: &str) -> i16 {
    let digits: String = class.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

impl From<Lacks> for (Vec<String>, u32) {
    fn from(it: Lacks) -> Self {
        let codes = it.codes.into_iter().map(str::to_owned).collect();
        (codes, it.of)
    }
}

/// What a personal card of the staff must hold (S3:5.4).
const OF_WORKER: u32 = 6;

impl WorkerFile {
    /// The codes of what is missing, and of how many fields.
    pub(crate) fn lacks(&self) -> (Vec<String>, u32) {
        (self.empty.clone(), OF_WORKER)
    }
}

/// What may be filled for many pupils at once: open fields, none of which
/// needs a consent.
pub const FILLED_AT_ONCE: [&str; 9] = [
    "gender",
    "born_on",
    "file_number",
    "lives_at",
    "registered_at",
    "mobile",
    "email",
    "family",
    "foreign_language",
];

/// A date as it is typed, in the way a card keeps it.
pub(crate) fn typed_date(typed: &str, today: NaiveDate) -> Result<Option<NaiveDate>, &'static str> {
    use kernel::Fault;
    if typed.is_empty() {
        return Ok(None);
    }
    kernel::dates::parse_date(typed, today)
        .map(Some)
        .map_err(|it| it.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(codes: &[&str], of: u32) -> CardGaps {
        CardGaps {
            card: Card {
                id: 1.into(),
                last_name: "Ким".into(),
                first_name: "Анна".into(),
                middle_name: None,
                born_on: None,
            },
            class: None,
            codes: codes.iter().map(|it| (*it).to_owned()).collect(),
            of,
        }
    }

    #[test]
    fn a_hundred_percent_means_that_nothing_is_missing() {
        let cards = [gaps(&[], 9), gaps(&["family", "gender"], 8)];
        let sum = Sum::of(&cards);
        assert_eq!(
            (sum.cards, sum.complete, sum.filled, sum.of),
            (2, 1, 15, 17)
        );
        assert_eq!(sum.percent(), 88);
        assert_eq!(Sum::of(&[gaps(&["x"], 1000)]).percent(), 99);
        assert_eq!(Sum::default().percent(), 100);
    }

    #[test]
    fn the_most_frequent_gap_comes_first() {
        let cards = [gaps(&["family"], 9), gaps(&["family", "gender"], 9)];
        assert_eq!(frequent(&cards)[0], ("family".to_owned(), 2));
    }

    #[test]
    fn a_class_tells_its_grade() {
        assert_eq!(
            (grade_of("10Б"), grade_of("5А"), grade_of("Солнышко")),
            (10, 5, 0)
        );
    }
}
