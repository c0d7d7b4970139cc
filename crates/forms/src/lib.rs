//! Forms of federal statistics (RPT-3; S3:10.3, S2:2.2.1). Owns schema `forms`.
//!
//! A form is data ([`Version`], files of the crate): tables whose cells are
//! conditions over typed facts ([`fact`]) or sums of cells, in a small language
//! ([`expr`]). A school counts, corrects, hands in; the municipality accepts or
//! returns, and sums up ([`sheet::sum`]). Facts are asked of the domains that own
//! them; those above see figures and never persons.

mod deadlines;
mod error;
pub mod expr;
pub mod fact;
mod form;
mod pages;
mod person_data;
mod service;
pub mod sheet;
mod store;
mod version;

pub use deadlines::FormDues;
pub use error::Error;
pub use form::{Correction, Decision, FormId, FormState, Submission};
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use service::{
    Before, Board, CellBelow, CellView, Consolidated, Forms, Ground, Listed, Neighbours, Opened,
    School, SchoolForm, Schools, UnitPart,
};
pub use version::{Check, Content, Line, Provenance, Section, Version, version_of, versions};
