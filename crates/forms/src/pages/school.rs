//! `/o/{org}/reports/forms`: the forms of a school.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use kernel::PersonId;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::{
    Pages,
    output::Output,
    shown,
    view::{Around, FailedView, Tab, TableView, VersionView, blanks, failed, tabs},
};
use crate::{
    Error, FormId, FormState, Listed, Opened, Submission,
    form::hash,
    sheet::{Figures, Sheet},
};

#[derive(Serialize)]
struct ListPage {
    forms: Vec<ListedView>,
    may_edit: bool,
    fault: Option<String>,
    base: String,
}

#[derive(Serialize)]
struct ListedView {
    version: VersionView,
    state: &'static str,
    href: Option<String>,
    computed_at: Option<DateTime<Utc>>,
    due: Option<NaiveDate>,
    late: bool,
}

fn listed(it: &Listed, base: &str, today: NaiveDate) -> ListedView {
    let state = it.form.map(|it| it.1);
    let open = state.is_none_or(FormState::is_open);
    ListedView {
        version: VersionView::of(it.version, it.year),
        state: state.map_or("none", FormState::code),
        href: it.form.map(|it| format!("{base}/{}", it.0)),
        computed_at: it.form.map(|it| it.2),
        late: open && it.due.is_some_and(|due| due < today),
        due: it.due,
    }
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = it.list_page(&member, None).await?;
    it.show(&member.visit, "forms/list.html", &page)
}

impl Pages {
    async fn list_page(&self, member: &Member, fault: Option<String>) -> Result<ListPage, Failure> {
        let today = self.today(&member.visit);
        let found = self.forms.list(&member.actor, today).await?;
        let base = member.path("/reports/forms");
        Ok(ListPage {
            forms: found.iter().map(|it| listed(it, &base, today)).collect(),
            may_edit: member.actor.may_in_org(kernel::Right::FormEdit).is_ok(),
            fault,
            base,
        })
    }
}

pub(super) async fn compute(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let (code, year) = super::key(&raw, it.today(&member.visit))?;
    match it.forms.compute(&member.actor, &code, year).await {
        Ok(id) => {
            let flash = Flash::done("forms.flash.computed");
            Ok(back(&member, id, "", &flash))
        }
        Err(error) => {
            let fault = Some(shown(error)?);
            let page = it.list_page(&member, fault).await?;
            web::form::invalid(&it.views, &member.visit, "forms/list.html", &page)
        }
    }
}

fn back(member: &Member, id: FormId, rest: &str, flash: &Flash) -> Response {
    let path = format!("/reports/forms/{id}{rest}");
    Go::to(member.path(&path)).say(flash).into_response()
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a template asks, not a state"
)]
struct FormPage {
    version: VersionView,
    state: &'static str,
    base: String,
    lock: i32,
    computed_at: DateTime<Utc>,
    computed_by: String,
    tabs: Vec<Tab>,
    table: TableView,
    section: String,
    failed: Vec<FailedView>,
    obstacles: usize,
    gaps: Vec<GapView>,
    corrections: Vec<CorrectionView>,
    changed: usize,
    blanks: usize,
    has_before: bool,
    history: Vec<HistoryView>,
    /// The version that is looked at instead of the form itself.
    frozen: Option<HistoryView>,
    may_edit: bool,
    may_hand_in: bool,
    may_sign: bool,
    fault: Option<String>,
    /// The same as a file; ends in `as=`.
    export: String,
}

