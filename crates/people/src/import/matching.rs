//! Who of a list has a card already.

use std::collections::HashMap;

use chrono::NaiveDate;
use kernel::{PersonId, names::search_key};

use crate::Card;

/// Everybody of a kind, to be found by name.
#[derive(Debug, Default)]
pub struct Known {
    by_key: HashMap<String, Vec<Card>>,
}

/// Who a row of a list means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Nobody with a card.
    Nobody,
    One(PersonId),
    /// More than one, and nothing tells which.
    Several,
}

impl Known {
    /// `cards` with their search keys.
    pub fn of(cards: impl IntoIterator<Item = (String, Card)>) -> Self {
        let mut by_key: HashMap<String, Vec<Card>> = HashMap::new();
        for (key, card) in cards {
            by_key.entry(key).or_default().push(card);
        }
        Self { by_key }
    }

    /// Everybody of that name.
    pub fn named(&self, full_name: &str) -> &[Card] {
        self.by_key
            .get(&search_key(full_name))
            .map_or(&[], Vec::as_slice)
    }

    /// Whoever has that name and birth date; a date that is not known on
    /// either side does not tell people apart, two dates do.
    pub fn find(&self, full_name: &str, born_on: Option<NaiveDate>) -> Match {
        let fits = |it: &&Card| {
            it.born_on
                .zip(born_on)
                .is_none_or(|(known, said)| known == said)
        };
        let all: Vec<&Card> = self.named(full_name).iter().filter(fits).collect();
        let mut exact = all
            .iter()
            .filter(|it| born_on.is_some() && it.born_on == born_on);
        match (all.as_slice(), exact.next(), exact.next()) {
            ([], ..) => Match::Nobody,
            ([one], ..) | (_, Some(one), None) => Match::One(one.id),
            _ => Match::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(id: i64, born_on: Option<&str>) -> (String, Card) {
        let card = Card {
            id: id.into(),
            last_name: "Ёлкина".into(),
            first_name: "Мария".into(),
            middle_name: None,
            born_on: born_on.map(|it| it.parse().unwrap()),
        };
        (search_key(&card.full()), card)
    }

    fn find(cards: Vec<(String, Card)>, born_on: Option<&str>) -> Match {
        Known::of(cards).find("елкина  МАРИЯ", born_on.map(|it| it.parse().unwrap()))
    }

    #[test]
    fn a_birth_date_tells_namesakes_apart() {
        let both = || vec![card(1, Some("2014-03-27")), card(2, Some("2015-01-01"))];
        assert_eq!(find(both(), Some("2015-01-01")), Match::One(2.into()));
        assert_eq!(find(both(), Some("2016-01-01")), Match::Nobody);
        assert_eq!(find(both(), None), Match::Several);
    }

    #[test]
    fn an_unknown_date_is_filled_in_and_an_exact_one_wins() {
        assert_eq!(
            find(vec![card(1, None)], Some("2014-03-27")),
            Match::One(1.into())
        );
        assert_eq!(
            find(vec![card(1, Some("2014-03-27"))], None),
            Match::One(1.into())
        );
        let mixed = vec![card(1, None), card(2, Some("2014-03-27"))];
        assert_eq!(find(mixed, Some("2014-03-27")), Match::One(2.into()));
        assert_eq!(find(vec![], None), Match::Nobody);
    }
}
