//! The editor of the draft: choose a lesson, choose its hour. Works without script.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind, Right};
use serde::Deserialize;
use web::{
    Failure, Flash, Go, Member, Path, TableQuery,
    form::{Raw, invalid},
};

use super::{
    Pages,
    editor::{Page, Wish, explain},
    number,
};
use crate::{Error, Placed, SlotId};

const TEMPLATE: &str = "schedule/edit.html";

#[derive(Deserialize)]
pub(super) struct Address {
    slot: SlotId,
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let wish = Wish {
        year: number(query.param("year")),
        class: number(query.param("class")),
        load: number(query.param("load")),
        moving: number(query.param("move")),
        room: number(query.param("room")),
    };
    let draft = it.timetable.draft(&member.actor, wish.year).await?;
    let page = Page::of(&it.views, &member, &draft, wish);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// Begins a draft as a copy of what is in force.
pub(super) async fn begin(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let year = number(raw.get("year")).ok_or(Error::NoYear)?;
    it.timetable.begin_draft(&member.actor, year).await?;
    Ok(back(&member, &raw, "schedule.draft.begun"))
}

pub(super) async fn place(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let year = number(raw.get("year")).ok_or(Error::NoYear)?;
    let load = number(raw.get("load")).ok_or(Error::NoSuchLoad)?;
    let place = placed(&raw)?;
    match it.timetable.place(&member.actor, year, load, place).await {
        Ok(()) => Ok(back(&member, &raw, "schedule.slot.placed")),
        Err(refusal) => it.editor_again(&member, &raw, refusal).await,
    }
}

pub(super) async fn move_slot(
    member: Member,
    State(it): State<Pages>,
    Path(Address { slot }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let place = placed(&raw)?;
    match it.timetable.move_slot(&member.actor, slot, place).await {
        Ok(()) => Ok(back(&member, &raw, "schedule.slot.moved")),
        Err(refusal) => it.editor_again(&member, &raw, refusal).await,
    }
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Path(Address { slot }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.timetable.remove_slot(&member.actor, slot).await?;
    Ok(back(&member, &raw, "schedule.slot.removed"))
}

fn placed(raw: &Raw) -> Result<Placed, Error> {
    let hour = |name: &str| {
        let number = raw.get(name).and_then(|it| it.parse::<i16>().ok());
        number.ok_or(Error::NoSuchHour)
    };
    Ok(Placed {
        weekday: hour("day")?,
        number: hour("number")?,
        room: number(raw.get("room")),
    })
}

/// Back to the class, with the row of load still chosen: the next of its
/// lessons is placed by one press.
fn back(member: &Member, raw: &Raw, said: &str) -> Response {
    let kept = ["year", "class", "load", "room"];
    // Numbers only, so that nothing needs encoding.
    let pair = |name: &&str| Some(format!("{name}={}", number::<i64>(raw.get(name))?));
    let query = kept.iter().filter_map(pair).collect::<Vec<_>>().join("&");
    Go::to(member.path(&format!("/timetable/edit?{query}")))
        .say(&Flash::done(said))
        .into_response()
}

impl Pages {
    /// Shows the editor again with the reason in words: 409 where somebody was
    /// faster, 422 where somebody is busy.
    async fn editor_again(
        &self,
        member: &Member,
        raw: &Raw,
        refusal: Error,
    ) -> Result<Response, Failure> {
        if !matches!(refusal.kind(), Kind::Invalid | Kind::Conflict) {
            return Err(refusal.into());
        }
        let wish = Wish {
            year: number(raw.get("year")),
            class: number(raw.get("class")),
            load: number(raw.get("load")),
            moving: number(raw.get("move")),
            room: number(raw.get("room")),
        };
        let draft = self.timetable.draft(&member.actor, wish.year).await?;
        let mut page = Page::of(&self.views, member, &draft, wish);
        page.error = Some(match &refusal {
            Error::Busy(clash) => explain(&self.views, &draft.names, clash),
            other => self.views.word(&format!("fault.{}", other.code())),
        });
        if refusal.kind() == Kind::Conflict {
            let html = self.views.page(&member.visit, TEMPLATE, &page)?;
            return Ok((StatusCode::CONFLICT, html).into_response());
        }
        invalid(&self.views, &member.visit, TEMPLATE, &page)
    }
}
