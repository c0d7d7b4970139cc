//! The lists of a school, from the files to the database and back, over the
//! real router and a real database.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod citizenship;
mod documents;
mod families;
mod files;
mod hostile;
mod lists;
mod pupils;
mod rights;
mod support;
