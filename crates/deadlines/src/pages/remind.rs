//! Reminding those who owe (Z1, Z6, check 17).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::dates::parse_date;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{
    Pages,
    view::{self, DebtorView, RuleView, Tab},
};
use crate::{Error, RemindPage, RemindScope};

#[derive(Serialize)]
struct RemindView {
    tabs: Vec<Tab>,
    rule: Option<RuleView>,
    /// The day whose lessons it is about.
    day: Option<NaiveDate>,
    /// The one person that the page is about.
    person: Option<String>,
    debtors: Vec<DebtorView>,
    people: usize,
    reminded: usize,
    rest: usize,
    last_at: Option<String>,
    last_by: String,
    yesterday: bool,
    only_soon: bool,
    seen: i64,
    action: String,
    back: String,
    /// The scope, sent back.
    fields: Vec<(&'static str, String)>,
}

fn scope(raw: &Raw, today: NaiveDate) -> RemindScope {
    let day = raw.get("day").filter(|it| !it.is_empty());
    let day = day.and_then(|it| parse_date(it, today).ok());
    RemindScope {
        day: day.filter(|it| *it <= today),
        rule: raw
            .get("rule")
            .filter(|it| !it.is_empty())
            .map(str::to_owned),
        person: raw.get("person").and_then(|it| it.parse().ok()),
        class: raw.get("class").and_then(|it| it.parse().ok()),
        soon: raw.get("soon") == Some("1"),
    }
}

fn fields(scope: &RemindScope) -> Vec<(&'static str, String)> {
    let all = [
        ("rule", scope.rule.clone()),
        ("person", scope.person.map(|it| it.to_string())),
        ("class", scope.class.map(|it| it.to_string())),
        ("soon", scope.soon.then(|| "1".to_owned())),
        ("day", scope.day.map(|it| it.to_string())),
    ];
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// The page that one came from.
fn back(scope: &RemindScope) -> String {
    match (&scope.rule, scope.day) {
        (Some(rule), _) => format!("/control/rules/{rule}"),
        (None, Some(_)) => "/control/filling".to_owned(),
        (None, None) => "/control".to_owned(),
    }
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let scope = scope(&raw, today);
    let page = it
        .deadlines
        .remind_page(&member.actor, &scope, today)
        .await?;
    let view = shown(&page, scope, &it, &member);
    Ok(it
        .views
        .page(&member.visit, "deadlines/remind.html", &view)?)
}

fn shown(page: &RemindPage, mut scope: RemindScope, it: &Pages, member: &Member) -> RemindView {
    let today = it.today(&member.visit);
    let back = back(&scope);
    scope.soon |= page.only_soon;
    let last = page.last.as_ref();
    RemindView {
        tabs: view::tabs(member, "school"),
        rule: page.rule.as_ref().map(RuleView::of),
        day: scope.day,
        person: scope
            .person
            .and_then(|_| page.debtors.first().map(|it| it.0.name.clone())),
        debtors: view::debtors(&page.debtors, member, &it.views),
        people: page.people,
        reminded: page.reminded,
        rest: page.people - page.reminded,
        last_at: last.map(|it| it.0.to_rfc3339()),
        last_by: last.map(|it| it.1.clone()).unwrap_or_default(),
        yesterday: last.is_some_and(|last| member.visit.day_of(last.0) < today),
        only_soon: page.only_soon,
        seen: page.seen,
        action: member.path("/control/reminders"),
        back: member.path(&back),
        fields: fields(&scope),
    }
}

pub(super) async fn send(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let scope = scope(&raw, today);
    let again = raw.get("again") == Some("1");
    let seen = raw.get("seen").and_then(|it| it.parse().ok()).unwrap_or(0);
    let sent = it
        .deadlines
        .nudge(&member.actor, &scope, again, seen, today)
        .await;
    let back = member.path(&back(&scope));
    let (to, flash) = match sent {
        Ok(it) if it.people == 0 => (back, Flash::done("deadlines.nobody-to-remind")),
        Ok(it) => (
            back,
            Flash::done("deadlines.reminded").with("n", &it.people),
        ),
        Err(Error::RemindedMeanwhile) => {
            let query: Vec<String> = fields(&scope)
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            (
                member.path(&format!("/control/reminders?{}", query.join("&"))),
                Flash::warning("fault.deadlines.reminded-meanwhile"),
            )
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to(to).say(&flash).into_response())
}
