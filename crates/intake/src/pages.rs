//! «Импорт»: which lists may be brought, one list, one run.

mod lists;
mod runs;

use axum::{
    Router,
    routing::{get, post},
};
use chrono::NaiveDate;
use serde::Deserialize;
use web::{Checked, FormState, Member, Views, form::Raw};
use work::Jobs;

use crate::{Intake, service::Started};

/// Every route of this crate.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/import"),
    ("GET", "/o/{org}/import/{kind}"),
    ("POST", "/o/{org}/import/{kind}"),
    ("GET", "/o/{org}/import/{kind}/template"),
    ("GET", "/o/{org}/import/runs/{run}"),
    ("GET", "/o/{org}/import/runs/{run}/errors"),
    ("POST", "/o/{org}/import/runs/{run}/commit"),
    ("POST", "/o/{org}/import/runs/{run}/revert"),
    ("POST", "/o/{org}/import/runs/{run}/cancel"),
];

#[derive(Clone)]
pub(crate) struct Pages {
    intake: Intake,
    jobs: Jobs,
    views: Views,
}

/// The routes of this crate, ready to be merged by the app.
///
/// `jobs` must know [`crate::Writing`] and [`crate::TakingBack`].
pub fn router(intake: Intake, jobs: Jobs, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/import", get(lists::all))
        .route(
            "/o/{org}/import/{kind}",
            get(lists::one).post(lists::upload).layer(web::large_body()),
        )
        .route("/o/{org}/import/{kind}/template", get(lists::template))
        .route("/o/{org}/import/runs/{run}", get(runs::show))
        .route("/o/{org}/import/runs/{run}/errors", get(runs::errors))
        .route("/o/{org}/import/runs/{run}/commit", post(runs::commit))
        .route("/o/{org}/import/runs/{run}/revert", post(runs::revert))
        .route("/o/{org}/import/runs/{run}/cancel", post(runs::cancel))
        .with_state(Pages {
            intake,
            jobs,
            views,
        })
}

/// A form whose fields are not known before.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

impl Pages {
    /// Who acts, today.
    fn started<'a>(&self, member: &'a Member) -> Started<'a> {
        Started {
            actor: &member.actor,
            name: &member.me.initials,
            today: self.views.today(&member.visit),
        }
    }

    /// The form as it was sent, ready to be told its mistakes.
    fn sent(&self, raw: &Raw) -> FormState {
        Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(self.views.clone())).form
    }
}
