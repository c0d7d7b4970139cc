//! `/o/{org}/settings/factor`: from which roles the second factor is asked.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{Right, Role};
use serde::Serialize;
use web::{Failure, Flash, Go, Member as Who, form::Raw};

use super::Pages;
use crate::{RoleFactor, demand::PRIVILEGED};

#[derive(Serialize)]
struct Page {
    rows: Vec<RowView>,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct RowView {
    role: &'static str,
    obligatory: bool,
    since: NaiveDate,
    members: usize,
    with: usize,
}

pub(super) async fn page(who: Who, State(it): State<Pages>) -> Result<Response, Failure> {
    let rules = it.identity.factor_rules(&who.actor).await?;
    let row = |it: &RoleFactor| RowView {
        role: it.role.code(),
        obligatory: it.obligatory,
        since: it.since,
        members: it.members,
        with: it.with,
    };
    let page = Page {
        rows: rules.iter().map(row).collect(),
        action: who.path("/settings/factor"),
        back: who.path("/settings/accounts"),
    };
    Ok(it
        .views
        .page(&who.visit, "identity/factor_rules.html", &page)?
        .into_response())
}

pub(super) async fn save(who: Who, State(it): State<Pages>, raw: Raw) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::AccountEdit)?;
    let today = it.identity.today(&who.visit);
    let wished = PRIVILEGED
        .into_iter()
        .chain([Role::Teacher])
        .filter_map(|role| {
            let code = role.code();
            let obligatory = raw.get(&format!("demand.{code}"))? == "obligatory";
            let since = raw.get(&format!("since.{code}")).unwrap_or_default();
            Some((role, obligatory, since.parse().unwrap_or(today)))
        });
    let wished: Vec<(Role, bool, NaiveDate)> = wished.collect();
    it.identity.set_factor_rules(&who.actor, &wished).await?;
    let flash = Flash::done("identity.factor.rules.saved");
    Ok(Go::to(who.path("/settings/factor"))
        .say(&flash)
        .into_response())
}
