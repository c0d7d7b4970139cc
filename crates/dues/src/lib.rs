//! The socket of deadlines (DLN-1): every domain tells who owes what, from
//! live data. `deadlines` asks; it knows when a duty is due, which a source
//! does not.
//!
//! A *duty* is a kind of thing owed: `journal.lesson`. A *fact* is one of it:
//! lesson 4711 has no topic. When it is due follows from the rule of the
//! regulation (`2 рабочих дня`, `до 15 сентября`) and from the day of the
//! fact; several rules may look at the same duty.

mod fact;
mod source;

pub use fact::{About, Fact, Owner, Whole};
pub use source::{Answer, Ask, DeadlineSource, Watch};
