use axum::extract::State;
use chrono::DateTime;
use kernel::{ClassId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Json, Member, Path, Query};

use super::Pages;
use crate::{Error, Field, WorkId, service::ChangedWork};

#[derive(Deserialize)]
pub(super) struct Since {
    /// Milliseconds, as the page or the last answer told them.
    since: i64,
}

/// What the grid takes up.
#[derive(Serialize)]
pub(super) struct ChangesView {
    at: i64,
    stale: bool,
    cells: Vec<CellView>,
    works: Vec<ChangedWork>,
}

#[derive(Serialize)]
struct CellView {
    lesson: kernel::LessonId,
    work: Option<WorkId>,
    pupil: kernel::PersonId,
    field: Field,
    value: String,
    version: i32,
    by: String,
}

pub(super) async fn changes(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<Since>,
) -> Result<Json<ChangesView>, Failure> {
    let today = it.today(&member.visit);
    let since = DateTime::from_timestamp_millis(query.since).ok_or(Error::NotFound)?;
    let changes = it
        .journal
        .changes(&member.actor, (class, subject), since, today)
        .await?;
    let cells = changes.cells.into_iter().map(|it| CellView {
        lesson: it.lesson,
        work: it.work,
        pupil: it.pupil,
        field: it.field,
        value: it.value,
        version: it.version,
        by: it.by,
    });
    Ok(Json(ChangesView {
        at: changes.at.timestamp_millis(),
        stale: changes.stale,
        cells: cells.collect(),
        works: changes.works,
    }))
}
