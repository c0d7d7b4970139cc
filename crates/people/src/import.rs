//! Lists of people that a school brings as files: staff and parents here,
//! pupils in `movement`, which knows the classes (PPL-1…4).

mod book;
mod columns;
mod family;
mod look;
mod matching;
mod notes;
mod parents;
mod put;
mod staff;

pub use book::{CardBook, CardLists, CardsUndo, ListedCard, Looked, Put};
pub use columns::{columns, person_fields, restricted_values};
pub use matching::{Known, Match};
pub use notes::list_notes;
pub use parents::ParentList;
pub use staff::StaffList;
