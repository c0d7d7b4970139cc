//! Which parents of a class have seen its final marks (JRN-5).

use axum::{extract::State, response::Html};
use chrono::{DateTime, Utc};
use kernel::ClassId;
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Path, Query};

use super::{
    Pages,
    finals_view::{SlotView, slot_view},
};
use crate::{AcknowledgedRow, Acknowledgements, Error, Slot};

#[derive(Deserialize)]
pub(super) struct SlotQuery {
    slot: Option<String>,
}

#[derive(Serialize)]
struct AcknowledgementsPage {
    class: String,
    finals_href: String,
    slot: SlotView,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    /// Pupils with marks, and those of them whose parents have seen them.
    asked: usize,
    seen: usize,
}

#[derive(Serialize)]
struct Tab {
    href: String,
    slot: SlotView,
    current: bool,
}

#[derive(Serialize)]
struct Row {
    name: String,
    marks: usize,
    seen: bool,
    parents: Vec<Parent>,
}

#[derive(Serialize)]
struct Parent {
    name: String,
    at: Option<DateTime<Utc>>,
    stale: bool,
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    Query(query): Query<SlotQuery>,
) -> Result<Html<String>, Failure> {
    let slot = match query.slot.as_deref() {
        None | Some("") => None,
        Some(code) => Some(Slot::from_code(code).ok_or(Error::NotFound)?),
    };
    let today = it.today(&member.visit);
    let found = it
        .journal
        .acknowledgements(&member.actor, class, slot, today)
        .await?;
    let page = view(found, &member);
    Ok(it
        .views
        .page(&member.visit, "journal/acknowledgements.html", &page)?)
}

fn view(found: Acknowledgements, member: &Member) -> AcknowledgementsPage {
    let finals = member.path(&format!("/journal/{}/finals", found.class.id));
    let tab = |slot: &Slot| Tab {
        href: format!("{finals}/acknowledgements?slot={}", slot.code()),
        slot: slot_view(*slot),
        current: *slot == found.slot,
    };
    let with_marks = || found.rows.iter().filter(|it| it.marks > 0);
    AcknowledgementsPage {
        class: found.class.name(),
        finals_href: format!("{finals}?slot={}", found.slot.code()),
        slot: slot_view(found.slot),
        tabs: found.slots.iter().map(tab).collect(),
        asked: with_marks().count(),
        seen: with_marks().filter(|it| it.is_seen()).count(),
        rows: found.rows.into_iter().map(row).collect(),
    }
}

fn row(it: AcknowledgedRow) -> Row {
    Row {
        seen: it.is_seen(),
        name: it.name,
        marks: it.marks,
        parents: it
            .parents
            .into_iter()
            .map(|it| Parent {
                name: it.name,
                at: it.at,
                stale: it.stale,
            })
            .collect(),
    }
}
