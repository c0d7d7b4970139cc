//! What a municipality and a region see of their schools (HUB). So far: a
//! pupil of a school below, by name and with a reason (S2:2.3, check 48), and
//! the attestation of the staff below (PPL-10), and how much the accounts of
//! schools are used (HUB-4).
//!
//! Owns no schema yet. Asks `people` for cards in the name of the school, and
//! what was asked is in the audit log of the school and of whoever asked.
//! Limited data of many schools at once come from functions of the domains
//! that show what is below the own organisation and nothing else.

mod attestation;
mod error;
mod open;
mod pages;
mod visits;

pub use attestation::{Attested, When};
pub use error::Error;
pub use open::{Hub, Neighbours, OpenedCard, Opening, Schools};
pub use pages::{ROUTES, router};
pub use visits::SchoolVisits;
