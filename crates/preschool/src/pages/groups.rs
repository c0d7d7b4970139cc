//! The groups of a kindergarten.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Member};

use super::{Pages, view::TallyView};

#[derive(Serialize)]
struct Page {
    base: String,
    has_year: bool,
    today: NaiveDate,
    day_off: bool,
    keeps: bool,
    groups: Vec<GroupView>,
}

#[derive(Serialize)]
struct GroupView {
    href: String,
    name: String,
    educator: String,
    children: usize,
    today: TallyView,
    /// The month before was handed in.
    before_closed: bool,
    closed: bool,
}

pub(super) async fn page(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let found = it.preschool.groups(&member.actor, today).await?;
    let base = member.path("/preschool");
    let groups = found.groups.iter().map(|it| GroupView {
        href: format!("{base}/{}", it.class.id),
        name: it.class.name(),
        educator: it.educator.clone(),
        children: it.children,
        today: TallyView::of(&it.today),
        before_closed: it.closed.0,
        closed: it.closed.1,
    });
    let page = Page {
        groups: groups.collect(),
        has_year: found.year.is_some(),
        today: found.today,
        day_off: found.day_off,
        keeps: found.keeps,
        base,
    };
    it.show(&member.visit, "preschool/groups.html", &page)
}
