//! Certificates: the register, writing, issuing, the paper.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use garde::Validate;
use kernel::{Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{
    Checked, Failure, Flash, FormState, Go, ListQuery, Member, Path, Query,
    form::invalid,
    table::{Cell, Column, List, Row, Tone, respond},
};

use super::{super::Seen, Pages, Tab, tabs};
use crate::{
    CertificateId, CertificateKind, CertificatePage, CertificateState, CheckCode, Error,
    NewCertificate,
};

pub(super) const fn tone(state: CertificateState) -> Tone {
    match state {
        CertificateState::Asked => Tone::Warn,
        CertificateState::Issued => Tone::Ok,
        CertificateState::Refused => Tone::Plain,
        CertificateState::Withdrawn => Tone::Bad,
    }
}

#[derive(Serialize)]
struct Beside {
    tabs: Vec<Tab>,
    new: Option<String>,
    waiting: usize,
}

fn row(member: &Member, it: &CertificatePage) -> Row {
    let own = &it.certificate;
    let name =
        |card: Option<&people::Card>| Cell::text(card.map(people::Card::short).unwrap_or_default());
    let state = own.state;
    let cells = vec![
        Cell::text(
            it.pupil
                .as_ref()
                .map(people::Card::full)
                .unwrap_or_default(),
        ),
        Cell::or_empty(own.number, Cell::number),
        Cell::word(format!("movement.certificate.kind.{}", own.kind.code())),
        Cell::badge(
            tone(state),
            format!("movement.certificate.state.{}", state.code()),
        ),
        Cell::or_empty(own.issued_at, Cell::moment),
        Cell::text(&own.purpose),
        name(it.issued_by.as_ref()),
        Cell::moment(own.asked_at),
        name(it.asked_by.as_ref()),
    ];
    Row::new(&own.id, cells).href(member.path(&format!("/movement/certificates/{}", own.id)))
}

pub(super) async fn list(
    member: Member,
    State(it): State<Pages>,
    ListQuery(query): ListQuery,
) -> Result<Response, Failure> {
    let (all, may_write) = it.books.certificates(&member.actor).await?;
    let columns = [
        Column::text("name"),
        Column::number("number"),
        Column::text("kind").selectable(),
        Column::badge("state").selectable(),
        Column::new("issued_at", web::table::Kind::Moment),
        Column::text("purpose"),
        Column::text("issued_by").off(),
        Column::new("asked_at", web::table::Kind::Moment).off(),
        Column::text("asked_by").off(),
    ];
    let list =
        List::new("movement.certificates", columns).rows(all.iter().map(|it| row(&member, it)));
    let waits = |it: &&CertificatePage| it.certificate.state == CertificateState::Asked;
    let beside = Beside {
        tabs: tabs(&member, "certificates"),
        new: may_write.then(|| member.path("/movement/certificates/new")),
        waiting: all.iter().filter(waits).count(),
    };
    respond(
        &it.views,
        &member.visit,
        "movement/certificates.html",
        &list,
        &query,
        &beside,
    )
}

#[derive(Serialize)]
struct FormPage {
    action: String,
    back: String,
    form: FormState,
    kinds: [&'static str; 3],
    also: Option<Choice>,
    classes: Vec<ClassView>,
}

#[derive(Serialize)]
struct ClassView {
    class: String,
    pupils: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: PersonId,
    label: String,
}

fn choice(card: &people::Card) -> Choice {
    Choice {
        value: card.id,
        label: card.full(),
    }
}

async fn form_page(
    member: &Member,
    it: &Pages,
    also: Option<PersonId>,
    form: FormState,
) -> Result<FormPage, Failure> {
    let (classes, also) = it.books.certificate_choices(&member.actor, also).await?;
    let back = member.path("/movement/certificates");
    let classes = classes.iter().map(|it| ClassView {
        class: it.class.clone(),
        pupils: it.pupils.iter().map(choice).collect(),
    });
    Ok(FormPage {
        action: format!("{back}/new"),
        back,
        form,
        kinds: CertificateKind::ALL.map(CertificateKind::code),
        also: also.as_ref().map(choice),
        classes: classes.collect(),
    })
}

/// For whom, where the address says it.
#[derive(Deserialize)]
pub(super) struct Wanted {
    pupil: Option<PersonId>,
}

const FORM: &str = "movement/certificate_form.html";

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let mut form = FormState::new().with("kind", "study");
    if let Some(pupil) = wanted.pupil {
        form = form.with("pupil", &pupil);
    }
    let page = form_page(&member, &it, wanted.pupil, form).await?;
    Ok(it.views.page(&member.visit, FORM, &page)?.into_response())
}

/// A certificate as it is typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct CertificateForm {
    #[garde(skip)]
    kind: String,
    #[garde(skip)]
    pupil: i64,
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    purpose: String,
    #[serde(default)]
    #[garde(length(chars, max = 15))]
    class_name: String,
}

