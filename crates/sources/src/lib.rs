//! The socket of the report builder (RPT-2, S3:10.6): every domain tells which
//! rows it has, of which fields, and which right each field needs. `builder`
//! asks; it knows no domain and no table.
//!
//! A source answers inside the caller's transaction and for the caller's
//! actor: it leaves out whatever is beyond the reach of its right. Filters that
//! it can push down it finds in the [`Query`]; it need not obey them, because
//! the builder filters again.

mod field;
mod query;
mod source;
mod value;

pub use field::{Choices, Field, Kind, MONTHS, STUDY_MONTHS, month};
pub use query::{Only, Query, Span};
pub use source::{ReportSource, Rows};
pub use value::{Value, folded};
