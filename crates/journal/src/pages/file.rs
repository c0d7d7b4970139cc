//! Files that are handed out as downloads, never shown by us.

use axum::{extract::State, response::Response};
use bytes::Bytes;
use db::files::{File, FileId};
use serde::Deserialize;
use web::{Failure, Member, Path};

use super::Pages;

#[derive(Deserialize)]
pub(super) struct FileAddress {
    file: FileId,
}

/// A file of a homework or of an answer.
pub(super) async fn of_homework(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<FileAddress>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let (file, bytes) = it.journal.file(&member.actor, address.file, today).await?;
    Ok(download(&file, bytes))
}

/// The file with its name and the type that was found in it.
pub(super) fn download(file: &File, bytes: Bytes) -> Response {
    web::attachment(&file.name, &file.media_type, bytes)
}
