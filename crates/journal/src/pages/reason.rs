//! Reasons of absences: the form of the class teacher, answers to parents.

pub(super) mod file;

use axum::{
    extract::{FromRequest, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::NaiveDate;
use garde::Validate;
use kernel::{ClassId, Fault, Kind};
use serde::Deserialize;
use web::{Checked, Failure, Flash, Go, Member, Path, Query, form::Raw, import::Upload};

use super::{
    Pages,
    attendance::{AttendanceQuery, TEMPLATE, build},
    lesson::form_id,
};
use crate::{
    Basis, DocumentId, DocumentSaved, DocumentWish, Error, NoticeId, Overlap, Reason, Scan, Span,
};

/// The form «Причина пропуска».
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentForm {
    #[garde(skip)]
    pupil: i64,
    #[garde(skip)]
    reason: Reason,
    #[garde(skip)]
    first_on: NaiveDate,
    #[garde(skip)]
    last_on: NaiveDate,
    #[garde(skip)]
    basis: Basis,
    #[garde(skip)]
    received_on: NaiveDate,
    #[garde(length(chars, max = 500))]
    note: String,
    #[garde(skip)]
    overlap: Option<Overlap>,
    #[garde(skip)]
    notice: Option<i64>,
    /// The id of the form.
    #[garde(length(max = 36))]
    form: Option<String>,
}

/// The form as a browser sends it, with or without a file.
pub(super) struct Sent {
    pub(super) fields: Raw,
    file: Option<(String, Bytes)>,
}

impl Sent {
    /// What came with the form; the id of the form makes it one, however often it is sent.
    pub(super) fn scan(&mut self) -> Option<Scan> {
        let form = form_id(&self.fields);
        let (name, bytes) = self.file.take()?;
        Some(Scan { name, bytes, form })
    }
}

impl FromRequest<Pages> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, it: &Pages) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let multipart = kind.is_some_and(|it| it.as_bytes().starts_with(b"multipart/"));
        if !multipart {
            let fields = Raw::from_request(request, it).await;
            let fields = fields.map_err(IntoResponse::into_response)?;
            return Ok(Self { fields, file: None });
        }
        let upload = Upload::from_request(request, it).await;
        let upload = upload.map_err(IntoResponse::into_response)?;
        Ok(Self {
            fields: upload.fields,
            file: (!upload.bytes.is_empty()).then_some((upload.name, upload.bytes)),
        })
    }
}

pub(super) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, class)): Path<(String, ClassId)>,
    Query(query): Query<AttendanceQuery>,
    mut sent: Sent,
) -> Result<Response, Failure> {
    member.actor.may(kernel::Right::AbsenceReasonEdit)?;
    let today = it.today(&member.visit);
    let Checked { value, mut form } =
        Checked::<DocumentForm>::read(&sent.fields, today, Some(it.views.clone()));
    let mut overlaps = vec![];
    let file = sent.scan();
    if let Some(typed) = value {
        let wish = DocumentWish {
            pupil: typed.pupil.into(),
            reason: typed.reason,
            first_on: typed.first_on,
            last_on: typed.last_on,
            basis: typed.basis,
            received_on: typed.received_on,
            note: typed.note,
            overlap: typed.overlap,
            notice: typed.notice.map(Into::into),
        };
        let saved = it
            .journal
            .save_absence_document(&member.actor, class, &wish, file, today)
            .await;
        match saved {
            Ok(DocumentSaved::Saved { id, lessons }) => {
                let span = query.span.as_deref().and_then(Span::from_code);
                let span = span.unwrap_or(Span::Week).code();
                let on = wish.first_on;
                let to = format!("/journal/{class}/attendance?span={span}&on={on}");
                return Ok(told(&member, &member.path(&to), class, id, lessons));
            }
            Ok(DocumentSaved::Overlaps(others)) => {
                form.refuse("overlap", "choose");
                overlaps = others;
            }
            Err(Error::BadDays) => form.fault("last_on", &Error::BadDays),
            Err(error @ (Error::FileKind | Error::FileTooLarge | Error::TooManyFiles)) => {
                form.fault("file", &error);
            }
            Err(error) if error.kind() == Kind::Invalid => form.fault("", &error),
            Err(error) => return Err(error.into()),
        }
    }
    let page = build(&it, &member, class, &query, form, overlaps).await?;
    web::form::invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// Says how many lessons changed, with the way back.
fn told(member: &Member, to: &str, class: ClassId, id: DocumentId, lessons: usize) -> Response {
    let undo = member.path(&format!("/journal/{class}/attendance/{id}/withdraw"));
    let flash = Flash::done("journal.absence-saved")
        .with("lessons", &lessons)
        .undo(&undo);
    Go::to(to).say(&flash).into_response()
}

pub(super) async fn withdraw(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, document)): Path<(String, ClassId, DocumentId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let lessons = it
        .journal
        .withdraw_absence_document(&member.actor, class, document, today)
        .await?;
    let to = member.path(&format!("/journal/{class}/attendance"));
    let flash = Flash::done("journal.absence-withdrawn").with("lessons", &lessons);
    Ok(Go::to(to).say(&flash).into_response())
}

/// Back to the first page, if the form was there.
fn back(member: &Member, raw: &Raw, class: ClassId) -> String {
    match raw.get("back") {
        Some("home") => member.path("/"),
        _ => member.path(&format!("/journal/{class}/attendance")),
    }
}

pub(super) async fn accept(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, notice)): Path<(String, ClassId, NoticeId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let to = back(&member, &raw, class);
    let accepted = it
        .journal
        .accept_notice(&member.actor, class, notice, today)
        .await?;
    match accepted {
        (_, DocumentSaved::Saved { id, lessons }) => Ok(told(&member, &to, class, id, lessons)),
        (wish, DocumentSaved::Overlaps(_)) => {
            let form = format!(
                "/journal/{class}/attendance?on={}&pupil={}&reason={}&from={}&to={}&notice={notice}#reason-form",
                wish.first_on,
                wish.pupil,
                wish.reason.code(),
                wish.first_on,
                wish.last_on,
            );
            let flash = Flash::warning("journal.absence-overlaps");
            Ok(Go::to(member.path(&form)).say(&flash).into_response())
        }
    }
}

pub(super) async fn refuse(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, notice)): Path<(String, ClassId, NoticeId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let why = raw.get("answer").unwrap_or_default();
    let to = back(&member, &raw, class);
    let flash = match it
        .journal
        .refuse_notice(&member.actor, class, notice, why)
        .await
    {
        Ok(()) => Flash::done("journal.notice-refused"),
        Err(error @ (Error::NoReason | Error::TooLong | Error::NoticeAnswered)) => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Go::to(to).say(&flash).into_response())
}
