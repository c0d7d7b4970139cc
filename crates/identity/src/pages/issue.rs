//! Slips for a class or for everybody without a password, as a job, and the
//! sheet to print from it (PPL-5; ux.md §7, check 38).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Reach, Right};
use serde::{Deserialize, Serialize};
use serde_json::json;
use web::{Failure, Member as Who, Path, form::Raw};
use work::NewJob;

use super::{
    Pages,
    proof::{Proof, with_proof},
};
use crate::{
    Circle, SheetId,
    service::{ISSUING, Order},
};

#[derive(Deserialize)]
pub(super) struct SheetAddress {
    sheet: SheetId,
}

#[derive(Serialize)]
struct Page {
    circles: Vec<Circle>,
    /// The actor may issue for the whole organisation.
    everybody: bool,
    /// How many accounts have no password.
    without: usize,
    action: String,
    back: String,
}

pub(super) async fn page(who: Who, State(it): State<Pages>) -> Result<Response, Failure> {
    let reaches = who.actor.may(Right::AccountEdit)?;
    let found = it.identity.members(&who.actor, &*it.circles, None).await?;
    let without = |it: &&crate::Member| !it.has_password && !it.blocked && !it.elsewhere;
    let page = Page {
        without: found.members.iter().filter(without).count(),
        circles: found.circles,
        everybody: reaches.has(Reach::Org),
        action: who.path("/settings/accounts/issue"),
        back: who.path("/settings/accounts"),
    };
    Ok(it
        .views
        .page(&who.visit, "identity/issue.html", &page)?
        .into_response())
}

/// Begins the job; a short one is over before the answer.
pub(super) async fn start(
    who: Who,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may(Right::AccountEdit)?;
    let back = who.path("/settings/accounts/issue");
    let cookie = match it.proof(&who.visit, &who.me, &raw, &back).await? {
        Proof::Given(cookie) => cookie,
        Proof::Asked(page) => return Ok(page),
    };
    let circle = raw.get("circle").filter(|it| !it.is_empty());
    let order = Order {
        circle: circle.map(str::to_owned),
        reset: raw.get("whom") == Some("all"),
    };
    let params = json!(order);
    let job = NewJob {
        kind: ISSUING,
        title: raw.get("label").unwrap_or_default(),
        by: &who.me.initials,
        params: &params,
    };
    let started = it.jobs.start(&who.actor, job).await?;
    let response = started
        .answer(&who)
        .map_err(|it| Failure::boxed(it.fault))?;
    Ok(with_proof(response, cookie.as_deref()))
}

/// The slips of a job, to print: for an hour, for whoever asked for them.
pub(super) async fn sheet(
    who: Who,
    State(it): State<Pages>,
    Path(SheetAddress { sheet }): Path<SheetAddress>,
) -> Result<Response, Failure> {
    let issue = it.identity.sheet(&who.actor, sheet).await?;
    it.slips_page(&who, issue)
}
