//! `/o/{org}/settings/factor`: from which roles the second factor is asked.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{
    Right, Role,
    dates::{DateError, parse_date, show_date},
};
use serde::Serialize;
use web::{
    Failure, Flash, Go, Member as Who,
    form::{Raw, invalid},
};

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
    since: String,
    /// The day cannot be read.
    wrong: bool,
    members: usize,
    with: usize,
}

pub(super) async fn page(who: Who, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = it.rules(&who).await?;
    Ok(it.views.page(&who.visit, TEMPLATE, &page)?.into_response())
}

const TEMPLATE: &str = "identity/factor_rules.html";

impl Pages {
    async fn rules(&self, who: &Who) -> Result<Page, Failure> {
        let rules = self.identity.factor_rules(&who.actor).await?;
        let row = |it: &RoleFactor| RowView {
            role: it.role.code(),
            obligatory: it.obligatory,
            since: show_date(it.since),
            wrong: false,
            members: it.members,
            with: it.with,
        };
        Ok(Page {
            rows: rules.iter().map(row).collect(),
            action: who.path("/settings/factor"),
            back: who.path("/settings/accounts"),
        })
    }
}

/// What was sent of a role: a day left out is today.
fn wish(raw: &Raw, role: Role, today: NaiveDate) -> Option<(bool, Result<NaiveDate, DateError>)> {
    let code = role.code();
    let obligatory = raw.get(&format!("demand.{code}"))? == "obligatory";
    let since = raw.get(&format!("since.{code}")).unwrap_or_default();
    let since = match since {
        "" => Ok(today),
        typed => parse_date(typed, today),
    };
    Some((obligatory, since))
}

pub(super) async fn save(who: Who, State(it): State<Pages>, raw: Raw) -> Result<Response, Failure> {
    who.actor.may_in_org(Right::AccountEdit)?;
    let today = it.identity.today(&who.visit);
    let roles = PRIVILEGED.into_iter().chain([Role::Teacher]);
    let mut wished: Vec<(Role, bool, NaiveDate)> = vec![];
    let mut wrong: Vec<Role> = vec![];
    for role in roles {
        match wish(&raw, role, today) {
            Some((obligatory, Ok(since))) => wished.push((role, obligatory, since)),
            Some((_, Err(_))) => wrong.push(role),
            None => {}
        }
    }
    if !wrong.is_empty() {
        let mut page = it.rules(&who).await?;
        for row in &mut page.rows {
            let sent = |name: &str| raw.get(&format!("{name}.{}", row.role));
            if let Some(since) = sent("since") {
                row.obligatory = sent("demand") == Some("obligatory");
                row.since = since.to_owned();
            }
            row.wrong = wrong.iter().any(|it| it.code() == row.role);
        }
        return invalid(&it.views, &who.visit, TEMPLATE, &page);
    }
    it.identity.set_factor_rules(&who.actor, &wished).await?;
    let flash = Flash::done("identity.factor.rules.saved");
    Ok(Go::to(who.path("/settings/factor"))
        .say(&flash)
        .into_response())
}
