//! The bell (DLN): which deadlines of the regulation are due, who owes what,
//! and when whom to remind of it. Owns schema `deadlines`.
//!
//! Rules are data ([`rules`]), changed by [`Decision`]s of region,
//! municipality and school. [`Deadlines::look`] asks every
//! [`dues::DeadlineSource`], counts days by the [`Calendar`] and mirrors what
//! is owed as [`Debt`]s (ADR 0012, 0013).

mod board;
mod calendar;
mod debt;
mod decision;
mod digest;
mod discipline;
mod due;
mod error;

mod ladder;
mod look;
mod lookout;
mod pages;
mod person_data;
mod regulation;
mod relief;
mod rule;
mod rule_form;
mod rule_pages;
mod said;
mod service;
mod store;
mod units;
mod when;

pub use board::*;
pub use calendar::{Calendar, SchoolHoliday};
pub use debt::{ClosedHow, Debt, DebtId};
pub use decision::{Change, Decision, InForce};
pub use digest::Digests;
pub use discipline::Share;
pub use due::{Standing, standing};
pub use error::{Error, FieldFault};
pub use ladder::{Occasion, to_tell};
pub use lookout::Lookout;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use regulation::{place, rule, rules};
pub use relief::{Relief, ReliefId, ReliefKind};
pub use rule::{Act, Addressee, Limits, NO_DUTY, Rule, Step, Terms};
pub use rule_form::Typed;
pub use rule_pages::{RULE_ROUTES, rules_router};
pub use service::*;
pub use units::{TellUnits, Tree};
pub use when::{DayOfYear, Part, Roll, Scope, Unit, When};
