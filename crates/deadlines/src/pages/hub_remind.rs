//! Reminding the schools that owe (S2:3.2).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use kernel::OrgId;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{Pages, hub};
use crate::{Error, SchoolToRemind};

/// So many rules of a school are named.
const NAMED: usize = 4;

#[derive(Serialize)]
struct Page {
    schools: Vec<School>,
    /// Not reminded within a day.
    rest: usize,
    reminded: usize,
    seen: i64,
    /// The one school that the page is about.
    school: Option<OrgId>,
    action: String,
    back: String,
}

#[derive(Serialize)]
struct School {
    name: String,
    href: String,
    overdue: i32,
    rules: Vec<Late>,
    more: usize,
    reminded_at: Option<String>,
}

#[derive(Serialize)]
struct Late {
    name: String,
    count: i32,
}

fn school(it: &SchoolToRemind, base: &str) -> School {
    let late = |(rule, count): &(crate::RuleName, i32)| Late {
        name: rule.name.clone(),
        count: *count,
    };
    School {
        name: it.name.clone(),
        href: format!("{base}/{}", it.id),
        overdue: it.overdue,
        rules: it.rules.iter().take(NAMED).map(late).collect(),
        more: it.rules.len().saturating_sub(NAMED),
        reminded_at: it.reminded_at.map(|it| it.to_rfc3339()),
    }
}

fn asked(raw: &Raw) -> Result<Option<OrgId>, Error> {
    match raw.get("school").filter(|it| !it.is_empty()) {
        Some(id) => id.parse().map(Some).map_err(|_| Error::NotFound),
        None => Ok(None),
    }
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let asked = asked(&raw)?;
    let found = it.deadlines.schools_to_remind(&member.actor, asked).await?;
    let base = hub::base(&member);
    let reminded = found.schools.iter();
    let reminded = reminded.filter(|it| it.reminded_at.is_some()).count();
    let page = Page {
        rest: found.schools.len() - reminded,
        reminded,
        schools: found.schools.iter().map(|it| school(it, &base)).collect(),
        seen: found.seen,
        school: asked,
        action: format!("{base}/reminders"),
        back: base,
    };
    Ok(it
        .views
        .page(&member.visit, "deadlines/hub_remind.html", &page)?)
}

pub(super) async fn send(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let asked = asked(&raw)?;
    let again = raw.get("again") == Some("1");
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let sent = it
        .deadlines
        .remind_schools(&member.actor, asked, again, seen)
        .await;
    let base = hub::base(&member);
    let back = asked.map_or_else(|| base.clone(), |it| format!("{base}/{it}"));
    let (to, flash) = match sent {
        Ok(0) => (back, Flash::done("deadlines.hub-nobody-left")),
        Ok(n) => (back, Flash::done("deadlines.hub-reminded").with("n", &n)),
        Err(Error::RemindedMeanwhile) => {
            let query = asked.map_or_else(String::new, |it| format!("?school={it}"));
            (
                format!("{base}/reminders{query}"),
                Flash::warning("fault.deadlines.reminded-meanwhile"),
            )
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to(to).say(&flash).into_response())
}
