//! «Мои сроки» and the deadlines of a class (T8, DLN-3).

use axum::{extract::State, response::Html};
use kernel::ClassId;
use serde::Serialize;
use web::{Failure, Member, form::Raw};

use super::{
    Pages,
    view::{self, Section, Tab},
};

/// Duties to make a report.
const OF_REPORTS: &str = "reporting.";

#[derive(Serialize)]
struct MinePage {
    tabs: Vec<Tab>,
    looked_at: Option<String>,
    sections: Vec<Section>,
    open: usize,
    /// For the page of a class.
    classes: Vec<ClassChoice>,
    class: Option<String>,
    /// Lines tell who owes.
    owners: bool,
    /// Where all reports that are owed are made at once.
    reports: Option<String>,
}

#[derive(Serialize)]
struct ClassChoice {
    name: String,
    href: String,
    current: bool,
}

pub(super) async fn mine(member: Member, State(it): State<Pages>) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let list = it.deadlines.mine(&member.actor, today).await?;
    let open = list.lines.iter().filter(|it| it.debt.closed_at.is_none());
    let owes_reports = open
        .clone()
        .filter_map(|it| crate::rule(&it.debt.rule))
        .any(|it| it.duty.starts_with(OF_REPORTS));
    let page = MinePage {
        reports: owes_reports.then(|| member.path("/reports/owed")),
        tabs: view::tabs(&member, "mine"),
        looked_at: list.looked_at.map(|it| it.to_rfc3339()),
        sections: view::sections(&list.lines, &list.rules, &member, &it.views),
        open: open.count(),
        classes: vec![],
        class: None,
        owners: false,
    };
    Ok(it.views.page(&member.visit, "deadlines/mine.html", &page)?)
}

pub(super) async fn class(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let asked: Option<ClassId> = raw.get("class").and_then(|it| it.parse().ok());
    let board = it.deadlines.class(&member.actor, asked, today).await?;
    let list = board.list;
    let choice = |(id, name): &(ClassId, String)| ClassChoice {
        name: name.clone(),
        href: member.path(&format!("/deadlines/class?class={id}")),
        current: board.class == Some(*id),
    };
    let classes: Vec<ClassChoice> = board.classes.iter().map(choice).collect();
    let page = MinePage {
        tabs: view::tabs(&member, "class"),
        looked_at: list.looked_at.map(|it| it.to_rfc3339()),
        sections: view::sections(&list.lines, &list.rules, &member, &it.views),
        open: list.lines.len(),
        class: classes
            .iter()
            .find(|it| it.current)
            .map(|it| it.name.clone()),
        classes,
        owners: true,
        reports: None,
    };
    Ok(it.views.page(&member.visit, "deadlines/mine.html", &page)?)
}