#[derive(Serialize)]
struct GapView {
    source: &'static str,
    field: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct CorrectionView {
    place: String,
    href: String,
    computed: Option<i64>,
    figure: i64,
    reason: String,
    by: String,
    at: DateTime<Utc>,
}

#[derive(Serialize)]
struct HistoryView {
    number: i16,
    href: String,
    handed_by: String,
    handed_at: DateTime<Utc>,
    signed_by: Option<String>,
    signed_at: Option<DateTime<Utc>>,
    decision: &'static str,
    comment: String,
    decided_by: String,
    decided_at: Option<DateTime<Utc>>,
    hash: String,
    /// The figures still give the hash.
    intact: bool,
}

impl Opened {
    fn name(&self, id: PersonId) -> String {
        self.names.get(&id).cloned().unwrap_or_default()
    }
}

fn history(member: &Member, form: &Opened, it: &Submission) -> HistoryView {
    let key = (form.version.code.as_str(), form.year);
    HistoryView {
        number: it.number,
        href: member.path(&format!("/reports/forms/{}?version={}", form.id, it.number)),
        handed_by: form.name(it.handed_by),
        handed_at: it.handed_at,
        signed_by: it.signed.map(|it| form.name(it.0)),
        signed_at: it.signed.map(|it| it.1),
        decision: it.decision.map_or("", crate::Decision::code),
        comment: it.comment.clone(),
        decided_by: it.decided_by.clone(),
        decided_at: it.decided_at,
        intact: hash(member.actor.org.get(), key, it.number, &it.figures) == it.hash,
        hash: it.hash.clone(),
    }
}

pub(super) async fn page(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let form = it.forms.open(&member.actor, id).await?;
    let frozen = match raw.get("version") {
        None => None,
        Some(number) => {
            let found = form
                .submissions
                .iter()
                .find(|it| it.number.to_string() == number);
            Some(found.ok_or(Error::NotFound)?)
        }
    };
    if let Some(kind) = raw.get("as") {
        return it.file(&member, &form, frozen, kind);
    }
    let section = raw.get("section");
    let page = it.form_page(&member, &form, section, frozen, None)?;
    it.show(&member.visit, "forms/form.html", &page)
}

impl Pages {
    fn file(
        &self,
        member: &Member,
        form: &Opened,
        frozen: Option<&Submission>,
        kind: &str,
    ) -> Result<Response, Failure> {
        let given = form.given();
        let draft = Sheet::of(form.version, &form.counted, &given).figures;
        let word = |key: &str| self.views.word(&format!("forms.out.{key}"));
        let mut about = vec![
            (word("year"), form.year.to_string()),
            (
                word("state"),
                self.views
                    .word(&format!("forms.state.{}", form.state.code())),
            ),
        ];
        if let Some(it) = frozen {
            about.push((word("version"), it.number.to_string()));
            about.push((word("hash"), it.hash.clone()));
        }
        let output = Output {
            version: form.version,
            year: form.year,
            figures: frozen.map_or(&draft, |it| &it.figures),
            about,
        };
        match kind {
            "xlsx" => output.book(&self.views).xlsx(&self.views, &member.visit),
            "pdf" => Ok(output.paper(&self.views, &member.visit).into_response()),
            _ => Err(Error::NotFound.into()),
        }
    }

