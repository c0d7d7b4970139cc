use std::sync::Arc;

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// What stands in a field of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Value {
    #[default]
    Empty,
    /// Shared, because the name of a pupil stands in many rows.
    Text(Arc<str>),
    Number(Decimal),
    Date(NaiveDate),
    /// A code of the field's [`Choices`](crate::Choices).
    Choice(&'static str),
    Flag(bool),
}

impl Value {
    /// A text; an empty one is no value.
    pub fn text(text: &str) -> Self {
        match text.trim() {
            "" => Self::Empty,
            text => Self::Text(text.into()),
        }
    }

    /// A whole number.
    pub fn count(number: impl Into<Decimal>) -> Self {
        Self::Number(number.into())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        it.map_or(Self::Empty, Into::into)
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Flag(it)
    }
}

impl From<Decimal> for Value {
    fn from(it: Decimal) -> Self {
        Self::Number(it)
    }
}

/// A text as two texts are compared: «7а» is «7А», «ё» is «е».
pub fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace('ё', "е")
}
