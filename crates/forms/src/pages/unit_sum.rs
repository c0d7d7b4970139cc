//! The sum of the schools' forms, and one of its cells by school.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::Right;
use serde::Serialize;
use web::{Failure, Go, Member, form::Raw};

use super::{
    Pages, hub, key,
    output::Output,
    view::{Around, FailedView, Tab, TableView, VersionView, failed, tabs},
};
use crate::{Consolidated, Error, Version, expr::Place};

#[derive(Serialize)]
struct SumPage {
    version: VersionView,
    tabs: Vec<Tab>,
    table: TableView,
    failed: Vec<FailedView>,
    /// The schools that are not in the sum, with the states of their forms.
    missing: Vec<Missing>,
    schools: usize,
    of: usize,
    /// So many of the schools had handed in a year before, where any had.
    before: Option<usize>,
    /// Those that were handed in and not accepted are counted too.
    with_handed_in: bool,
    /// The same with the other ones.
    other: String,
    board: String,
    export: String,
}

#[derive(Serialize)]
struct Missing {
    name: String,
    state: &'static str,
}

fn address(
    member: &Member,
    page: &str,
    (version, year): (&Version, i32),
    with_handed_in: bool,
) -> String {
    let with = if with_handed_in {
        "&with=handed-in"
    } else {
        ""
    };
    let rest = format!("{page}?form={}&year={year}{with}", version.code);
    hub(member, &rest)
}

fn asks_for_handed_in(raw: &Raw) -> bool {
    raw.get("with") == Some("handed-in")
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (code, year) = key(&raw, it.today(&member.visit))?;
    let with = asks_for_handed_in(&raw);
    let version = crate::version_of(&code, year).ok_or(Error::NotFound)?;
    let section = match raw.get("section").filter(|it| !it.is_empty()) {
        None => version.sections.first(),
        Some(code) => version.section(code),
    };
    let section = section.ok_or(Error::NotFound)?;
    let file = raw.get("as");
    let sum = it
        .forms
        .consolidated(&member.actor, (&code, year), with)
        .await?;
    if let Some(kind) = file {
        return it.sum_file(&member, &sum, with, kind);
    }
    let of = (version, year);
    let base = address(&member, "/sum", of, with);
    let href = |code: &str| format!("{base}&section={code}");
    let around = Around {
        failed: &sum.failed,
        before: sum.before.as_ref().map(|it| &it.figures),
        cell: Some(format!("{}&at=", address(&member, "/sum/cell", of, with))),
        ..Around::default()
    };
    let missing = sum.missing.iter().map(|(name, state)| Missing {
        name: name.clone(),
        state: state.map_or("none", crate::FormState::code),
    });
    let page = SumPage {
        version: VersionView::of(version, year),
        tabs: tabs(version, &section.code, href),
        table: TableView::of(&it.views, section, &sum.figures, &around),
        failed: failed(&it.views, &sum.failed, href),
        missing: missing.collect(),
        schools: sum.parts.len(),
        of: sum.schools,
        before: sum.before.as_ref().map(|it| it.schools),
        with_handed_in: with,
        other: format!(
            "{}&section={}",
            address(&member, "/sum", of, !with),
            section.code
        ),
        board: address(&member, "", of, false),
        export: format!("{base}&as="),
    };
    it.show(&member.visit, "forms/hub_sum.html", &page)
}

impl Pages {
    fn sum_file(
        &self,
        member: &Member,
        sum: &Consolidated,
        with: bool,
        kind: &str,
    ) -> Result<Response, Failure> {
        let word = |key: &str| self.views.word(&format!("forms.out.{key}"));
        let counted = if with {
            "with-handed-in"
        } else {
            "accepted-only"
        };
        let output = Output {
            version: sum.version,
            year: sum.year,
            figures: &sum.figures,
            about: vec![
                (word("year"), sum.year.to_string()),
                (word("sum"), word(counted)),
                (
                    word("schools"),
                    format!("{} / {}", sum.parts.len(), sum.schools),
                ),
            ],
        };
        match kind {
            "xlsx" => output.book(&self.views).xlsx(&self.views, &member.visit),
            "pdf" => Ok(output.paper(&self.views, &member.visit).into_response()),
            _ => Err(Error::NotFound.into()),
        }
    }
}

#[derive(Serialize)]
struct CellPage {
    version: VersionView,
    place: String,
    section: String,
    section_title: String,
    row: String,
    col: String,
    figure: Option<i64>,
    schools: Vec<SchoolFigure>,
    with_handed_in: bool,
    back: String,
}

#[derive(Serialize)]
struct SchoolFigure {
    name: String,
    href: String,
    figure: Option<i64>,
}

pub(super) async fn cell(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (code, year) = key(&raw, it.today(&member.visit))?;
    let with = asks_for_handed_in(&raw);
    if raw.get("at").is_none() {
        // An address without a cell leads to the sums.
        member.actor.may_in_org(Right::FormCollect)?;
        return Ok(Go::to(hub(&member, "/sum")).into_response());
    }
    let place = raw
        .get("at")
        .and_then(Place::parse)
        .ok_or(Error::NotFound)?;
    let sum = it
        .forms
        .cell_below(&member.actor, (&code, year), &place, with)
        .await?;
    let section = sum.version.section(&place.section).ok_or(Error::NotFound)?;
    let title = |lines: &[crate::Line], code: &str| {
        let line = lines.iter().find(|it| it.code == code);
        line.map_or_else(String::new, |it| it.title.clone())
    };
    let at = place.to_string();
    let school = |(id, name, figure): &(kernel::OrgId, String, Option<i64>)| {
        let rest = format!("/{id}?form={code}&year={year}&section={}", place.section);
        SchoolFigure {
            name: name.clone(),
            href: hub(&member, &rest),
            figure: *figure,
        }
    };
    let page = CellPage {
        version: VersionView::of(sum.version, year),
        section: section.code.clone(),
        section_title: section.title.clone(),
        row: title(&section.rows, &place.row),
        col: title(&section.cols, &place.col),
        figure: sum.figure,
        schools: sum.parts.iter().map(school).collect(),
        with_handed_in: with,
        back: format!(
            "{}&section={}",
            address(&member, "/sum", (sum.version, year), with),
            place.section
        ),
        place: at,
    };
    Ok(it
        .show(&member.visit, "forms/hub_cell.html", &page)?
        .into_response())
}
