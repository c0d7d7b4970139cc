//! Rows in the text format of COPY, and the steps that write them.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::OrgId;

/// Rows of one table.
pub(crate) struct Rows {
    /// `journal.mark (org_id, …)`
    pub(crate) into: &'static str,
    pub(crate) text: String,
    pub(crate) count: usize,
}

impl Rows {
    pub(crate) const fn new(into: &'static str) -> Self {
        Self {
            into,
            text: String::new(),
            count: 0,
        }
    }

    /// Adds one row with its values in the order of the columns.
    pub(crate) fn add(&mut self, values: &[&dyn Value]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.text.push('\t');
            }
            value.write(&mut self.text);
        }
        self.text.push('\n');
        self.count += 1;
    }
}

/// What can stand in a column.
pub(crate) trait Value {
    fn write(&self, out: &mut String);
}

macro_rules! shown {
    ($($of:ty),*) => {$(
        impl Value for $of {
            fn write(&self, out: &mut String) {
                // Writing into a string cannot fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}
shown!(i64, i32, i16, u8, u32, usize, NaiveDate, bool);

impl Value for str {
    fn write(&self, out: &mut String) {
        for it in self.chars() {
            match it {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                it => out.push(it),
            }
        }
    }
}

impl Value for &str {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl Value for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl Value for DateTime<Utc> {
    fn write(&self, out: &mut String) {
        let _ = write!(out, "{}", self.format("%Y-%m-%d %H:%M:%S+00"));
    }
}

impl<T: Value> Value for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(it) => it.write(out),
            None => out.push_str("\\N"),
        }
    }
}

/// What is to be written, in order, in one transaction.
pub(crate) struct Batch {
    pub(crate) org: OrgId,
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

pub(crate) enum Step {
    /// From here on the history says that it was then, and who did it.
    At(DateTime<Utc>, Option<i64>),
    Copy(Rows),
}

impl Batch {
    pub(crate) fn new(org: i64, name: String) -> Self {
        Self {
            org: org.into(),
            name,
            steps: Vec::new(),
        }
    }

    pub(crate) fn at(&mut self, moment: DateTime<Utc>, person: Option<i64>) {
        self.steps.push(Step::At(moment, person));
    }

    /// Empty tables cost no statement.
    pub(crate) fn copy(&mut self, rows: impl IntoIterator<Item = Rows>) {
        self.steps
            .extend(rows.into_iter().filter(|it| it.count > 0).map(Step::Copy));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_format_are_escaped() {
        let mut rows = Rows::new("t (a, b, c)");
        rows.add(&[&1_i64, &"a\tb\\\n", &None::<String>]);
        assert_eq!(rows.text, "1\ta\\tb\\\\\\n\t\\N\n");
    }
}
