//! Days, times and academic years as people type and read them (`ux.md` §6.1).

mod academic_year;
mod day;
mod time;

pub use academic_year::{AcademicYear, NotAYear};
pub use day::{
    DateError, parse_date, show_date, show_day, show_long, show_range, show_weekday, week_of,
    week_start,
};
pub use time::{NotATime, parse_time, show_period, show_time};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// The day it is in the organisation's zone; deadlines count there.
pub fn today(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}
