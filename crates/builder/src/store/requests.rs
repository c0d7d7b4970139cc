use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::PersonId;

use crate::{ReportId, Request, RequestId};

/// All requests of the school: open ones first, by day, then the latest.
pub(crate) async fn requests(tx: &mut Tx) -> Result<Vec<Request>, Error> {
    let rows = sqlx::query!(
        "select request_id, asked_by, asked_at, text, due_on, closed_by, closed_at, answer, report_id
           from builder.request where org_id = kernel.org()
          order by closed_at desc nulls first, due_on, request_id
          limit 500"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Request {
            id: it.request_id.into(),
            asked_by: it.asked_by.into(),
            asked_at: it.asked_at,
            text: it.text,
            due_on: it.due_on,
            closed_by: it.closed_by.map(Into::into),
            closed_at: it.closed_at,
            answer: it.answer,
            report: it.report_id.map(Into::into),
        })
        .collect())
}

pub(crate) async fn add_request(
    tx: &mut Tx,
    by: PersonId,
    text: &str,
    due_on: NaiveDate,
) -> Result<RequestId, Error> {
    let id = sqlx::query_scalar!(
        "insert into builder.request (org_id, asked_by, text, due_on)
         values (kernel.org(), $1, $2, $3) returning request_id",
        by.get(),
        text,
        due_on,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Closes an open request; whether it was.
pub(crate) async fn close_request(
    tx: &mut Tx,
    id: RequestId,
    by: PersonId,
    answer: &str,
    report: Option<ReportId>,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update builder.request set closed_by = $2, closed_at = kernel.now(), answer = $3, report_id = $4
          where org_id = kernel.org() and request_id = $1 and closed_at is null",
        id.get(),
        by.get(),
        answer,
        report.map(ReportId::get),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
