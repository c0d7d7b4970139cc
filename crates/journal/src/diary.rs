//! Pure decisions of the diary: what a family is told, and what is missing
//! until the next mark.

mod goal;
mod told;

pub use goal::{Goal, needed};
pub(crate) use told::{Change, QUIET, told};
