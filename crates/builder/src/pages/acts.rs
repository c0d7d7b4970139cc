//! What a press does: sharing, copying, removing, letters, requests.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind, Role, dates};
use web::{
    Failure, Flash, Go, Member, Path,
    form::{Raw, invalid},
};

use super::{FieldError, FormView, Pages, list};
use crate::{Every, ReportId, RequestId, Timing};

fn back(member: &Member, id: ReportId, flash: &Flash) -> Response {
    let to = member.path(&format!("/reports/builder/{id}"));
    Go::to(to).say(flash).into_response()
}

fn to_desk(member: &Member, flash: &Flash) -> Response {
    Go::to(member.path("/reports/builder"))
        .say(flash)
        .into_response()
}

pub(super) async fn share(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let roles: Vec<Role> = raw.all("roles").filter_map(Role::from_code).collect();
    it.builder.share(&member.actor, id, &roles).await?;
    let word = if roles.is_empty() {
        "builder.flash.unshared"
    } else {
        "builder.flash.shared"
    };
    Ok(back(&member, id, &Flash::done(word)))
}

pub(super) async fn copy(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let old = raw.get("title").unwrap_or_default();
    let args = BTreeMap::from([("title".to_owned(), old.to_owned())]);
    let title = it.views.phrase("builder.copy-of", &args);
    let copy = it.builder.copy(&member.actor, id, &title).await?;
    Ok(back(&member, copy, &Flash::done("builder.flash.copied")))
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
) -> Result<Response, Failure> {
    it.builder.remove(&member.actor, id).await?;
    Ok(to_desk(&member, &Flash::done("builder.flash.removed")))
}

/// Numbers that make no sense begin no letters.
pub(super) async fn schedule(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let number = |name| raw.get(name).and_then(|it| it.parse::<u32>().ok());
    let every = raw.get("every").and_then(Every::from_code);
    let timing = every.and_then(|every| {
        let day = if every == Every::Day {
            Some(1)
        } else {
            number("day")
        };
        Timing::new(every, day?, number("hour")?)
    });
    let asked = every.is_some();
    if asked && timing.is_none() {
        // Whose it is comes first.
        it.builder.to_change(&member.actor, id).await?;
        let flash = Flash::warning("builder.flash.bad-timing");
        return Ok(back(&member, id, &flash));
    }
    let told = it.builder.tell_when(&member.actor, id, timing).await?;
    let word = if told.is_some() {
        "builder.flash.letters"
    } else {
        "builder.flash.no-letters"
    };
    Ok(back(&member, id, &Flash::done(word)))
}

pub(super) async fn ask(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let (text, due) = (
        raw.get("text").unwrap_or_default(),
        raw.get("due_on").unwrap_or_default(),
    );
    // A day that is none is before today.
    let day = dates::parse_date(due, today).unwrap_or(chrono::NaiveDate::MIN);
    match it.builder.ask(&member.actor, text, day).await {
        Ok(_) => Ok(to_desk(&member, &Flash::done("builder.flash.asked"))),
        Err(error) if error.kind() == Kind::Invalid => {
            let field = if text.is_empty() { "text" } else { "due_on" };
            let form = FormView {
                values: BTreeMap::from([("text", text.to_owned()), ("due_on", due.to_owned())]),
                errors: vec![FieldError {
                    field: field.to_owned(),
                    code: error.code(),
                    text: it.views.word("fault.builder.bad-request"),
                }],
            };
            let page = list::page(&it, &member, form).await?;
            invalid(&it.views, &member.visit, "builder/desk.html", &page)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn close(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, RequestId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let report = raw.get("report").and_then(|it| it.parse::<i64>().ok());
    let answer = raw.get("answer").unwrap_or_default();
    let closed = it
        .builder
        .close(&member.actor, id, answer, report.map(Into::into))
        .await;
    match closed {
        Ok(()) => Ok(to_desk(&member, &Flash::done("builder.flash.closed"))),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let flash = Flash::warning(format!("fault.{}", error.code()));
            Ok(to_desk(&member, &flash))
        }
        Err(error) => Err(error.into()),
    }
}
