//! `/o/{org}/settings/security`: the journal of security events (SEC-4).

use axum::{extract::State, response::Response};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use kernel::dates::{parse_date, show_date};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member as Who, Visit,
    table::{Cell, Column, Kind, List, Row, Tone, respond},
};

use super::Pages;
use crate::{Asked, SecurityEvent};

/// So many days are shown at first.
const DAYS: u64 = 6;

/// What has a word of its own; the events of other pages show as they are named.
const KNOWN: &str = "identity.event.";

#[derive(Serialize)]
struct Page {
    /// The days as people type them.
    from: String,
    to: String,
    /// One of them cannot be read; the last days are shown.
    wrong: bool,
    all_href: String,
    blocked: i64,
    open_sessions: i64,
    failed: usize,
    more: bool,
    shown: usize,
    back: String,
}

const COLUMNS: [Column; 5] = [
    Column::new("at", Kind::Moment),
    Column::text("name").filtered(),
    Column::badge("action").selectable(),
    Column::text("about"),
    Column::text("address"),
];

pub(super) async fn page(
    who: Who,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.identity.today(&who.visit);
    let typed = |name: &str| query.param(name).unwrap_or_default().trim().to_owned();
    let day = |name: &str| match typed(name).as_str() {
        "" => Ok(None),
        it => parse_date(it, today).map(Some),
    };
    let wrong = day("from").is_err() || day("to").is_err();
    let read = |name: &str| day(name).ok().flatten().filter(|_| !wrong);
    let to = read("to").unwrap_or(today);
    let from = read("from").unwrap_or(to - Days::new(DAYS));
    let shown = |name: &str, day| {
        if wrong { typed(name) } else { show_date(day) }
    };
    let asked = Asked {
        from: moment(&who.visit, from),
        to: moment(&who.visit, to + Days::new(1)),
        account: None,
    };
    let found = it.identity.security(&who.actor, asked).await?;
    let rows = found.events.iter().map(|event| it.event_row(event));
    let list = List::new("identity.security", COLUMNS).rows(rows);
    let page = Page {
        from: shown("from", from),
        to: shown("to", to),
        wrong,
        all_href: who.path("/settings/security"),
        blocked: found.blocked,
        open_sessions: found.open_sessions,
        failed: found.failed,
        more: found.more,
        shown: found.events.len(),
        back: who.path("/settings/accounts"),
    };
    respond(
        &it.views,
        &who.visit,
        "identity/security.html",
        &list,
        &query,
        &page,
    )
}

/// The beginning of a day where the organisation is.
fn moment(visit: &Visit, day: NaiveDate) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = visit.zone().from_local_datetime(&midnight).earliest();
    local.map(|it| it.to_utc())
}

impl Pages {
    fn event_row(&self, it: &SecurityEvent) -> Row {
        let tone = match it.what.as_str() {
            what if what.ends_with("-failed") || what == "blocked" => Tone::Bad,
            "looked" | "looking-begun" | "factor-reset" | "proposed" | "hub.person-opened" => {
                Tone::Warn
            }
            _ => Tone::Plain,
        };
        let key = format!("{KNOWN}{}", it.what);
        let action = if self.views.has_word(&key) {
            Cell::badge(tone, key)
        } else {
            Cell::text(&it.what)
        };
        let name = match &it.by {
            Some(name) => Cell::text(name),
            None => Cell::word("identity.security.stranger"),
        };
        Row::new(
            &it.id,
            [
                Cell::moment(it.at),
                name,
                action,
                Cell::text(&it.about),
                Cell::text(&it.address),
            ],
        )
    }
}
