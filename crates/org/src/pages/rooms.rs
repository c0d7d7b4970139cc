//! «Кабинеты» (ORG-3): the list and the form of one room.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Right, RoomId};
use serde::{Deserialize, Serialize};
use web::{
    Failure, Flash, FormState, Go, ListQuery, Member, Path,
    form::{Raw, invalid},
    table::{Cell, Column, Kind, List, Row, Tone, respond},
};

use super::{Choice, Pages, seen, sent, stored, typed};
use crate::{Error, RoomCard, RoomKind, Typed};

/// The parameters of a room's own path.
#[derive(Deserialize)]
pub(super) struct Address {
    room: RoomId,
}

#[derive(Serialize)]
struct ListPage {
    may_edit: bool,
    new_href: String,
}

#[derive(Serialize)]
struct FormPage {
    form: FormState,
    version: i32,
    is_new: bool,
    changed_meanwhile: bool,
    kinds: Vec<Choice>,
    action: String,
    back: String,
}

const COLUMNS: [Column; 9] = [
    Column::new("number", Kind::Text),
    Column::text("building").selectable(),
    Column::text("name"),
    Column::text("kind").selectable(),
    Column::number("floor"),
    Column::number("seats"),
    Column::number("area").off(),
    Column::text("responsible"),
    Column::badge("state").selectable(),
];

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let rooms = it.org.room_cards(&member.actor).await?;
    let may_edit = member.actor.may_in_org(Right::OrgEdit).is_ok();
    let rows = rooms.iter().map(|it| row(&member, it, may_edit));
    let list = List::new("org.rooms", COLUMNS).rows(rows);
    let page = ListPage {
        may_edit,
        new_href: member.path("/timetable/rooms/new"),
    };
    respond(
        &it.views,
        &member.visit,
        "org/rooms.html",
        &list,
        &query,
        &page,
    )
}

fn row(member: &Member, it: &RoomCard, may_edit: bool) -> Row {
    let form = &it.form;
    let (tone, state) = if form.closed {
        (Tone::Plain, "org.room.closed")
    } else {
        (Tone::Ok, "org.room.in-use")
    };
    let row = Row::new(
        &it.id,
        [
            Cell::text(&form.number),
            Cell::text(&form.building),
            Cell::text(&form.name),
            Cell::word(format!("org.room.kind.{}", form.kind.code())),
            Cell::or_empty(form.floor, Cell::number),
            Cell::number(form.seats),
            Cell::or_empty(form.area, Cell::number),
            Cell::text(&form.responsible),
            Cell::badge(tone, state),
        ],
    );
    if may_edit {
        row.href(member.path(&format!("/timetable/rooms/{}", it.id)))
    } else {
        row
    }
}

pub(super) async fn new(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::OrgEdit)?;
    let form = FormState::new().with("kind", "class").with("seats", &30);
    let page = it.room_page(&member, form, None);
    Ok(it
        .views
        .page(&member.visit, "org/room.html", &page)?
        .into_response())
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    match it.org.add_room(&member.actor, &typed(&raw)).await {
        Ok(_) => Ok(saved(&member, &typed(&raw))),
        Err(refusal) => it.refused(&member, &raw, None, refusal),
    }
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path(Address { room }): Path<Address>,
) -> Result<Response, Failure> {
    let room = it.org.room(&member.actor, room).await?;
    let page = it.room_page(
        &member,
        stored(&room.form.typed()),
        Some((room.id, room.version)),
    );
    Ok(it
        .views
        .page(&member.visit, "org/room.html", &page)?
        .into_response())
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path(Address { room }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let version = seen(&raw);
    match it
        .org
        .save_room(&member.actor, room, &typed(&raw), version)
        .await
    {
        Ok(()) => Ok(saved(&member, &typed(&raw))),
        Err(Error::ChangedMeanwhile) => {
            let now = it.org.room(&member.actor, room).await?;
            let mut page = it.room_page(
                &member,
                stored(&now.form.typed()),
                Some((room, now.version)),
            );
            page.changed_meanwhile = true;
            let html = it.views.page(&member.visit, "org/room.html", &page)?;
            Ok((StatusCode::CONFLICT, html).into_response())
        }
        Err(refusal) => it.refused(&member, &raw, Some((room, version)), refusal),
    }
}

fn saved(member: &Member, typed: &Typed) -> Response {
    let number = typed.get("number").cloned().unwrap_or_default();
    let flash = Flash::done("org.room.saved").with("number", &number);
    Go::to(member.path("/timetable/rooms"))
        .say(&flash)
        .into_response()
}

impl Pages {
    /// Shows the form again with what is wrong, where the form is to blame.
    fn refused(
        &self,
        member: &Member,
        raw: &Raw,
        room: Option<(RoomId, i32)>,
        refusal: Error,
    ) -> Result<Response, Failure> {
        let form = match refusal {
            Error::Fields(faults) => sent(raw, &self.views, &faults),
            Error::RoomNumberTaken => {
                let mut form = sent(raw, &self.views, &[]);
                form.fault("number", &refusal);
                form
            }
            other => return Err(other.into()),
        };
        let page = self.room_page(member, form, room);
        invalid(&self.views, &member.visit, "org/room.html", &page)
    }

    fn room_page(&self, member: &Member, form: FormState, room: Option<(RoomId, i32)>) -> FormPage {
        let list = member.path("/timetable/rooms");
        let choice = |it: RoomKind| Choice {
            value: it.code(),
            label: self.views.word(&format!("org.room.kind.{}", it.code())),
        };
        FormPage {
            form,
            version: room.map_or(0, |it| it.1),
            is_new: room.is_none(),
            changed_meanwhile: false,
            kinds: RoomKind::ALL.map(choice).into(),
            action: room.map_or_else(|| list.clone(), |it| format!("{list}/{}", it.0)),
            back: list,
        }
    }
}
