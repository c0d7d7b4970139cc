//! All SQL of the schema `journal`.

mod entry;
mod operation;
mod sheet;
mod unfilled;

pub(crate) use entry::{SavedEntry, save_entry};
pub(crate) use operation::{
    KnownOperation, NewWork, known_operations, lock_lessons, remember, save_attendance, save_marks,
    save_works,
};
pub(crate) use sheet::{Entry, StoredSheet, filled, sheet, sheet_of};
pub(crate) use unfilled::filling;
