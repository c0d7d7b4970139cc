use axum::{extract::State, response::Html};
use curriculum::PeriodId;
use kernel::{ClassId, GroupId, LessonId, PersonId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Json, Member, Path, Query};

use super::{Pages, view};
use crate::{OpenGrid, Operation, OperationResult, Status, WorkId, service::CellChange};

#[derive(Deserialize)]
pub(super) struct GridQuery {
    group: Option<GroupId>,
    period: Option<PeriodId>,
}

pub(super) async fn grid(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<GridQuery>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let open = OpenGrid {
        class,
        subject,
        group: query.group,
        term: query.period,
        today,
    };
    let grid = it.journal.grid(&member.actor, open).await?;
    let page = view::grid(&grid, &member, today, &it.views);
    Ok(it.views.page(&member.visit, "journal/grid.html", &page)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    ops: Vec<Operation>,
}

#[derive(Serialize)]
pub(super) struct Results {
    results: Vec<ResultView>,
}

/// One operation's result, as the grid in the page reads it.
#[derive(Serialize)]
struct ResultView {
    op_id: uuid::Uuid,
    status: Status,
    version: i32,
    value: String,
    work: Option<WorkId>,
    by: Option<String>,
    at: Option<String>,
    text: Option<String>,
}

pub(super) async fn operations(
    member: Member,
    State(it): State<Pages>,
    Json(batch): Json<Batch>,
) -> Result<Json<Results>, Failure> {
    let today = it.today(&member.visit);
    let results = it
        .journal
        .carry_out(&member.actor, today, &batch.ops)
        .await?;
    let results = results
        .into_iter()
        .map(|result| shown(&it, &member, result))
        .collect();
    Ok(Json(Results { results }))
}

fn shown(it: &Pages, member: &Member, result: OperationResult) -> ResultView {
    let OperationResult { answer, by, at } = result;
    ResultView {
        op_id: answer.op_id,
        status: answer.status,
        version: answer.version,
        value: answer.value,
        work: answer.work,
        by,
        at: at.map(|at| at.with_timezone(&member.visit.zone()).to_rfc3339()),
        text: answer.why.map(|why| it.views.word(why.code())),
    }
}

#[derive(Deserialize)]
pub(super) struct CellQuery {
    lesson: LessonId,
    pupil: PersonId,
    work: Option<WorkId>,
}

#[derive(Serialize)]
struct CellPage {
    pupil: String,
    changes: Vec<CellChange>,
}

pub(super) async fn cell(
    member: Member,
    State(it): State<Pages>,
    Query(query): Query<CellQuery>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let (pupil, changes) = it
        .journal
        .cell_history(&member.actor, query.lesson, query.pupil, query.work, today)
        .await?;
    Ok(it.views.fragment(
        &member.visit,
        "journal/_cell.html",
        &CellPage { pupil, changes },
    )?)
}
