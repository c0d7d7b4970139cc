use axum::{extract::State, response::Html};
use curriculum::PeriodId;
use kernel::{AccountId, ClassId, GroupId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Json, Member, Path, Query};

use super::{Pages, view};
use crate::{OpenGrid, Operation, OperationResult, Status, WorkId};

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
    /// Whose changes they are: on a shared computer somebody else may have
    /// signed in meanwhile.
    account: Option<AccountId>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    /// The page that they were typed in.
    #[serde(default)]
    tab: u64,
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
    /// Where a correction of a closed cell is asked for.
    ask: Option<String>,
}

pub(super) async fn operations(
    member: Member,
    State(it): State<Pages>,
    Query(page): Query<Page>,
    Json(batch): Json<Batch>,
) -> Result<Json<Results>, Failure> {
    let today = it.today(&member.visit);
    if batch.account.is_some_and(|it| it != member.actor.account) {
        return Err(web::Refused::SIGNED_OUT.into());
    }
    let results = it
        .journal
        .carry_out(&member.actor, today, &batch.ops, page.tab)
        .await?;
    let results = results
        .into_iter()
        .zip(&batch.ops)
        .map(|(result, op)| shown(&it, &member, result, op))
        .collect();
    Ok(Json(Results { results }))
}

fn shown(it: &Pages, member: &Member, result: OperationResult, op: &Operation) -> ResultView {
    let OperationResult { answer, by, at } = result;
    let closed = answer.why.is_some_and(crate::Why::is_closed);
    ResultView {
        ask: closed.then(|| super::corrections::ask_mark(member, op.lesson, answer.work, op.pupil)),
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