pub(super) async fn write(
    member: Member,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<CertificateForm>,
) -> Result<Response, Failure> {
    let sent = value.and_then(|it| Some((CertificateKind::from_code(&it.kind)?, it)));
    let Some((kind, sent)) = sent else {
        let also = form.value("pupil").parse().ok();
        let page = form_page(&member, &it, also, form).await?;
        return invalid(&it.views, &member.visit, FORM, &page);
    };
    let pupil = PersonId::from(sent.pupil);
    let new = NewCertificate {
        kind,
        pupil,
        purpose: sent.purpose.trim().to_owned(),
        class_name: match kind {
            CertificateKind::Transfer => sent.class_name.trim().to_owned(),
            _ => String::new(),
        },
    };
    match it.books.write_certificate(&member.actor, new).await {
        Ok(id) => {
            let to = member.path(&format!("/movement/certificates/{id}"));
            Ok(Go::to(to)
                .say(&Flash::done("movement.certificate.issued"))
                .into_response())
        }
        Err(error) if error.kind() == Kind::Invalid => {
            form.fault("", &error);
            let page = form_page(&member, &it, Some(pupil), form).await?;
            Ok(invalid(&it.views, &member.visit, FORM, &page)?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Serialize)]
struct View {
    path: String,
    back: String,
    form: FormState,
    may_write: bool,
    name: String,
    card: String,
    kind: &'static str,
    state: &'static str,
    number: Option<i32>,
    purpose: String,
    class_name: String,
    asked_at: DateTime<Utc>,
    asked_by: String,
    issued_at: Option<DateTime<Utc>>,
    issued_by: String,
    end_reason: String,
    code: String,
    version: i32,
}

fn view(member: &Member, it: &Pages, page: CertificatePage, form: FormState) -> View {
    let short = |card: Option<people::Card>| card.map(|it| it.short()).unwrap_or_default();
    let own = page.certificate;
    View {
        path: member.path(&format!("/movement/certificates/{}", own.id)),
        back: member.path("/movement/certificates"),
        form,
        may_write: it.books.may_write_certificates(&member.actor),
        name: page.pupil.map(|it| it.full()).unwrap_or_default(),
        card: member.path(&format!("/people/pupils/{}", own.pupil)),
        kind: own.kind.code(),
        state: own.state.code(),
        number: own.number,
        purpose: own.purpose,
        class_name: own.class_name,
        asked_at: own.asked_at,
        asked_by: short(page.asked_by),
        issued_at: own.issued_at,
        issued_by: short(page.issued_by),
        end_reason: own.end_reason,
        code: CheckCode {
            org: member.actor.org,
            code: own.code,
        }
        .show(),
        version: own.version,
    }
}

const SHOW: &str = "movement/certificate.html";

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, CertificateId)>,
) -> Result<Response, Failure> {
    let found = it.books.certificate(&member.actor, id).await?;
    let page = view(&member, &it, found, FormState::new());
    Ok(it.views.page(&member.visit, SHOW, &page)?.into_response())
}

/// Which version ends, and why.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    #[garde(skip)]
    seen: i32,
    #[garde(length(chars, min = 1, max = 300))]
    reason: String,
}

pub(super) async fn issue(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, CertificateId)>,
    Checked { value, form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    let done = it.books.issue_certificate(&member.actor, id, seen).await;
    after(&member, &it, id, form, done, "movement.certificate.issued").await
}

pub(super) async fn end(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, CertificateId)>,
    Checked { value, form }: Checked<End>,
) -> Result<Response, Failure> {
    let (seen, reason) = value.map_or((0, String::new()), |it| (it.seen, it.reason));
    let done = it
        .books
        .end_certificate(&member.actor, id, seen, &reason)
        .await;
    after(&member, &it, id, form, done, "movement.certificate.ended").await
}

/// Back to the certificate, or the page again with what was refused above it.
async fn after(
    member: &Member,
    it: &Pages,
    id: CertificateId,
    mut form: FormState,
    done: Result<(), Error>,
    said: &'static str,
) -> Result<Response, Failure> {
    let error = match done {
        Ok(()) => {
            let to = member.path(&format!("/movement/certificates/{id}"));
            return Ok(Go::to(to).say(&Flash::done(said)).into_response());
        }
        Err(error) => error,
    };
    let status = match error.kind() {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict => StatusCode::CONFLICT,
        _ => return Err(error.into()),
    };
    let field = match error {
        Error::NoReason => "reason",
        _ => "",
    };
    form.fault(field, &error);
    let found = it.books.certificate(&member.actor, id).await?;
    let page = view(member, it, found, form);
    let mut response = invalid(&it.views, &member.visit, SHOW, &page)?;
    *response.status_mut() = status;
    Ok(response)
}
