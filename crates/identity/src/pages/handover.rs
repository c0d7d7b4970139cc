//! «Журнал передачи»: who handed which slip to whom and when (S3:2.6).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, Flash, Go, ListQuery, Member as Who, Path,
    form::Raw,
    table::{Bulk, Cell, Column, Kind, List, Row, Tone, respond},
};

use super::{Pages, accounts::Address};
use crate::{Circle, Error, Handed, SlipId};

#[derive(Serialize)]
struct ListPage {
    circles: Vec<Circle>,
    all_href: String,
    chosen: String,
    print_href: String,
    back: String,
}

#[derive(Serialize)]
struct PrintPage {
    label: String,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    name: String,
    login: String,
    issued_at: DateTime<Utc>,
    handed_at: Option<DateTime<Utc>>,
    handed_by: String,
    handed_to: String,
}

const COLUMNS: [Column; 7] = [
    Column::text("name"),
    Column::text("login"),
    Column::new("issued", Kind::Moment),
    Column::text("issuer"),
    Column::badge("state").selectable(),
    Column::new("handed", Kind::Moment),
    Column::text("handed_by"),
];

pub(super) async fn list(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let chosen = query.param("circle").unwrap_or_default().to_owned();
    let circle = Some(chosen.as_str()).filter(|it| !it.is_empty());
    let found = it
        .identity
        .handover(&who.actor, &*it.circles, circle)
        .await?;
    let rows = found.lines.iter().map(|line| row(&who, line));
    let mut list = List::new("identity.handover", COLUMNS).rows(rows);
    let here = who.path("/settings/accounts/handover");
    if who.actor.may(Right::AccountEdit).is_ok() {
        list = list.bulk(Bulk {
            action: here.clone(),
            label: "identity.handover.bulk",
            options: vec![("handed", "identity.handover.hand")],
        });
    }
    let page = ListPage {
        circles: found.circles,
        print_href: format!("{here}/print?circle={}", web::form::encode(&chosen)),
        all_href: here,
        chosen,
        back: who.path("/settings/accounts"),
    };
    respond(
        &it.views,
        &who.visit,
        "identity/handover.html",
        &list,
        &query,
        &page,
    )
}

fn row(who: &Who, it: &Handed) -> Row {
    let state = if it.used_at.is_some() {
        Cell::badge(Tone::Ok, "identity.slip.used")
    } else if it.handed_at.is_some() {
        Cell::badge(Tone::Plain, "identity.handover.handed")
    } else {
        Cell::badge(Tone::Warn, "identity.handover.waiting")
    };
    let by = match it.handed_to.as_str() {
        "" => it.handed_by.clone(),
        to => format!("{} → {to}", it.handed_by),
    };
    Row::new(
        &it.slip,
        [
            Cell::text(&it.name),
            Cell::text(&it.login),
            Cell::moment(it.issued_at),
            Cell::text(&it.issued_by),
            state,
            Cell::or_empty(it.handed_at, Cell::moment),
            Cell::text(by),
        ],
    )
    .href(who.path(&format!("/settings/accounts/{}", it.account)))
}

/// «Выдано» for the rows that are ticked.
pub(super) async fn bulk(who: Who, State(it): State<Pages>, raw: Raw) -> Result<Response, Failure> {
    let slips: Vec<SlipId> = raw.all("ids").filter_map(|it| it.parse().ok()).collect();
    let back = who.path("/settings/accounts/handover");
    let handed = it
        .identity
        .hand_over(&who.actor, &*it.circles, &slips, "")
        .await;
    let flash = match handed {
        Ok(count) => Flash::done("identity.handover.done").with("count", &count),
        Err(Error::NobodyChosen) => Flash::warning("identity.handover.nobody-chosen"),
        Err(other) => return Err(other.into()),
    };
    Ok(Go::to(back).say(&flash).into_response())
}

/// «Выдано» for one person, with who took the slip.
pub(super) async fn one(
    who: Who,
    State(it): State<Pages>,
    Path(Address { account }): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    who.actor.may(Right::AccountEdit)?;
    let found = it.identity.handover(&who.actor, &*it.circles, None).await?;
    let latest = found
        .lines
        .iter()
        .filter(|it| it.account == account)
        .max_by_key(|it| it.issued_at);
    let back = who.path(&format!("/settings/accounts/{account}"));
    let Some(latest) = latest else {
        let members = it.identity.members(&who.actor, &*it.circles, None).await?;
        if !members.members.iter().any(|it| it.account == account) {
            return Err(Error::NoSuchMember.into());
        }
        let flash = Flash::warning("identity.handover.nothing");
        return Ok(Go::to(back).say(&flash).into_response());
    };
    let to: String = raw
        .get("to")
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect();
    let count = it
        .identity
        .hand_over(&who.actor, &*it.circles, &[latest.slip], &to)
        .await?;
    let flash = Flash::done("identity.handover.done").with("count", &count);
    Ok(Go::to(back).say(&flash).into_response())
}

/// The log on paper, with room for signatures.
pub(super) async fn print(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let chosen = query.param("circle").filter(|it| !it.is_empty());
    let found = it
        .identity
        .handover(&who.actor, &*it.circles, chosen)
        .await?;
    let label = found
        .circles
        .iter()
        .find(|it| chosen == Some(it.code.as_str()))
        .map(|it| it.label.clone())
        .unwrap_or_default();
    let line = |it: Handed| LineView {
        name: it.name,
        login: it.login,
        issued_at: it.issued_at,
        handed_at: it.handed_at,
        handed_by: it.handed_by,
        handed_to: it.handed_to,
    };
    let page = PrintPage {
        label,
        lines: found.lines.into_iter().map(line).collect(),
    };
    Ok(it
        .views
        .page(&who.visit, "identity/handover_print.html", &page)?
        .into_response())
}
