//! «Полнота карточек»: classes, people, and the grid that fills gaps.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, FormState, Go, ListQuery, Member, Query,
    form::{Raw, invalid},
    table::{Cell, Column, List, Row, respond},
};

use super::{Pages, card_path, consents::class_order, fields::Loose};
use crate::{
    CardGaps, CardKind, FILLED_AT_ONCE, FieldError, FilledLine, GridLine, GridOutcome, Sum,
    frequent,
};

#[derive(Serialize)]
struct CompletenessPage {
    path: String,
    pupils: SumView,
    staff: Option<SumView>,
    classes: Vec<ClassView>,
    /// Otherwise the page only shows.
    may_fill: bool,
}

#[derive(Serialize)]
struct SumView {
    #[serde(flatten)]
    sum: Sum,
    percent: u32,
    /// Fields that are empty most often, with how often.
    gaps: Vec<(String, usize)>,
}

#[derive(Serialize)]
struct ClassView {
    name: String,
    #[serde(flatten)]
    sum: SumView,
    /// Something is missing that the grid can fill.
    may_fill: bool,
}

fn sum_view(cards: &[&CardGaps]) -> SumView {
    let sum = Sum::of(cards.iter().copied());
    SumView {
        percent: sum.percent(),
        gaps: frequent(cards.iter().copied())
            .into_iter()
            .take(4)
            .collect(),
        sum,
    }
}

pub(super) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let found = it.people.completeness(&member.actor).await?;
    let mut by_class: BTreeMap<&str, Vec<&CardGaps>> = BTreeMap::new();
    for card in &found.pupils {
        let class = card.class.as_deref().unwrap_or_default();
        by_class.entry(class).or_default().push(card);
    }
    let class = |(name, cards): (&str, Vec<&CardGaps>)| ClassView {
        name: name.to_owned(),
        may_fill: cards
            .iter()
            .flat_map(|it| &it.codes)
            .any(|it| FILLED_AT_ONCE.contains(&it.as_str())),
        sum: sum_view(&cards),
    };
    let mut classes: Vec<ClassView> = by_class.into_iter().map(class).collect();
    classes.sort_by_key(|it| class_order(&it.name));
    let staff: Vec<&CardGaps> = found.staff.iter().collect();
    let page = CompletenessPage {
        path: member.path("/people/completeness"),
        pupils: sum_view(&found.pupils.iter().collect::<Vec<_>>()),
        staff: (!staff.is_empty()).then(|| sum_view(&staff)),
        classes,
        may_fill: found.may_fill,
    };
    Ok(it
        .views
        .page(&member.visit, "people/completeness.html", &page)?
        .into_response())
}

#[derive(Serialize)]
struct Beside {
    path: String,
}

/// Everybody whose card lacks something, with what it is.
pub(super) async fn people(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let found = it.people.completeness(&member.actor).await?;
    let columns = [
        Column::text("name"),
        Column::text("who").selectable(),
        Column::class("class").selectable(),
        Column::number("percent"),
        Column::text("gaps").filtered(),
    ];
    let both = [
        (CardKind::Pupil, &found.pupils),
        (CardKind::Staff, &found.staff),
    ];
    let rows = both
        .into_iter()
        .flat_map(|(kind, cards)| cards.iter().map(move |card| (kind, card)))
        .filter(|(_, card)| !card.codes.is_empty())
        .map(|(kind, card)| row(&member, &it, (kind, card), found.may_fill));
    let list = List::new("people.gaps", columns).rows(rows);
    let beside = Beside {
        path: member.path("/people/completeness"),
    };
    respond(
        &it.views,
        &member.visit,
        "people/gaps.html",
        &list,
        &query,
        &beside,
    )
}

/// Where what is missing is filled: the form, the family or the restricted section.
fn place(kind: CardKind, codes: &[String]) -> &'static str {
    let is_restricted = |it: &String| crate::RestrictedField::from_code(it).is_some();
    match codes {
        [only] if only == "parents" && kind == CardKind::Pupil => "/family",
        all if all.iter().all(is_restricted) => "/restricted",
        _ => "/edit",
    }
}

fn row(member: &Member, it: &Pages, (kind, card): (CardKind, &CardGaps), may_fill: bool) -> Row {
    let word = |code: &String| it.views.word(&format!("people.gap.{code}"));
    let gaps: Vec<String> = card.codes.iter().map(word).collect();
    let path = card_path(member, kind, card.card.id);
    let gaps = Cell::text(gaps.join(", "));
    let gaps = if may_fill {
        gaps.href(format!("{path}{}", place(kind, &card.codes)))
    } else {
        gaps
    };
    Row::new(
        &card.card.id,
        vec![
            Cell::text(card.card.full()),
            Cell::word(format!("people.one.{}", kind.plural())),
            Cell::text(card.class.clone().unwrap_or_default()),
            Cell::number(card.percent()),
            gaps,
        ],
    )
    .href(path)
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    class: Option<String>,
    /// `1` shows those too who lack nothing.
    all: Option<String>,
}

