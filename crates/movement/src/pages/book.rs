use axum::{extract::State, response::Response};
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::Pages;
use crate::{BookEntry, BookFilter, OrderKind, OrderState};

#[derive(Serialize)]
struct Beside {
    may_edit: bool,
    /// Kinds that can be drawn up.
    kinds: [&'static str; 6],
    director_signs: bool,
    /// Whether the actor says who signs.
    may_sign: bool,
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let filter = BookFilter {
        kind: query.param("kind").and_then(OrderKind::from_code),
        state: query.param("state").and_then(OrderState::from_code),
        year: query.param("year").and_then(|it| it.parse().ok()),
    };
    let crate::Book {
        entries: book,
        director_signs,
    } = it.movement.book(&member.actor, filter).await?;
    let columns = [
        Column::text("number"),
        Column::text("kind").selectable(),
        Column::badge("state").selectable(),
        Column::date("ordered_on"),
        Column::date("effective_on"),
        Column::number("pupils"),
        Column::text("year").selectable(),
        Column::text("basis").off(),
        Column::text("prepared_by").off(),
    ];
    let rows = book.iter().map(|line| row(&member, line));
    let list = List::new("movement.orders", columns).rows(rows);
    let beside = Beside {
        may_edit: member.actor.may_in_org(Right::MovementEdit).is_ok(),
        kinds: OrderKind::ALL.map(OrderKind::code),
        director_signs,
        may_sign: member.actor.may_in_org(Right::MovementApprove).is_ok(),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/orders.html",
        &list,
        &query,
        &beside,
    )
}

fn row(member: &Member, line: &BookEntry) -> Row {
    use chrono::Datelike;
    let order = &line.order;
    let tone = match order.state {
        OrderState::Draft | OrderState::Submitted => Tone::Warn,
        OrderState::Issued => Tone::Ok,
        OrderState::Cancelled => Tone::Bad,
    };
    let number = match &order.number {
        Some(number) => Cell::text(number),
        None => Cell::word("movement.orders.no-number"),
    };
    let cells = vec![
        number,
        Cell::word(format!("movement.kind.{}", order.kind.code())),
        Cell::badge(tone, format!("movement.state.{}", order.state.code())),
        Cell::date(order.ordered_on),
        Cell::date(order.effective_on),
        Cell::number(line.pupils),
        Cell::text(order.ordered_on.year().to_string()),
        Cell::text(&order.basis),
        Cell::text(
            line.prepared_by
                .as_ref()
                .map(people::Card::short)
                .unwrap_or_default(),
        ),
    ];
    Row::new(&order.id, cells).href(member.path(&format!("/movement/orders/{}", order.id)))
}
