//! The import kit: a file of a school's office becomes typed rows, or the
//! reasons why not (`ux.md` §0, rule 4; checks 24, 25). Pure: nothing is stored.
//!
//! 1. [`Upload`] takes the file, [`Upload::read`] makes a [`Sheet`] of it.
//! 2. [`check`] makes [`Record`]s and [`RowError`]s of the sheet; the domain adds its own errors.
//! 3. [`Preview`], [`errors_xlsx`] and [`template_xlsx`] show them.

mod archive;
mod check;
mod read;
mod read_csv;
mod read_xlsx;
mod sheet;
mod spec;
mod upload;
mod view;
mod write;

pub use check::{Parsed, Record, RowError, Value, check};
pub use read::{ReadError, read, rows};
pub use sheet::{RawValue, Sheet, SheetRow};
pub use spec::{Column, ImportSpec, Kind, Rule};
pub use upload::Upload;
pub use view::{ColumnView, Counters, Outcome, Preview, Step};
pub use write::{errors_xlsx, template_xlsx};
