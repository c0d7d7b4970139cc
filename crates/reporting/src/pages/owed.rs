//! «Все отчёты периода»: what the reader owes, made with one press (RPT-7).

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Member, Views, form::Raw};

use super::{Pages, archive::queue, runs::period_name};
use crate::{
    Asked, Error, Label,
    archive::OWED,
    more::month_of,
    output::{Shown, label},
    service::OwedReport,
};

#[derive(Serialize)]
struct Page {
    todo: Vec<ItemView>,
    made: Vec<ItemView>,
    /// What is missing was looked for, and there is some.
    gaps: usize,
    /// Who looks with the eyes of another makes nothing.
    may_make: bool,
}

#[derive(Serialize)]
struct ItemView {
    title: String,
    class: String,
    of_school: bool,
    period: String,
    href: String,
    /// The copy that was made: where, number, day.
    copy: Option<(String, i64, NaiveDate)>,
    missing: Vec<(String, Option<String>)>,
}

fn item(it: &OwedReport, member: &Member, views: &Views) -> ItemView {
    let copy = it.done.map(|(run, day)| {
        let href = member.path(&format!("/reports/copies/{run}"));
        (href, run.get(), day)
    });
    ItemView {
        title: views.word(&format!("reporting.{}", it.kind.code())),
        class: it.class.clone(),
        of_school: it.of_school,
        period: match month_of(&it.period) {
            Some(month) => label(views, "month", &Label::Month(month)),
            None => period_name(&it.period, views),
        },
        href: member.path(&it.place),
        copy,
        missing: vec![],
    }
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let owed = it.reporting.owed(&member.actor, today).await?;
    let items = owed.iter().map(|of| item(of, &member, &it.views));
    let (made, todo) = items.partition(|it| it.copy.is_some());
    it.owed_page(&member, todo, made)
}

/// Queues all that is owed. What is missing is named first, once.
pub(super) async fn make(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = member.visit.day_of(it.clock.now());
    let owed = it.reporting.owed(&member.actor, today).await?;
    let (made, todo): (Vec<_>, Vec<_>) = owed.iter().partition(|it| it.done.is_some());
    if todo.is_empty() {
        return Err(Error::NothingOwed.into());
    }
    if raw.get("sure").is_none() {
        let mut items = Vec::with_capacity(todo.len());
        for of in &todo {
            let mut item = item(of, &member, &it.views);
            item.missing = it.missing(&member, of, today).await?;
            items.push(item);
        }
        if items.iter().any(|it| !it.missing.is_empty()) {
            let made = made.iter().map(|of| item(of, &member, &it.views));
            let page = it.owed_page(&member, items, made.collect())?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    }
    queue(&it, &member, OWED, "", (None, "")).await
}

impl Pages {
    fn owed_page(
        &self,
        member: &Member,
        todo: Vec<ItemView>,
        made: Vec<ItemView>,
    ) -> Result<Response, Failure> {
        let page = Page {
            gaps: todo.iter().map(|it| it.missing.len()).sum(),
            todo,
            made,
            may_make: !member.actor.looked,
        };
        let page = self
            .views
            .page(&member.visit, "reporting/owed.html", &page)?;
        Ok(page.into_response())
    }

    /// What the report lacks, each with the page where it is mended.
    async fn missing(
        &self,
        member: &Member,
        of: &OwedReport,
        today: NaiveDate,
    ) -> Result<Vec<(String, Option<String>)>, Error> {
        let asked = Asked::of_place(&of.place, today).ok_or(Error::NotFound)?;
        let kind = asked.kind;
        let made = self.reporting.make(&member.actor, asked, today).await?;
        let shown = Shown::of(&made, kind, &member.path(""), &self.views);
        let missing = shown.missing();
        Ok(missing
            .map(|(text, href)| (text.to_owned(), href.map(str::to_owned)))
            .collect())
    }
}
