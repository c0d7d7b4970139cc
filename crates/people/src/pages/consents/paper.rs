//! One consent: who gave it as whom, its scans, and its end.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use db::files::FileId;
use kernel::{Fault, Kind};
use serde::Serialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path,
    form::{Raw, invalid},
    import::Upload,
};

use super::super::{Pages, card_path, edit::refuse, fields::Loose};
use crate::{CardKind, ConsentId, ConsentPaper};

#[derive(Serialize)]
struct PaperPage {
    path: String,
    list: String,
    form: FormState,
    kind: &'static str,
    name: String,
    card: String,
    signer: Option<String>,
    given_as: Option<String>,
    document: String,
    signed_on: NaiveDate,
    withdrawn_on: Option<NaiveDate>,
    settle_by: Option<NaiveDate>,
    settled_on: Option<NaiveDate>,
    settled_note: String,
    is_late: bool,
    /// Codes of the fields that stand on it.
    holds: Vec<String>,
    edition: i32,
    body: Option<String>,
    scans: Vec<ScanView>,
    may_edit: bool,
    may_settle: bool,
}

#[derive(Serialize)]
struct ScanView {
    name: String,
    kilobytes: i64,
    href: String,
}

const TEMPLATE: &str = "people/consent.html";

impl PaperPage {
    fn of(it: &Pages, member: &Member, paper: ConsentPaper, form: FormState) -> Self {
        let consent = paper.consent;
        let path = member.path(&format!("/people/consents/{}", consent.id));
        let kind = paper.kinds.first().copied().unwrap_or(CardKind::Parent);
        let settle_by = consent.settle_by();
        Self {
            list: member.path(&format!("/people/consents?kind={}", consent.kind.code())),
            form,
            kind: consent.kind.code(),
            name: paper.card.full(),
            card: card_path(member, kind, paper.card.id),
            signer: paper.signer.as_ref().map(crate::Card::full),
            given_as: consent.given_as.clone(),
            document: consent.document.clone(),
            signed_on: consent.signed_on,
            withdrawn_on: consent.withdrawn_on,
            settled_on: consent.settled_on,
            settled_note: consent.settled_note.clone(),
            is_late: settle_by.is_some_and(|day| day < it.views.today(&member.visit)),
            settle_by,
            holds: paper.holds,
            edition: consent.edition,
            body: paper.text.map(|it| it.body),
            scans: paper
                .scans
                .into_iter()
                .map(|it| ScanView {
                    kilobytes: (it.size / 1024).max(1),
                    href: format!("{path}/scans/{}", it.id),
                    name: it.name,
                })
                .collect(),
            may_edit: paper.may_edit,
            may_settle: super::may_edit_texts(member),
            path,
        }
    }
}

pub(crate) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ConsentId)>,
) -> Result<Response, Failure> {
    let paper = it.people.consent_paper(&member.actor, id).await?;
    let page = PaperPage::of(&it, &member, paper, FormState::new());
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

fn back(member: &Member, id: ConsentId) -> Go {
    Go::to(member.path(&format!("/people/consents/{id}")))
}

pub(crate) async fn attach(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ConsentId)>,
    upload: Upload,
) -> Result<Go, Failure> {
    let bytes = upload.bytes.clone();
    let done = it
        .people
        .attach_scan(&member.actor, id, &upload.name, bytes)
        .await;
    let flash = match done {
        Ok(()) => Flash::done("people.flash.scan-added"),
        Err(error) if error.kind() == Kind::Invalid => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(back(&member, id).say(&flash))
}

pub(crate) async fn detach(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, file)): Path<(String, ConsentId, FileId)>,
) -> Result<Go, Failure> {
    it.people.detach_scan(&member.actor, id, file).await?;
    Ok(back(&member, id).say(&Flash::done("people.flash.scan-removed")))
}

/// A download under a plain name: what the file is called stays on the page.
pub(crate) async fn scan(
    member: Member,
    State(it): State<Pages>,
    Path((_, id, file)): Path<(String, ConsentId, FileId)>,
) -> Result<Response, Failure> {
    let (found, bytes) = it.people.scan(&member.actor, id, file).await?;
    let mut response = bytes.into_response();
    let ending = found.name.rsplit_once('.').map_or("bin", |it| it.1);
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&found.media_type);
    let media = media.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media);
    let name = format!("attachment; filename=\"consent-{id}-{file}.{ending}\"");
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

pub(crate) async fn settle(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ConsentId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let mut form = Checked::<Loose>::read(&raw, today, Some(it.views.clone())).form;
    let note = raw.get("note").unwrap_or_default();
    match it.people.settle_consent(&member.actor, id, note).await {
        Ok(()) => {
            let flash = Flash::done("people.flash.consent-settled");
            Ok(back(&member, id).say(&flash).into_response())
        }
        Err(error) => {
            refuse(&mut form, error)?;
            let paper = it.people.consent_paper(&member.actor, id).await?;
            let page = PaperPage::of(&it, &member, paper, form);
            invalid(&it.views, &member.visit, TEMPLATE, &page)
        }
    }
}
