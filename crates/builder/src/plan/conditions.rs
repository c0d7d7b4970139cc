//! Conditions as they are typed.

use chrono::NaiveDate;
use kernel::{dates, decimal};
use sources::{Kind, folded};

use super::{Bound, Flaw, Test};
use crate::{Filter, Op};

/// Reads a condition on a field of that kind.
pub(super) fn test(it: &Filter, kind: Kind, today: NaiveDate) -> Result<Test, Flaw> {
    match (it.op, kind) {
        (Op::Filled, _) => Ok(Test::Filled),
        (Op::Blank, _) => Ok(Test::Blank),
        (Op::Is, _) => Ok(Test::Among(values(&it.value, kind, today)?)),
        (Op::Not, _) => Ok(Test::NotAmong(values(&it.value, kind, today)?)),
        (Op::Contains, Kind::Text) => match folded(&it.value) {
            text if text.is_empty() => Err(Flaw::BadValue),
            text => Ok(Test::Contains(text)),
        },
        (Op::From, _) => Ok(Test::Least(bound(&it.value, kind, today)?)),
        (Op::To, _) => Ok(Test::Most(bound(&it.value, kind, today)?)),
        (Op::Contains, _) => Err(Flaw::NotSo),
    }
}

fn bound(value: &str, kind: Kind, today: NaiveDate) -> Result<Bound, Flaw> {
    match kind {
        Kind::Number => decimal::parse(value)
            .map(Bound::Number)
            .map_err(|_| Flaw::BadValue),
        Kind::Date => dates::parse_date(value, today)
            .map(Bound::Day)
            .map_err(|_| Flaw::BadValue),
        _ => Err(Flaw::NotSo),
    }
}

/// The values of a list, as the engine tells those of rows.
fn values(text: &str, kind: Kind, today: NaiveDate) -> Result<Vec<String>, Flaw> {
    let parts = text.split([';', ',']).map(str::trim);
    let parts = parts.filter(|it| !it.is_empty());
    let mut values: Vec<String> = match kind {
        // A text may hold a comma itself.
        Kind::Text => parts.chain([text]).map(folded).collect(),
        Kind::Number => parts
            .map(|it| decimal::parse(it).map(|it| it.normalize().to_string()))
            .collect::<Result<_, _>>()
            .map_err(|_| Flaw::BadValue)?,
        Kind::Date => parts
            .map(|it| dates::parse_date(it, today).map(|it| it.to_string()))
            .collect::<Result<_, _>>()
            .map_err(|_| Flaw::BadValue)?,
        Kind::Choice(choices) => {
            let codes: Vec<String> = parts.map(str::to_owned).collect();
            if codes.iter().any(|it| !choices.codes.contains(&it.as_str())) {
                return Err(Flaw::BadValue);
            }
            codes
        }
        Kind::Flag => {
            let codes: Vec<String> = parts.map(str::to_owned).collect();
            if codes.iter().any(|it| it != "yes" && it != "no") {
                return Err(Flaw::BadValue);
            }
            codes
        }
    };
    values.retain(|it| !it.is_empty());
    values.dedup();
    if values.is_empty() {
        return Err(Flaw::BadValue);
    }
    Ok(values)
}
