use std::cmp::{Ordering, Reverse};

use chrono::NaiveDate;
use kernel::names::{CollationKey, collation_key};
use rust_decimal::Decimal;
use sources::{Kind, Value};

/// Where a value stands among others of its field. What is empty comes last,
/// whichever way the others go.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Up(Rank),
    Down(Reverse<Rank>),
    #[default]
    Last,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Code(usize),
    Number(Decimal),
    Date(NaiveDate),
    Text(Vec<Piece>),
}

/// Digits in a text count as a number: «7А» stands before «10А».
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Number(u64),
    Word(CollationKey),
}

impl Place {
    pub(super) fn of(value: &Value, kind: Kind, down: bool) -> Self {
        let rank = match value {
            Value::Empty => return Self::Last,
            Value::Text(text) => Rank::Text(pieces(text)),
            Value::Number(number) => Rank::Number(*number),
            Value::Date(day) => Rank::Date(*day),
            Value::Flag(it) => Rank::Code(usize::from(!*it)),
            Value::Choice(code) => {
                let place = match kind {
                    Kind::Choice(choices) => choices.codes.iter().position(|it| it == code),
                    _ => None,
                };
                Rank::Code(place.unwrap_or(usize::MAX))
            }
        };
        if down {
            Self::Down(Reverse(rank))
        } else {
            Self::Up(rank)
        }
    }

    /// The place of a measure.
    pub(super) fn number(value: &Value, down: bool) -> Self {
        Self::of(value, Kind::Number, down)
    }
}

impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Piece {
    /// Numbers come before words.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.cmp(other),
            (Self::Word(one), Self::Word(other)) => one.cmp(other),
            (Self::Number(_), Self::Word(_)) => Ordering::Less,
            (Self::Word(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let end = rest
            .find(|it: char| it.is_ascii_digit() != digit)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        // A longer number is compared as a word.
        let number = piece.parse().ok().filter(|_| digit);
        pieces.push(number.map_or_else(|| Piece::Word(collation_key(piece)), Piece::Number));
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(texts: &[&str], down: bool) -> Vec<String> {
        let mut texts: Vec<&str> = texts.to_vec();
        texts.sort_by_cached_key(|it| Place::of(&Value::text(it), Kind::Text, down));
        texts.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn classes_stand_as_people_count_them() {
        let given = ["10А", "", "7Б", "7А", "11А", "1А"];
        assert_eq!(sorted(&given, false), ["1А", "7А", "7Б", "10А", "11А", ""]);
        assert_eq!(sorted(&given, true), ["11А", "10А", "7Б", "7А", "1А", ""]);
        assert_eq!(
            sorted(&["Яна", "Ёлка", "Ева"], false),
            ["Ева", "Ёлка", "Яна"]
        );
    }
}
