//! Scans and photos of documents about absences.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use db::files::FileId;
use kernel::{ClassId, Fault, Kind};
use web::{Failure, Flash, Go, Member, Path, import::Upload};

use super::super::{Pages, file, lesson::form_id};
use crate::{DocumentId, NoticeId};

pub(in crate::pages) async fn attach(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, document)): Path<(String, ClassId, DocumentId)>,
    upload: Upload,
) -> Result<Go, Failure> {
    let form = form_id(&upload.fields);
    let file = (upload.name.as_str(), upload.bytes.clone());
    let done = it
        .journal
        .attach_to_document(&member.actor, class, document, form, file)
        .await;
    let flash = match done {
        Ok(()) => Flash::done("attendance.file-added"),
        Err(error) if error.kind() == Kind::Invalid => {
            Flash::warning(format!("fault.{}", error.code()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(back(&member, class).say(&flash))
}

pub(in crate::pages) async fn detach(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, document, file)): Path<(String, ClassId, DocumentId, FileId)>,
) -> Result<Go, Failure> {
    it.journal
        .detach_from_document(&member.actor, class, document, file)
        .await?;
    Ok(back(&member, class).say(&Flash::done("attendance.file-removed")))
}

pub(in crate::pages) async fn download(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, document, id)): Path<(String, ClassId, DocumentId, FileId)>,
) -> Result<Response, Failure> {
    let (found, bytes) = it
        .journal
        .document_file(&member.actor, class, document, id)
        .await?;
    Ok(file::download(&found, bytes).into_response())
}

/// The photo that a parent sent with a notice.
pub(in crate::pages) async fn of_notice(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, notice, id)): Path<(String, ClassId, NoticeId, FileId)>,
) -> Result<Response, Failure> {
    let (found, bytes) = it
        .journal
        .notice_file(&member.actor, class, notice, id)
        .await?;
    Ok(file::download(&found, bytes).into_response())
}

fn back(member: &Member, class: ClassId) -> Go {
    Go::to(member.path(&format!("/journal/{class}/attendance#documents")))
}
