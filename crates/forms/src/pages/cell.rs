//! One cell of a form: what it is made of, and its correction.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::Right;
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, encode, invalid},
};

use super::{Pages, view::VersionView, view::anchor};
use crate::{CellView, Content, Error, FormId, Ground, expr::Place, sheet::Sheet};

const PAGE: &str = "forms/cell.html";

#[derive(Serialize)]
struct Page {
    form: FormState,
    version: VersionView,
    base: String,
    place: String,
    section: String,
    section_title: String,
    row: String,
    col: String,
    /// The address of the cell in its table.
    back: String,
    figure: Option<i64>,
    computed: Option<i64>,
    manual: bool,
    correction: Option<CorrectionView>,
    /// What is counted now; `None` for what is no count.
    facts: Option<FactsView>,
    cells: Vec<OtherCell>,
    may_edit: bool,
}

#[derive(Serialize)]
struct CorrectionView {
    reason: String,
    by: String,
    at: DateTime<Utc>,
}

#[derive(Serialize)]
struct FactsView {
    source: &'static str,
    count: usize,
    /// What they come to now.
    now: i64,
    /// The data changed since the form was counted.
    stale: bool,
    /// Whom they stand for is told to nobody.
    nameless: bool,
    lines: Vec<FactView>,
}

#[derive(Serialize)]
struct FactView {
    name: String,
    note: String,
    href: Option<String>,
}

#[derive(Serialize)]
struct OtherCell {
    place: String,
    href: String,
    figure: Option<i64>,
}

fn asked(raw: &Raw) -> Result<Place, Error> {
    raw.get("at").and_then(Place::parse).ok_or(Error::NotFound)
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    if raw.get("at").is_none() {
        // An address without a cell leads to the form.
        it.forms.open(&member.actor, id).await?;
        let form = member.path(&format!("/reports/forms/{id}"));
        return Ok(Go::to(form).into_response());
    }
    let place = asked(&raw)?;
    let cell = it.forms.cell(&member.actor, id, &place).await?;
    let page = view(&member, &cell, None)?;
    it.show(&member.visit, PAGE, &page)
}

fn view(member: &Member, cell: &CellView, typed: Option<FormState>) -> Result<Page, Error> {
    let form = &cell.form;
    let given = form.given();
    let sheet = Sheet::of(form.version, &form.counted, &given);
    let at = cell.place.to_string();
    let section = form
        .version
        .section(&cell.place.section)
        .ok_or(Error::NotFound)?;
    let title = |lines: &[crate::Line], code: &str| {
        let line = lines.iter().find(|it| it.code == code);
        line.map_or_else(String::new, |it| it.title.clone())
    };
    let base = member.path(&format!("/reports/forms/{}", form.id));
    let figure = sheet.figures.get(&at).copied();
    let computed = sheet.computed.get(&at).copied();
    let correction = form.corrections.get(&at);
    let known = FormState::new()
        .with(
            "figure",
            &figure.map_or_else(String::new, |it| it.to_string()),
        )
        .with("reason", correction.map_or("", |it| it.reason.as_str()));
    let mut facts = None;
    let mut cells = vec![];
    match &cell.ground {
        Ground::Hand => {}
        Ground::Facts(source, found, now) => {
            let line = |it: &crate::fact::Fact| FactView {
                name: it.name.clone(),
                note: it.note.clone(),
                href: it.path.as_deref().map(|it| member.path(it)),
            };
            facts = Some(FactsView {
                source: source.code(),
                count: found.len(),
                stale: computed != Some(*now),
                now: *now,
                nameless: source.is_nameless(),
                lines: found.iter().map(line).collect(),
            });
        }
        Ground::Cells(all) => {
            let other = |it: &(Place, Option<i64>)| OtherCell {
                place: it.0.to_string(),
                href: format!("{base}/cell?at={}", it.0),
                figure: it.1,
            };
            cells = all.iter().map(other).collect();
        }
    }
    Ok(Page {
        form: typed.unwrap_or(known),
        version: VersionView::of(form.version, form.year),
        section: section.code.clone(),
        section_title: section.title.clone(),
        row: title(&section.rows, &cell.place.row),
        col: title(&section.cols, &cell.place.col),
        back: format!("{base}?section={}#c-{}", section.code, anchor(&at)),
        figure,
        computed,
        manual: form.version.content(&cell.place) == Some(&Content::Manual),
        correction: correction.map(|it| CorrectionView {
            reason: it.reason.clone(),
            by: form.names.get(&it.by).cloned().unwrap_or_default(),
            at: it.at,
        }),
        facts,
        cells,
        may_edit: form.is_edited(),
        place: at,
        base,
    })
}

/// Corrects the figure, or takes the correction back.
pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::FormEdit)?;
    let place = asked(&raw)?;
    let path = format!(
        "/reports/forms/{id}?section={}#c-{}",
        encode(&place.section),
        anchor(&place.to_string())
    );
    let done = |code: &str| {
        let flash = Flash::done(code).with("at", &place);
        Go::to(member.path(&path)).say(&flash).into_response()
    };
    if raw.get("take-back").is_some() {
        it.forms.take_back(&member.actor, id, &place).await?;
        return Ok(done("forms.flash.taken-back"));
    }
    let reason = raw.get("reason").unwrap_or_default();
    let saved = match raw.get("figure").unwrap_or_default().parse::<i64>() {
        Ok(figure) => {
            it.forms
                .correct(&member.actor, id, &place, figure, reason)
                .await
        }
        Err(_) => Err(Error::BadFigure),
    };
    let Err(error) = saved else {
        return Ok(done("forms.flash.corrected"));
    };
    let field = match error {
        Error::NoReason => "reason",
        Error::BadFigure | Error::NotYesNo => "figure",
        _ => "",
    };
    let form = it.refusal(&raw, field, error)?;
    let cell = it.forms.cell(&member.actor, id, &place).await?;
    let page = view(&member, &cell, Some(form))?;
    invalid(&it.views, &member.visit, PAGE, &page)
}
