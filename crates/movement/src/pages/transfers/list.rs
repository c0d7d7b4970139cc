//! «Переводы»: who comes and who goes.

use axum::{extract::State, response::Response};
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, Kind, List, Row, Tone, respond},
};

use super::Pages;
use crate::{Transfer, TransferList, TransferState};

const fn tone(state: TransferState) -> Tone {
    match state {
        TransferState::Asked | TransferState::Preparing | TransferState::Offered => Tone::Warn,
        TransferState::Accepted => Tone::Plain,
        TransferState::Enrolled => Tone::Ok,
        TransferState::Refused | TransferState::Declined | TransferState::Withdrawn => Tone::Bad,
    }
}

#[derive(Serialize)]
struct Beside {
    /// The form of a request.
    new: Option<String>,
    /// How many wait for this school.
    waiting: usize,
    late: usize,
}

fn row(member: &Member, list: &TransferList, it: &Transfer) -> Row {
    let side = it.side_of(member.actor.org);
    let other = list.schools.get(&it.other(member.actor.org));
    let waits = it.state.waits_for().is_some();
    let cells = vec![
        Cell::text(it.name()),
        Cell::word(format!("transfers.side.{}", side.code())),
        Cell::text(other.cloned().unwrap_or_default()),
        Cell::badge(
            tone(it.state),
            format!("transfers.state.{}", it.state.code()),
        ),
        Cell::or_empty(waits.then_some(it.due_on), Cell::date),
        Cell::text(&it.class),
        Cell::or_empty(it.leaves_on, Cell::date),
        Cell::or_empty(it.enrolled_on, Cell::date),
        Cell::or_empty(it.offered_at.or(it.asked_at), Cell::moment),
    ];
    Row::new(&it.id, cells).href(member.path(&format!("/movement/transfers/{}", it.id)))
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let found = it.transfers.list(&member.actor).await?;
    let columns = [
        Column::text("name"),
        Column::text("side").selectable(),
        Column::text("school").selectable(),
        Column::badge("state").selectable(),
        Column::new("due_on", Kind::Date),
        Column::text("class"),
        Column::new("leaves_on", Kind::Date),
        Column::new("enrolled_on", Kind::Date),
        Column::new("begun_at", Kind::Moment).off(),
    ];
    let rows = found.transfers.iter().map(|one| row(&member, &found, one));
    let list = List::new("transfers", columns).rows(rows);
    let today = it.views.today(&member.visit);
    let is_mine = |one: &&Transfer| one.state.waits_for() == Some(one.side_of(member.actor.org));
    let may_ask = member.actor.may_in_org(Right::MovementEdit).is_ok();
    let beside = Beside {
        new: may_ask.then(|| member.path("/movement/transfers/new")),
        waiting: found.transfers.iter().filter(is_mine).count(),
        late: found
            .transfers
            .iter()
            .filter(is_mine)
            .filter(|one| one.is_late(today))
            .count(),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/transfers.html",
        &list,
        &query,
        &beside,
    )
}
