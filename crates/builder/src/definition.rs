//! What a report is made of, as it is kept and as forms send it.

use serde::{Deserialize, Serialize};

/// Most of each part of a definition that is looked at.
pub(crate) const MOST_FILTERS: usize = 40;
/// Columns, groups and measures stay readable.
pub(crate) const MOST_GROUPS: usize = 3;
pub(crate) const MOST_MEASURES: usize = 6;
pub(crate) const MOST_SORTS: usize = 2;

/// A report: of which source, with what, of which rows, in which order.
///
/// With groups or measures it has a line for each group; else one for each row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Definition {
    pub source: String,
    /// Codes of fields, where there are neither groups nor measures.
    pub columns: Vec<String>,
    pub filters: Vec<Filter>,
    pub groups: Vec<String>,
    pub measures: Vec<Measure>,
    pub sort: Vec<Sort>,
}

impl Definition {
    /// Whether lines are groups of rows.
    pub fn is_grouped(&self) -> bool {
        !self.groups.is_empty() || !self.measures.is_empty()
    }
}

/// A condition that rows must fulfil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub field: String,
    pub op: Op,
    #[serde(default)]
    pub value: String,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// One of the values.
    Is,
    Not,
    Contains,
    /// At least, not before.
    From,
    /// At most, not after.
    To,
    Filled,
    Blank,
}

impl Op {
    pub const ALL: [Self; 7] = [
        Self::Is,
        Self::Not,
        Self::Contains,
        Self::From,
        Self::To,
        Self::Filled,
        Self::Blank,
    ];

    /// The name in forms and templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::Not => "not",
            Self::Contains => "contains",
            Self::From => "from",
            Self::To => "to",
            Self::Filled => "filled",
            Self::Blank => "blank",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether it compares with a value.
    pub const fn takes_value(self) -> bool {
        !matches!(self, Self::Filled | Self::Blank)
    }
}

/// A number for each group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub how: How,
    #[serde(default)]
    pub field: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Rows; with a field, rows in which it is filled.
    Count,
    Sum,
    Average,
    Least,
    Most,
    /// Rows of all rows; with a field, «yes» among its answers. In per cent.
    Share,
}

impl How {
    pub const ALL: [Self; 6] = [
        Self::Count,
        Self::Sum,
        Self::Average,
        Self::Least,
        Self::Most,
        Self::Share,
    ];

    /// The name in forms and templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Average => "average",
            Self::Least => "least",
            Self::Most => "most",
            Self::Share => "share",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// By a field, or by the n-th measure: `measure-1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    pub by: String,
    #[serde(default)]
    pub down: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again() {
        let text = r#"{"source": "pupils", "groups": ["class"], "measures": [{"how": "count"}],
            "filters": [{"field": "gender", "op": "is", "value": "female"}], "sort": [{"by": "measure-1", "down": true}]}"#;
        let it: Definition = serde_json::from_str(text).expect("readable");
        assert!(it.is_grouped() && it.columns.is_empty());
        let again = serde_json::to_string(&it).expect("writable");
        assert_eq!(
            serde_json::from_str::<Definition>(&again).expect("readable"),
            it
        );
    }

    #[test]
    fn codes_come_back() {
        for it in Op::ALL {
            assert_eq!(Op::from_code(it.code()), Some(it));
        }
        for it in How::ALL {
            assert_eq!(How::from_code(it.code()), Some(it));
        }
    }
}
