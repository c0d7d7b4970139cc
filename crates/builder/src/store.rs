//! All SQL of schema `builder`.

mod reports;
mod requests;
mod schedules;

pub(crate) use reports::{add_report, change_report, remove_report, report, reports, share};
pub(crate) use requests::{add_request, close_request, requests};
pub(crate) use schedules::{drop_schedule, due, move_on, save_schedule, schedule, schedules, stop};
