//! `/hub/{org}/visits`: which part of the accounts of each school is used.

use axum::{extract::State, response::Response};
use identity::{Holder, Used};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, respond},
};

use super::Pages;
use crate::{
    SchoolVisits,
    visits::{permille, share, sum},
};

const COLUMNS: [Column; 13] = [
    Column::text("school").filtered(),
    Column::number("staff"),
    Column::number("staff-ever").places(1).off(),
    Column::number("staff-month").places(1).off(),
    Column::number("staff-week").places(1),
    Column::number("pupils"),
    Column::number("pupils-ever").places(1).off(),
    Column::number("pupils-month").places(1).off(),
    Column::number("pupils-week").places(1),
    Column::number("parents"),
    Column::number("parents-ever").places(1).off(),
    Column::number("parents-month").places(1).off(),
    Column::number("parents-week").places(1),
];

#[derive(Serialize)]
struct VisitsPage {
    tiles: Vec<Tile>,
}

/// All schools together, if there are any: the share of the last week, and of how many.
#[derive(Serialize)]
struct Tile {
    code: &'static str,
    accounts: i64,
    week: i64,
    permille: Option<i64>,
}

pub(super) async fn visits(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let found = it.hub.visits(&member.actor).await?;
    let list = List::new("hub.visits", COLUMNS).rows(found.iter().map(row));
    let tile = |holder: Holder| {
        let used = sum(&found, holder);
        Tile {
            code: holder.code(),
            accounts: used.accounts,
            week: used.week,
            permille: permille(used.week, used.accounts),
        }
    };
    let holders = Holder::ALL.iter().filter(|_| !found.is_empty());
    let page = VisitsPage {
        tiles: holders.copied().map(tile).collect(),
    };
    let template = "hub/visits.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(it: &SchoolVisits) -> Row {
    let mut cells = vec![Cell::text(&it.name)];
    cells.extend(
        Holder::ALL
            .iter()
            .flat_map(|holder| cells_of(it.of(*holder))),
    );
    Row::new(&it.school, cells)
}

fn cells_of(of: Used) -> [Cell; 4] {
    let part = |used| Cell::or_empty(share(used, of.accounts), Cell::number);
    [
        Cell::number(of.accounts),
        part(of.ever),
        part(of.month),
        part(of.week),
    ]
}
