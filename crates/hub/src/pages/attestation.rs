//! `/hub/{org}/attestation`: the queue of attestations, by school and year.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use portfolio::Category;
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    form::encode,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Pages, path};
use crate::{Attested, When};

const COLUMNS: [Column; 9] = [
    Column::text("name").filtered(),
    Column::text("school").selectable(),
    Column::text("post").selectable(),
    Column::text("category").selectable(),
    Column::date("next"),
    Column::badge("when").selectable(),
    Column::date("planned_on"),
    Column::date("decided_on").off(),
    Column::text("wanted").off(),
];

#[derive(Serialize)]
struct QueuePage {
    /// Everybody at once, each with the list of those who are counted.
    tiles: Vec<Tile>,
    schools: Vec<SchoolView>,
}

#[derive(Serialize)]
struct Tile {
    code: &'static str,
    count: usize,
    href: Option<String>,
    warn: bool,
}

#[derive(Default, Serialize)]
struct SchoolView {
    name: String,
    href: String,
    staff: usize,
    highest: usize,
    first: usize,
    fit: usize,
    unknown: usize,
    this_year: usize,
    overdue: usize,
}

pub(super) async fn queue(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let found = it.hub.attestation(&member.actor, today).await?;
    let base = path(&member, "/attestation");
    let list = List::new("hub.attestation", COLUMNS).rows(found.iter().map(|it| row(it, today)));
    let page = QueuePage {
        tiles: it.tiles(&found, today, &base),
        schools: schools(&found, today, &base),
    };
    let template = "hub/attestation.html";
    respond(&it.views, &member.visit, template, &list, &query, &page)
}

fn row(it: &Attested, today: NaiveDate) -> Row {
    let known = &it.attestation;
    let category = |it: Category| Cell::word(format!("attestation.category.{}", it.code()));
    let when = When::of(known, today);
    let tone = match when {
        When::Overdue => Tone::Bad,
        When::ThisYear => Tone::Warn,
        When::NextYear | When::Later => Tone::Ok,
        When::Unknown => Tone::Plain,
    };
    Row::new(
        &format!("{}:{}", it.school, it.person),
        [
            Cell::text(&it.name),
            Cell::text(&it.school_name),
            Cell::text(&it.post),
            Cell::or_empty(known.category, category),
            Cell::or_empty(known.next(), Cell::date),
            Cell::badge(tone, format!("hub.attestation.when.{}", when.code())),
            Cell::or_empty(known.planned_on, Cell::date),
            Cell::or_empty(known.decided_on, Cell::date),
            Cell::or_empty(known.wanted, category),
        ],
    )
}

/// By school, in the order of names.
fn schools(found: &[Attested], today: NaiveDate, base: &str) -> Vec<SchoolView> {
    let mut schools: Vec<SchoolView> = vec![];
    for it in found {
        let at = schools
            .iter()
            .position(|known| known.name == it.school_name);
        let at = at.unwrap_or_else(|| {
            schools.push(SchoolView {
                name: it.school_name.clone(),
                href: format!("{base}?f.school={}", encode(&it.school_name)),
                ..SchoolView::default()
            });
            schools.len() - 1
        });
        let view = &mut schools[at];
        let when = When::of(&it.attestation, today);
        let is = |category| usize::from(it.attestation.category == Some(category));
        view.staff += 1;
        view.highest += is(Category::Highest);
        view.first += is(Category::First);
        view.fit += is(Category::Fit);
        view.unknown += usize::from(when == When::Unknown);
        view.this_year += usize::from(when == When::ThisYear);
        view.overdue += usize::from(when == When::Overdue);
    }
    schools.sort_by_cached_key(|it| kernel::names::collation_key(&it.name));
    schools
}

impl Pages {
    fn tiles(&self, found: &[Attested], today: NaiveDate, base: &str) -> Vec<Tile> {
        let of = |when: When, warn: bool| {
            let count = found
                .iter()
                .filter(|it| When::of(&it.attestation, today) == when);
            let count = count.count();
            let word = self
                .views
                .word(&format!("hub.attestation.when.{}", when.code()));
            Tile {
                code: when.code(),
                count,
                href: (count > 0).then(|| format!("{base}?f.when={}", encode(&word))),
                warn: warn && count > 0,
            }
        };
        vec![
            Tile {
                code: "all",
                count: found.len(),
                href: None,
                warn: false,
            },
            of(When::ThisYear, false),
            of(When::Overdue, true),
            of(When::Unknown, false),
        ]
    }
}
