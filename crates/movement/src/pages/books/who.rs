//! Who is behind a figure.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member, Missing,
    table::{Cell, Column, List, Row, respond},
};

use super::{Pages, Tab, numbers::Wish, tabs};
use crate::{Figure, Numbers, Paper, Spot};

/// One pupil behind a figure.
#[derive(Serialize)]
pub(super) struct Line {
    what: &'static str,
    name: String,
    href: String,
    born_on: Option<NaiveDate>,
    class: String,
    on: NaiveDate,
    number: String,
    ordered_on: NaiveDate,
    order: String,
    place: String,
    reason: Option<&'static str>,
}

/// The pupils behind figures, by name.
pub(super) fn lines(member: &Member, numbers: &Numbers, counted: &[(Figure, usize)]) -> Vec<Line> {
    let line = |(figure, at): &(Figure, usize)| {
        let stay = numbers.stays.get(*at)?;
        let (on, paper): (NaiveDate, &Paper) = match (stay.until, &stay.gone) {
            (Some(until), Some(gone)) if figure.is_end() => (until, gone),
            _ => (stay.since, &stay.came),
        };
        let card = numbers.cards.get(&stay.pupil);
        Some(Line {
            what: figure.code(),
            name: card.map(people::Card::full).unwrap_or_default(),
            href: member.path(&format!("/people/pupils/{}", stay.pupil)),
            born_on: card.and_then(|it| it.born_on),
            class: match stay.spot {
                Spot::Class(id) => numbers.classes.get(&id).cloned().unwrap_or_default(),
                Spot::Parallel(grade) => grade.to_string(),
            },
            on,
            number: paper.number.clone().unwrap_or_default(),
            ordered_on: paper.ordered_on,
            order: member.path(&format!("/movement/orders/{}", paper.order)),
            place: paper.place.clone(),
            reason: paper.reason.map(crate::LeavingReason::code),
        })
    };
    let mut lines: Vec<Line> = counted.iter().filter_map(line).collect();
    lines.sort_by(|one, other| {
        let names = kernel::names::compare(&one.name, &other.name);
        names.then(one.on.cmp(&other.on))
    });
    lines
}

#[derive(Serialize)]
struct WhoView {
    tabs: Vec<Tab>,
    /// The row: «7А», «7», or the key of a word.
    label: Option<String>,
    word: Option<&'static str>,
    figure: &'static str,
    from: NaiveDate,
    to: NaiveDate,
    back: String,
}

fn row(line: &Line, id: usize) -> Row {
    let cells = vec![
        Cell::text(&line.name),
        Cell::or_empty(line.born_on, Cell::date),
        Cell::text(&line.class),
        Cell::word(format!("movement.numbers.is.{}", line.what)),
        Cell::date(line.on),
        Cell::text(&line.number).href(&line.order),
        Cell::date(line.ordered_on),
        Cell::text(&line.place),
        line.reason.map_or_else(Cell::empty, |it| {
            Cell::word(format!("movement.reason.{it}"))
        }),
    ];
    Row::new(&id, cells).href(&line.href)
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let wish = Wish::of(&query, it.views.today(&member.visit));
    let code = query.param("row").unwrap_or("school").to_owned();
    let figure = match query.param("figure") {
        Some(code) => Figure::from_code(code).ok_or(Missing)?,
        None => Figure::Moves,
    };
    let numbers = it
        .books
        .numbers(&member.actor, wish.span, wish.level, Some((&code, figure)))
        .await?;
    let line = numbers.line(&code).ok_or(Missing)?;
    let columns = [
        Column::text("name"),
        Column::date("born_on"),
        Column::class("class").selectable(),
        Column::text("what").selectable(),
        Column::date("on"),
        Column::text("number"),
        Column::date("ordered_on").off(),
        Column::text("place"),
        Column::text("reason").off(),
    ];
    let rows = lines(&member, &numbers, &line.figures.of(figure));
    let list = List::new("movement.who", columns)
        .rows(rows.iter().enumerate().map(|(id, it)| row(it, id)));
    let (label, word) = super::numbers::label(line);
    let page = WhoView {
        tabs: tabs(&member, "numbers"),
        label,
        word,
        figure: figure.code(),
        from: numbers.span.from,
        to: numbers.span.to,
        back: member.path(&format!("/movement/numbers?{}", wish.query())),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/numbers_who.html",
        &list,
        &query,
        &page,
    )
}
