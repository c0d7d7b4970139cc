//! `/hub/{org}/forms`: which schools handed in, and the form of one of them.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{OrgId, Right};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
};

use super::{
    Pages, hub, key,
    output::Output,
    view::{Around, FailedView, Tab, TableView, VersionView, failed, tabs},
};
use crate::{Board, Decision, Error, FormState as State_, SchoolForm, UnitPart, versions};

#[derive(Serialize)]
struct BoardPage {
    form: FormState,
    version: VersionView,
    /// Other forms and years to look at.
    forms: Vec<Tab>,
    years: Vec<Tab>,
    schools: Vec<SchoolView>,
    due: Option<NaiveDate>,
    is_late: bool,
    handed_in: usize,
    accepted: usize,
    returned: usize,
    owing: usize,
    may_accept: bool,
    sum: String,
    base: String,
}

#[derive(Serialize)]
struct SchoolView {
    name: String,
    href: Option<String>,
    state: &'static str,
    late: bool,
    part: Option<PartView>,
}

#[derive(Serialize)]
struct PartView {
    number: i16,
    corrected: i64,
    failed: usize,
    handed_at: DateTime<Utc>,
    signed: bool,
    comment: String,
    decided_at: Option<DateTime<Utc>>,
    hash: String,
}

fn part(it: &UnitPart) -> PartView {
    PartView {
        number: it.number,
        corrected: it.corrected,
        failed: it.failed.len(),
        handed_at: it.handed_at,
        signed: it.signed,
        comment: it.comment.clone(),
        decided_at: it.decided_at,
        hash: it.hash.clone(),
    }
}

pub(super) async fn board(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let page = it.board_page(&member, &raw, None).await?;
    it.show(&member.visit, "forms/hub.html", &page)
}

impl Pages {
    async fn board_page(
        &self,
        member: &Member,
        raw: &Raw,
        typed: Option<FormState>,
    ) -> Result<BoardPage, Failure> {
        let today = self.today(&member.visit);
        let (code, year) = key(raw, today)?;
        let board = self.forms.board(&member.actor, &code, year, today).await?;
        let this = crate::service::form_year(today);
        let of = |code: &str, year: i32| format!("{}?form={code}&year={year}", hub(member, ""));
        let forms = versions().iter().map(|it| Tab {
            href: of(&it.code, year),
            label: it.short.clone(),
            current: it.code == code,
        });
        let years = [this - 1, this].map(|it| Tab {
            href: of(&code, it),
            label: it.to_string(),
            current: it == year,
        });
        let count = |state: State_| {
            let parts = board.schools.iter().filter_map(|it| it.part.as_ref());
            parts.filter(|it| it.state == state).count()
        };
        let due = board.due.map_or_else(String::new, kernel::dates::show_date);
        Ok(BoardPage {
            form: typed.unwrap_or_else(|| FormState::new().with("due_on", &due)),
            version: VersionView::of(board.version, year),
            forms: forms.collect(),
            years: years.into(),
            schools: school_views(member, &board, &code),
            due: board.due,
            is_late: board.is_late,
            handed_in: count(State_::HandedIn),
            accepted: count(State_::Accepted),
            returned: count(State_::Returned),
            owing: board.schools.iter().filter(|it| it.part.is_none()).count(),
            may_accept: board.may_accept,
            sum: format!("{}?form={code}&year={year}", hub(member, "/sum")),
            base: hub(member, ""),
        })
    }
}

fn school_views(member: &Member, board: &Board, code: &str) -> Vec<SchoolView> {
    let view = |it: &crate::School| {
        let state = it.part.as_ref().map(|it| it.state);
        let path = format!("/{}?form={code}&year={}", it.id, board.year);
        SchoolView {
            name: it.name.clone(),
            href: it.part.as_ref().map(|_| hub(member, &path)),
            state: state.map_or("none", State_::code),
            late: board.is_late && state.is_none_or(State_::is_open),
            part: it.part.as_ref().map(part),
        }
    };
    board.schools.iter().map(view).collect()
}

pub(super) async fn set_due(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::FormAccept)?;
    let today = it.today(&member.visit);
    let (code, year) = key(&raw, today)?;
    let text = raw.get("due_on").unwrap_or_default();
    let set = match kernel::dates::parse_date(text, today) {
        Ok(day) => it.forms.set_due(&member.actor, &code, year, day).await,
        Err(_) => Err(Error::BadDay),
    };
    let Err(error) = set else {
        let path = format!("{}?form={code}&year={year}", hub(&member, ""));
        let flash = Flash::done("forms.flash.due");
        return Ok(Go::to(path).say(&flash).into_response());
    };
    let form = it.refusal(&raw, "due_on", error)?;
    let page = it.board_page(&member, &raw, Some(form)).await?;
    invalid(&it.views, &member.visit, "forms/hub.html", &page)
}

