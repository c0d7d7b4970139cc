use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What the government decided about the days off of one year (ст. 112 ч. 2, 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub year: i32,
    /// Days off that are moved, as (from, to).
    pub moved: Vec<(NaiveDate, NaiveDate)>,
}

/// A day of a year as (month, day).
type Day = (u32, u32);

/// The acts that are known; 2027 is to be compared with the published text.
const KNOWN: [(i32, &[(Day, Day)]); 3] = [
    (
        2025,
        &[
            ((1, 4), (5, 2)),
            ((1, 5), (12, 31)),
            ((2, 23), (5, 8)),
            ((3, 8), (6, 13)),
            ((11, 1), (11, 3)),
        ],
    ),
    (2026, &[((1, 3), (1, 9)), ((1, 4), (12, 31))]),
    (
        2027,
        &[((1, 2), (11, 5)), ((1, 3), (12, 31)), ((2, 20), (2, 22))],
    ),
];

impl Act {
    /// The published acts that come with the application.
    pub fn known() -> Vec<Self> {
        KNOWN.iter().map(|it| Self::of(it.0, it.1)).collect()
    }

    fn of(year: i32, moved: &[(Day, Day)]) -> Self {
        let date = |it: Day| NaiveDate::from_ymd_opt(year, it.0, it.1).unwrap_or_default();
        Self {
            year,
            moved: moved.iter().map(|it| (date(it.0), date(it.1))).collect(),
        }
    }
}