#[derive(Serialize)]
struct GridPage {
    path: String,
    class: String,
    form: FormState,
    /// Those that may be filled, and whether they are columns now.
    fields: Vec<(&'static str, bool)>,
    columns: Vec<&'static str>,
    lines: Vec<LineView>,
    /// Everybody is shown.
    all: bool,
    hidden: usize,
    saved: Option<usize>,
}

#[derive(Serialize)]
struct LineView {
    id: kernel::PersonId,
    name: String,
    seen: i32,
    cells: Vec<CellView>,
    /// The key of what is wrong with the whole line.
    wrong: Option<&'static str>,
}

#[derive(Serialize)]
struct CellView {
    field: &'static str,
    value: String,
    wrong: Option<&'static str>,
}

const TEMPLATE: &str = "people/fill.html";

/// The columns asked for; where none are, what the class lacks.
fn columns(raw: &Raw, lines: &[GridLine]) -> Vec<&'static str> {
    let asked: Vec<&str> = raw.all("fields").collect();
    let is_empty = |field: &str| {
        let mut values = lines.iter().flat_map(|it| &it.values);
        values.any(|(name, value)| name == field && value.is_empty())
    };
    // Phones and letters are nice to have, the regulation names the others.
    let counts = |it: &&str| !["registered_at", "mobile", "email"].contains(it);
    let chosen = FILLED_AT_ONCE.iter().copied().filter(|it| {
        if asked.is_empty() {
            counts(it) && is_empty(it)
        } else {
            asked.contains(it)
        }
    });
    let chosen: Vec<&'static str> = chosen.take(4).collect();
    if chosen.is_empty() {
        vec!["file_number", "mobile"]
    } else {
        chosen
    }
}

fn line(
    line: &GridLine,
    columns: &[&'static str],
    sent: Option<&Raw>,
    wrong: &[(kernel::PersonId, &'static str, &'static str)],
) -> LineView {
    let of_line = |field: &str| {
        let found = wrong.iter().find(|it| it.0 == line.id && it.1 == field);
        found.map(|it| it.2)
    };
    let cell = |field: &&'static str| {
        let stored = line.values.iter().find(|it| it.0 == **field);
        let typed = sent.and_then(|it| it.get(&format!("{field}.{}", line.id)));
        CellView {
            field,
            value: typed
                .map(str::to_owned)
                .or_else(|| stored.map(|it| it.1.clone()))
                .unwrap_or_default(),
            wrong: of_line(field),
        }
    };
    LineView {
        id: line.id,
        name: line.name.clone(),
        seen: line.version,
        cells: columns.iter().map(cell).collect(),
        wrong: of_line(""),
    }
}

fn grid_page(
    member: &Member,
    class: &str,
    (lines, raw): (&[GridLine], &Raw),
    all: bool,
    outcome: Option<&GridOutcome>,
) -> GridPage {
    let columns = columns(raw, lines);
    let empty = Vec::new();
    let wrong = outcome.map_or(&empty, |it| &it.wrong);
    // What was typed comes back only where something was wrong with it.
    let sent = |it: &GridLine| {
        outcome
            .filter(|_| wrong.iter().any(|w| w.0 == it.id))
            .map(|_| raw)
    };
    let lacks = |it: &GridLine| {
        let mut values = it
            .values
            .iter()
            .filter(|(name, _)| columns.contains(&name.as_str()));
        values.any(|it| it.1.is_empty()) || wrong.iter().any(|w| w.0 == it.id)
    };
    let shown: Vec<LineView> = lines
        .iter()
        .filter(|it| all || lacks(it))
        .map(|it| line(it, &columns, sent(it), wrong))
        .collect();
    GridPage {
        path: member.path("/people/completeness"),
        class: class.to_owned(),
        form: FormState::new(),
        fields: FILLED_AT_ONCE
            .iter()
            .map(|it| (*it, columns.contains(it)))
            .collect(),
        hidden: lines.len() - shown.len(),
        lines: shown,
        columns,
        all,
        saved: outcome.map(|it| it.saved),
    }
}

pub(super) async fn form(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.people.must_decide(&member.actor)?;
    let Some(class) = wanted.class else {
        return Ok(Go::to(member.path("/people/completeness")).into_response());
    };
    let lines = it
        .people
        .grid(&member.actor, &class, &FILLED_AT_ONCE)
        .await?;
    let all = wanted.all.is_some();
    let page = grid_page(&member, &class, (&lines, &raw), all, None);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// `mobile.101=…` and `seen.101=3` as lines.
fn sent_lines(raw: &Raw) -> Vec<FilledLine> {
    let seen = raw.under("seen.");
    let line = |(id, seen): (&str, &str)| {
        let values = FILLED_AT_ONCE.iter().filter_map(|field| {
            let typed = raw.get(&format!("{field}.{id}"))?;
            Some(((*field).to_owned(), typed.to_owned()))
        });
        Some(FilledLine {
            id: id.parse().ok()?,
            seen: seen.parse().ok()?,
            values: values.collect(),
        })
    };
    seen.filter_map(line).collect()
}

pub(super) async fn fill(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    it.people.must_decide(&member.actor)?;
    let Some(class) = raw.get("class").map(str::to_owned) else {
        return Ok(Go::to(member.path("/people/completeness")).into_response());
    };
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let outcome = it
        .people
        .fill_grid(&member.actor, &class, &sent_lines(&raw))
        .await?;
    let lines = it
        .people
        .grid(&member.actor, &class, &FILLED_AT_ONCE)
        .await?;
    for &(id, field, code) in &outcome.wrong {
        let field = match field {
            "" => format!("row.{id}"),
            field => format!("{field}.{id}"),
        };
        form.fault(&field, &FieldError::new("", code));
    }
    let all = raw.get("all").is_some();
    let page = grid_page(&member, &class, (&lines, &raw), all, Some(&outcome));
    let page = GridPage { form, ..page };
    if outcome.wrong.is_empty() {
        return Ok(it
            .views
            .page(&member.visit, TEMPLATE, &page)?
            .into_response());
    }
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}
