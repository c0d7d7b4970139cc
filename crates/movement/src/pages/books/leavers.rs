//! Who left and who graduated.

use axum::{extract::State, response::Response};
use chrono::Datelike;
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, Tab, tabs};
use crate::{Leaver, OrderKind};

#[derive(Serialize)]
struct Beside {
    tabs: Vec<Tab>,
}

fn row(member: &Member, it: &Leaver, may_edit: bool) -> Row {
    let leaving = &it.leaving;
    let paper = &leaving.paper;
    let graduated = paper.kind == OrderKind::Graduation;
    let state = match (leaving.returned, graduated) {
        (true, _) => Cell::badge(Tone::Ok, "movement.leavers.returned"),
        (_, true) => Cell::badge(Tone::Plain, "movement.leavers.graduated"),
        _ => Cell::badge(Tone::Warn, "movement.leavers.left"),
    };
    let again = member.path(&format!(
        "/movement/orders/new?type=enrolment&pupil={}",
        leaving.pupil
    ));
    let cells = vec![
        Cell::text(it.card.as_ref().map(people::Card::full).unwrap_or_default()),
        Cell::or_empty(it.card.as_ref().and_then(|it| it.born_on), Cell::date),
        Cell::text(&it.class),
        state,
        Cell::date(leaving.on),
        Cell::text(leaving.on.year().to_string()),
        Cell::text(paper.number.clone().unwrap_or_default())
            .href(member.path(&format!("/movement/orders/{}", paper.order))),
        Cell::date(paper.ordered_on),
        paper
            .reason
            .filter(|_| !graduated)
            .map_or_else(Cell::empty, |it| {
                Cell::word(format!("movement.reason.{}", it.code()))
            }),
        Cell::text(&paper.place),
        Cell::text(&leaving.basis),
        leaving.document.as_ref().map_or_else(Cell::empty, |it| {
            Cell::word(format!("movement.leavers.document.{it}"))
        }),
        Cell::text(&leaving.document_number),
        Cell::or_empty(leaving.document_on, Cell::date),
        Cell::text(leaving.file_number.clone().unwrap_or_default()),
        Cell::or_empty(leaving.handed_on, Cell::date),
        Cell::text(&leaving.handed_to),
        if may_edit && !leaving.returned {
            Cell::word("movement.leavers.again").href(again)
        } else {
            Cell::empty()
        },
    ];
    let id = format!("{}-{}", paper.order, leaving.pupil);
    Row::new(&id, cells).href(member.path(&format!("/people/pupils/{}", leaving.pupil)))
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let leavers = it.books.leavers(&member.actor).await?;
    let columns = [
        Column::text("name"),
        Column::date("born_on").off(),
        Column::class("class").selectable(),
        Column::badge("state").selectable(),
        Column::date("on"),
        Column::text("year").selectable().off(),
        Column::text("number"),
        Column::date("ordered_on").off(),
        Column::text("reason").selectable(),
        Column::text("place"),
        Column::text("basis").off(),
        Column::text("document"),
        Column::text("document_number"),
        Column::date("document_on").off(),
        Column::text("file_number").off(),
        Column::date("handed_on").off(),
        Column::text("handed_to").off(),
        Column::text("again"),
    ];
    let may_edit = member.actor.may_in_org(Right::MovementEdit).is_ok();
    let list = List::new("movement.leavers", columns)
        .rows(leavers.iter().map(|it| row(&member, it, may_edit)));
    let beside = Beside {
        tabs: tabs(&member, "leavers"),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/leavers.html",
        &list,
        &query,
        &beside,
    )
}
