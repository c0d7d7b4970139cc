use chrono::NaiveDate;

use crate::{Field, folded};

/// What is asked of a source.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The organisation's day.
    pub today: NaiveDate,
    /// The values of a row, in this order.
    pub fields: &'a [&'a Field],
    /// Texts, numbers and choices that a field must be one of.
    pub only: &'a [Only],
    /// Days that a field must lie between.
    pub spans: &'a [Span],
    /// After so many rows the source may stop and say so.
    pub most: usize,
}

/// A field must have one of these values, [`folded`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Only {
    pub field: &'static str,
    pub values: Vec<String>,
}

/// A date must lie between two days, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub field: &'static str,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

impl Query<'_> {
    /// Whether the field is asked for at all.
    pub fn wants(&self, field: &str) -> bool {
        self.fields.iter().any(|it| it.code == field)
    }

    /// Whether a row with that text in the field may be asked for.
    pub fn may_have(&self, field: &str, text: &str) -> bool {
        let mut only = self.only.iter().filter(|it| it.field == field);
        only.all(|it| it.values.contains(&folded(text)))
    }

    /// Whether the field has to be one of few values.
    pub fn is_narrowed(&self, field: &str) -> bool {
        self.only.iter().any(|it| it.field == field)
    }

    /// The days that the field must lie between.
    pub fn span(&self, field: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let spans = self.spans.iter().filter(|it| it.field == field);
        spans.fold((None, None), |(from, to), it| {
            // The later first day, and the earlier last one.
            let last = match (to, it.to) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            (from.max(it.from), last)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 9, of)
    }

    fn span(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Span {
        Span {
            field: "on",
            from,
            to,
        }
    }

    #[test]
    fn spans_of_a_field_narrow_each_other() {
        let spans = [
            span(day(1), None),
            span(day(5), day(20)),
            span(None, day(10)),
        ];
        let query = Query {
            today: NaiveDate::MIN,
            fields: &[],
            only: &[],
            spans: &spans,
            most: 1,
        };
        assert_eq!(query.span("on"), (day(5), day(10)));
        assert_eq!(query.span("other"), (None, None));
    }

    #[test]
    fn what_is_listed_is_compared_folded() {
        let only = [Only {
            field: "class",
            values: vec![folded("7а"), folded("7Б")],
        }];
        let query = Query {
            today: NaiveDate::MIN,
            fields: &[],
            only: &only,
            spans: &[],
            most: 1,
        };
        assert!(query.may_have("class", "7А"));
        assert!(!query.may_have("class", "8А"));
        assert!(query.may_have("subject", "Алгебра"));
        assert!(query.is_narrowed("class") && !query.is_narrowed("subject"));
    }
}
