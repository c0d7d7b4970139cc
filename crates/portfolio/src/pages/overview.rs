//! «Портфолио» of a school or a class: sums, and the list behind them.

use axum::{extract::State, response::Response};
use kernel::{ClassId, Reach, Right};
use serde::Serialize;
use web::{
    Failure, ListQuery, Member,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{Chip, Pages};
use crate::{EntryState, Level, Line, Overview, Prize, Tally};

#[derive(Serialize)]
struct Page {
    has_year: bool,
    /// «2026/2027»
    year: String,
    classes: Vec<Chip>,
    class: Option<String>,
    waiting: usize,
    /// The own portfolio of somebody who works here.
    mine_href: Option<String>,
    levels: Vec<&'static str>,
    kinds: Vec<SumView>,
    by_class: Vec<SumView>,
    all: SumView,
}

/// A line of the sums.
#[derive(Serialize)]
struct SumView {
    /// A kind of entry or the name of a class.
    name: String,
    href: Option<String>,
    levels: [usize; Level::ALL.len()],
    total: usize,
    won: usize,
    pupils: usize,
    /// How many pupils there are in the class.
    of: usize,
}

impl SumView {
    fn of(name: impl Into<String>, it: &Tally, of: usize) -> Self {
        Self {
            name: name.into(),
            href: None,
            levels: it.levels,
            total: it.total,
            won: it.won,
            pupils: it.pupils,
            of,
        }
    }
}

const COLUMNS: [Column; 9] = [
    Column::text("name").filtered(),
    Column::class("class").selectable(),
    Column::text("kind").selectable(),
    Column::text("title"),
    Column::text("level").selectable(),
    Column::badge("prize").selectable(),
    Column::date("held_on"),
    Column::text("prepared_by").selectable().off(),
    Column::badge("state").selectable(),
];

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let year = query.param("year").and_then(|it| it.parse().ok());
    let class = query.param("class").and_then(|it| it.parse().ok());
    let found = it
        .portfolio
        .overview(&member.actor, (year, class), today)
        .await?;
    let rows = found.lines.iter().map(|it| row(&member, it));
    let list = List::new("portfolio.list", COLUMNS).rows(rows);
    let page = overview_page(&member, &found);
    let visit = match &found.year {
        Some(it) if it.archived => member.visit.in_archive(&page.year),
        _ => member.visit.clone(),
    };
    respond(
        &it.views,
        &visit,
        "portfolio/overview.html",
        &list,
        &query,
        &page,
    )
}

fn overview_page(member: &Member, it: &Overview) -> Page {
    let base = member.path("/portfolio");
    let edit = member.actor.reaches(Right::PortfolioEdit);
    let keeps_own = edit.has(Reach::Own);
    let chosen = it.class.as_ref().map(|it| it.id);
    let size = |id: &ClassId| it.pupils.get(id).copied().unwrap_or_default();
    let by_class = it
        .classes
        .iter()
        .filter(|it| chosen.is_none_or(|id| id == it.id));
    let empty = Tally::default();
    let tally = |id: ClassId| {
        let found = it.summary.classes.iter().find(|of| of.0 == id);
        found.map_or(&empty, |of| &of.1)
    };
    let mut chips = vec![];
    if it.classes.len() > 1 {
        chips.extend(it.classes.iter().map(|class| Chip {
            href: format!("{base}?class={}", class.id),
            label: class.name(),
            current: chosen == Some(class.id),
        }));
    }
    Page {
        has_year: it.year.is_some(),
        year: it.year.as_ref().map_or_else(String::new, |it| {
            kernel::dates::AcademicYear::of(it.starts_on).to_string()
        }),
        class: it.class.as_ref().map(curriculum::Class::name),
        waiting: it.waiting,
        mine_href: keeps_own
            .then(|| member.path(&format!("/portfolio/staff/{}", member.actor.person))),
        levels: Level::ALL.iter().map(|it| it.code()).collect(),
        kinds: it
            .summary
            .kinds
            .iter()
            .map(|(kind, sum)| SumView::of(kind.code(), sum, 0))
            .collect(),
        by_class: by_class
            .map(|class| SumView {
                href: Some(format!("{base}?class={}", class.id)),
                ..SumView::of(class.name(), tally(class.id), size(&class.id))
            })
            .collect(),
        all: SumView::of("", &it.summary.all, it.pupils.values().sum()),
        classes: chips,
    }
}

fn row(member: &Member, it: &Line) -> Row {
    let f = &it.entry.fields;
    let person = it.entry.owner.person();
    let word = |list: &str, code: &str| Cell::word(format!("portfolio.{list}.{code}"));
    let prize = |it: Prize| {
        let tone = if it.is_won() { Tone::Ok } else { Tone::Plain };
        Cell::badge(tone, format!("portfolio.prize.{}", it.code()))
    };
    let state = match it.entry.state {
        EntryState::Proposed => Tone::Warn,
        EntryState::Confirmed => Tone::Ok,
        EntryState::Refused => Tone::Bad,
    };
    let code = it.entry.state.code();
    Row::new(
        &it.entry.id,
        [
            Cell::text(&it.name).href(member.path(&format!("/portfolio/pupils/{person}"))),
            Cell::text(
                it.class
                    .as_ref()
                    .map(curriculum::Class::name)
                    .unwrap_or_default(),
            ),
            word("kind", f.kind.code()),
            Cell::text(&f.title).href(member.path(&format!("/portfolio/entries/{}", it.entry.id))),
            Cell::or_empty(f.level, |it| word("level", it.code())),
            Cell::or_empty(f.prize, prize),
            Cell::date(f.held_on),
            Cell::text(it.prepared_by.clone().unwrap_or_default()),
            Cell::badge(state, format!("portfolio.state.{code}")),
        ],
    )
}
