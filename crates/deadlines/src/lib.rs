//! The bell (DLN): which deadlines of the regulation are due, who owes what,
//! and when whom to remind of it.

mod debt;
mod store;

pub use debt::{ClosedHow, Debt, DebtId};
