//! «Конструктор отчётов» (RPT-2; S3:10.6): people of the school put reports
//! together from what the domains offer through `sources`, keep them, share
//! them, and are told about them by e-mail. Owns schema `builder`.
//!
//! Knows no domain and no table but its own. A definition is data: whatever it
//! names is looked up among the fields that are open to whoever looks, at the
//! moment of looking, so that neither sharing nor a hand-written request nor
//! an old report shows more than the reader's own rights do.

mod definition;
mod dues;
mod engine;
mod error;
mod jobs;
mod pages;
mod person_data;
mod plan;
mod report;
mod schedule;
mod service;
mod store;

pub use definition::{Definition, Filter, How, Measure, Op, Sort};
pub use dues::RequestDues;
pub use engine::{Head, Table, run};
pub use error::Error;
pub use jobs::TellReports;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use plan::{Closed, Flaw, Plan, Wrong};
pub use report::{NewReport, Report, ReportId, Request, RequestId, SHARED_WITH};
pub use schedule::{Every, Schedule, Stopped, Timing};
pub use service::{Builder, Desk, Made, Neighbours, Opened};