    fn form_page(
        &self,
        member: &Member,
        form: &Opened,
        section: Option<&str>,
        frozen: Option<&Submission>,
        fault: Option<String>,
    ) -> Result<FormPage, Failure> {
        let given = form.given();
        let sheet = Sheet::of(form.version, &form.counted, &given);
        let section = match section {
            None => form.version.sections.first(),
            Some(code) => form.version.section(code),
        };
        let section = section.ok_or(Error::NotFound)?;
        let base = member.path(&format!("/reports/forms/{}", form.id));
        let chosen = frozen.map_or_else(String::new, |it| format!("&version={}", it.number));
        let href = |code: &str| format!("{base}?section={code}{chosen}");
        let edits = form.is_edited() && frozen.is_none();
        let fails = match frozen {
            Some(it) => it.failed.clone(),
            None => sheet.failed(form.before.as_ref()),
        };
        let (figures, computed) = match frozen {
            Some(it) => (&it.figures, &it.computed),
            None => (&sheet.figures, &sheet.computed),
        };
        let corrected: Figures = match frozen {
            Some(it) => it.computed.clone(),
            None => given.clone(),
        };
        let around = Around {
            computed: Some(computed),
            corrected: corrected.into_keys().collect(),
            changed: edits.then_some(&form.changed),
            before: form.before.as_ref(),
            failed: &fails,
            cell: frozen.is_none().then(|| format!("{base}/cell?at=")),
            edits,
        };
        let made = form.corrections.iter().filter(|it| !it.1.reason.is_empty());
        let correction = |(place, it): (&String, &crate::Correction)| CorrectionView {
            href: format!("{base}/cell?at={place}"),
            computed: sheet.computed.get(place).copied(),
            place: place.clone(),
            figure: it.figure,
            reason: it.reason.clone(),
            by: form.name(it.by),
            at: it.at,
        };
        let obstacles = fails.iter().filter(|it| !it.weak).count();
        let signs = member.actor.may_in_org(kernel::Right::FormSign).is_ok();
        Ok(FormPage {
            version: VersionView::of(form.version, form.year),
            state: form.state.code(),
            lock: form.lock,
            computed_at: form.computed_at,
            computed_by: form.name(form.computed_by),
            tabs: tabs(form.version, &section.code, href),
            table: TableView::of(&self.views, section, figures, &around),
            section: section.code.clone(),
            failed: failed(&self.views, &fails, href),
            obstacles,
            gaps: form
                .gaps
                .iter()
                .map(|it| GapView {
                    source: it.source.code(),
                    field: it.field.code(),
                    count: it.count,
                })
                .collect(),
            corrections: made.map(correction).collect(),
            changed: if edits { form.changed.len() } else { 0 },
            blanks: blanks(&sheet),
            has_before: form.before.is_some(),
            history: form
                .submissions
                .iter()
                .map(|it| history(member, form, it))
                .collect(),
            frozen: frozen.map(|it| history(member, form, it)),
            may_edit: edits,
            may_hand_in: frozen.is_none() && form.state.is_open() && (signs || form.may_edit),
            may_sign: frozen.is_none() && form.may_sign,
            fault,
            export: format!(
                "{base}?{}as=",
                chosen.trim_start_matches('&').to_owned()
                    + if chosen.is_empty() { "" } else { "&" }
            ),
            base,
        })
    }

    /// The form with what was refused above it.
    async fn refused(
        &self,
        member: &Member,
        id: FormId,
        section: Option<&str>,
        error: Error,
    ) -> Result<Response, Failure> {
        let fault = shown(error)?;
        let form = self.forms.open(&member.actor, id).await?;
        let page = self.form_page(member, &form, section, None, Some(fault))?;
        web::form::invalid(&self.views, &member.visit, "forms/form.html", &page)
    }
}

pub(super) async fn recount(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    match it.forms.recount(&member.actor, id).await {
        Ok(changed) => {
            let flash = Flash::done("forms.flash.recounted").with("count", &changed);
            Ok(back(&member, id, "", &flash))
        }
        Err(error) => it.refused(&member, id, raw.get("section"), error).await,
    }
}

/// The figures of a section that are written by hand.
pub(super) async fn fill(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let section = raw.get("section").unwrap_or_default().to_owned();
    let mut typed = BTreeMap::new();
    let mut wrong = false;
    for (place, text) in raw.under("f.") {
        let figure = (!text.is_empty()).then(|| text.parse::<i64>());
        wrong |= matches!(figure, Some(Err(_)));
        typed.insert(place.to_owned(), figure.and_then(Result::ok));
    }
    let saved = if wrong {
        Err(Error::BadFigure)
    } else {
        it.forms.fill(&member.actor, id, &typed).await
    };
    match saved {
        Ok(count) => {
            let flash = Flash::done("forms.flash.filled").with("count", &count);
            Ok(back(&member, id, &format!("?section={section}"), &flash))
        }
        Err(error) => it.refused(&member, id, Some(&section), error).await,
    }
}

pub(super) async fn hand_in(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let lock = raw
        .get("lock")
        .and_then(|it| it.parse().ok())
        .unwrap_or_default();
    match it.forms.hand_in(&member.actor, id, lock).await {
        Ok(()) => Ok(back(&member, id, "", &Flash::done("forms.flash.handed-in"))),
        Err(error) => it.refused(&member, id, None, error).await,
    }
}

pub(super) async fn sign(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, FormId)>,
) -> Result<Response, Failure> {
    match it.forms.sign(&member.actor, id).await {
        Ok(()) => Ok(back(&member, id, "", &Flash::done("forms.flash.signed"))),
        Err(error) => it.refused(&member, id, None, error).await,
    }
}
