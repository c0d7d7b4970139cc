//! Preschool groups: the attendance sheet of a month (табель посещаемости,
//! JRN-10). Owns schema `preschool`.
//!
//! A group is a class of grade 0 (`curriculum`); who is in it follows from
//! orders (`movement`), names come from `people`.

mod code;
mod error;
mod pages;
mod person_data;
mod service;
mod sheet;
mod store;

pub use code::Code;
pub use error::Error;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use service::{
    CellChange, CodesPage, Groups, ListedGroup, MonthState, MyMonth, Neighbours, Preschool, Saved,
    StaleCell, Told, Undone,
};
pub use sheet::{Month, NotThere, Off, Sheet, SheetDay, SheetRow, Tally};
