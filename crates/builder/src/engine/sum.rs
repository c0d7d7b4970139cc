use rust_decimal::Decimal;
use sources::Value;

use crate::How;

/// What is known of the values of one field in one group. Exact: nothing is
/// rounded before it is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    rows: u64,
    filled: u64,
    yes: u64,
    total: Decimal,
    least: Option<Value>,
    most: Option<Value>,
}

impl Sum {
    /// One more row, with its value where there is a field.
    pub(super) fn add(&mut self, value: Option<&Value>) {
        self.rows += 1;
        let Some(value) = value.filter(|it| **it != Value::Empty) else {
            return;
        };
        self.filled += 1;
        self.yes += u64::from(*value == Value::Flag(true));
        if let Value::Number(number) = value {
            self.total = self.total.saturating_add(*number);
        }
        if is_below(value, self.least.as_ref()) {
            self.least = Some(value.clone());
        }
        if self
            .most
            .as_ref()
            .is_none_or(|it| is_below(it, Some(value)))
        {
            self.most = Some(value.clone());
        }
    }

    /// The measure; empty where there is nothing to divide by.
    pub(super) fn tell(&self, how: How, has_field: bool, all: Decimal) -> Value {
        let share = |part: u64, whole: Decimal| {
            let share = (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(whole);
            share.into()
        };
        match (how, has_field) {
            (How::Count, false) => Value::count(self.rows),
            (How::Count, true) => Value::count(self.filled),
            (How::Sum, _) if self.filled == 0 => Value::Empty,
            (How::Sum, _) => Value::Number(self.total),
            (How::Average, _) => self.total.checked_div(Decimal::from(self.filled)).into(),
            (How::Least, _) => self.least.clone().unwrap_or_default(),
            (How::Most, _) => self.most.clone().unwrap_or_default(),
            (How::Share, false) => share(self.rows, all),
            (How::Share, true) => share(self.yes, Decimal::from(self.filled)),
        }
    }
}

fn is_below(one: &Value, other: Option<&Value>) -> bool {
    match (one, other) {
        (_, None) => true,
        (Value::Number(one), Some(Value::Number(other))) => one < other,
        (Value::Date(one), Some(Value::Date(other))) => one < other,
        _ => false,
    }
}