#[derive(Serialize)]
struct SchoolPage {
    form: FormState,
    version: VersionView,
    name: String,
    state: &'static str,
    part: PartView,
    tabs: Vec<Tab>,
    table: TableView,
    section: String,
    failed: Vec<FailedView>,
    has_before: bool,
    action: String,
    board: String,
    export: String,
    may_accept: bool,
    may_return: bool,
}

pub(super) async fn school(
    member: Member,
    State(it): State<Pages>,
    Path((_, school)): Path<(String, OrgId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (code, year) = key(&raw, it.today(&member.visit))?;
    let form = it
        .forms
        .school_form(&member.actor, (&code, year), school)
        .await?;
    if let Some(kind) = raw.get("as") {
        return it.school_file(&member, &form, kind);
    }
    let page = it.school_page(&member, &form, raw.get("section"), FormState::new())?;
    it.show(&member.visit, "forms/hub_school.html", &page)
}

impl Pages {
    fn school_file(
        &self,
        member: &Member,
        form: &SchoolForm,
        kind: &str,
    ) -> Result<Response, Failure> {
        let word = |key: &str| self.views.word(&format!("forms.out.{key}"));
        let output = Output {
            version: form.version,
            year: form.year,
            figures: &form.figures,
            about: vec![
                (word("school"), form.name.clone()),
                (word("year"), form.year.to_string()),
                (word("version"), form.part.number.to_string()),
                (word("hash"), form.part.hash.clone()),
            ],
        };
        match kind {
            "xlsx" => output.book(&self.views).xlsx(&self.views, &member.visit),
            "pdf" => Ok(output.paper(&self.views, &member.visit).into_response()),
            _ => Err(Error::NotFound.into()),
        }
    }

    fn school_page(
        &self,
        member: &Member,
        form: &SchoolForm,
        section: Option<&str>,
        typed: FormState,
    ) -> Result<SchoolPage, Failure> {
        let section = match section.filter(|it| !it.is_empty()) {
            None => form.version.sections.first(),
            Some(code) => form.version.section(code),
        };
        let section = section.ok_or(Error::NotFound)?;
        let key = format!("form={}&year={}", form.version.code, form.year);
        let action = hub(member, &format!("/{}?{key}", form.school));
        let href = |code: &str| format!("{action}&section={code}");
        let around = Around {
            before: (!form.before.is_empty()).then_some(&form.before),
            failed: &form.part.failed,
            ..Around::default()
        };
        let state = form.part.state;
        Ok(SchoolPage {
            form: typed,
            version: VersionView::of(form.version, form.year),
            name: form.name.clone(),
            state: state.code(),
            part: part(&form.part),
            tabs: tabs(form.version, &section.code, href),
            table: TableView::of(&self.views, section, &form.figures, &around),
            section: section.code.clone(),
            failed: failed(&self.views, &form.part.failed, href),
            has_before: !form.before.is_empty(),
            board: hub(member, &format!("?{key}")),
            export: format!("{action}&as="),
            may_accept: form.may_accept && state == State_::HandedIn,
            may_return: form.may_accept && !state.is_open(),
            action,
        })
    }
}

/// Accepts or returns.
pub(super) async fn decide(
    member: Member,
    State(it): State<Pages>,
    Path((_, school)): Path<(String, OrgId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (code, year) = key(&raw, it.today(&member.visit))?;
    let decision = raw.get("decision").and_then(Decision::from_code);
    let decision = decision.ok_or(Error::NotFound)?;
    let comment = raw.get("comment").unwrap_or_default();
    let number = raw
        .get("number")
        .and_then(|it| it.parse().ok())
        .unwrap_or_default();
    let me = member.visit.me().map(|it| it.initials.clone());
    let by = me.unwrap_or_default();
    let said = (decision, comment, by.as_str());
    let done = it
        .forms
        .decide(&member.actor, (&code, year), school, number, said)
        .await;
    let Err(error) = done else {
        let flash = Flash::done(format!("forms.flash.{}", decision.code()));
        let path = format!("{}?form={code}&year={year}", hub(&member, ""));
        return Ok(Go::to(path).say(&flash).into_response());
    };
    let typed = it.refusal(&raw, "comment", error)?;
    let form = it
        .forms
        .school_form(&member.actor, (&code, year), school)
        .await?;
    let page = it.school_page(&member, &form, raw.get("section"), typed)?;
    invalid(&it.views, &member.visit, "forms/hub_school.html", &page)
}
