//! Transfers between schools (MOV-5). Rows of two schools meet here: the
//! policies of the tables say who reads what (ADR 0024).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::OrgId;

use crate::{Error, HandedDocument, NewRequest, Transfer, TransferId, TransferState};

const CORRUPT: db::Error = db::Error::Corrupt {
    table: "movement.transfer",
    column: "state",
};

pub(super) fn ids(transfers: &[TransferId]) -> Vec<i64> {
    transfers.iter().map(|it| it.get()).collect()
}

struct Row {
    org_id: i64,
    transfer_id: i64,
    to_org: i64,
    state: String,
    by_request: bool,
    last_name: String,
    first_name: String,
    middle_name: String,
    born_on: Option<NaiveDate>,
    file_number: String,
    snils: Option<Vec<u8>>,
    note: String,
    class_name: String,
    leaves_on: Option<NaiveDate>,
    documents: Vec<String>,
    reason: String,
    due_on: NaiveDate,
    asked_at: Option<DateTime<Utc>>,
    offered_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
    enrolled_at: Option<DateTime<Utc>>,
    enrolled_on: Option<NaiveDate>,
    enrolment_number: String,
    enrolment_on: Option<NaiveDate>,
    version: i32,
    pupil_id: Option<i64>,
    order_id: Option<i64>,
}

impl TryFrom<Row> for Transfer {
    type Error = db::Error;

    fn try_from(it: Row) -> Result<Self, db::Error> {
        let documents = it.documents.iter();
        Ok(Self {
            id: it.transfer_id.into(),
            from: it.org_id.into(),
            to: it.to_org.into(),
            state: TransferState::from_code(&it.state).ok_or(CORRUPT)?,
            by_request: it.by_request,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
            file_number: it.file_number,
            snils: it.snils,
            note: it.note,
            class: it.class_name,
            leaves_on: it.leaves_on,
            documents: documents
                .filter_map(|it| HandedDocument::from_code(it))
                .collect(),
            reason: it.reason,
            due_on: it.due_on,
            asked_at: it.asked_at,
            offered_at: it.offered_at,
            decided_at: it.decided_at,
            enrolled_at: it.enrolled_at,
            enrolled_on: it.enrolled_on,
            enrolment_number: it.enrolment_number,
            enrolment_on: it.enrolment_on,
            version: it.version,
            pupil: it.pupil_id.map(Into::into),
            order: it.order_id.map(Into::into),
        })
    }
}

/// The transfers of the organisation, the newest first; one of them, or all.
/// Pupil and order are those of the own side.
pub(crate) async fn transfers(
    tx: &mut Tx,
    only: Option<TransferId>,
) -> Result<Vec<Transfer>, db::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.org_id, t.transfer_id, t.to_org, t.state, t.by_request, t.last_name, t.first_name, t.middle_name,
                  t.born_on, t.file_number, t.snils, t.note, t.class_name, t.leaves_on, t.documents, t.reason, t.due_on,
                  t.asked_at, t.offered_at, t.decided_at, t.enrolled_at, t.enrolled_on, t.enrolment_number,
                  t.enrolment_on, t.version, coalesce(d.pupil_id, a.pupil_id) as pupil_id,
                  coalesce(d.order_id, a.order_id) as order_id
             from movement.transfer t
             left join movement.departure d on d.org_id = t.org_id and d.transfer_id = t.transfer_id
             left join movement.arrival a on a.transfer_id = t.transfer_id
            where $1::bigint is null or t.transfer_id = $1
            order by t.transfer_id desc limit 2000"#,
        only.map(TransferId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many wait for the organisation of the transaction to act.
pub(crate) async fn waiting_transfers(tx: &mut Tx) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from movement.transfer
           where org_id = kernel.org() and state in ('asked', 'preparing')
              or to_org = kernel.org() and state in ('offered', 'accepted')"#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Nobody else changes these until the transaction ends.
pub(crate) async fn lock_transfers(
    tx: &mut Tx,
    transfers: &[TransferId],
) -> Result<HashMap<TransferId, TransferState>, db::Error> {
    let rows = sqlx::query!(
        "select transfer_id, state from movement.transfer where transfer_id = any($1)
         order by transfer_id for update",
        &ids(transfers),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let state = TransferState::from_code(&it.state).ok_or(CORRUPT)?;
            Ok((it.transfer_id.into(), state))
        })
        .collect()
}

/// Asks another school for a pupil.
pub(crate) async fn ask_for(
    tx: &mut Tx,
    it: &NewRequest,
    snils: Option<Vec<u8>>,
    due_on: NaiveDate,
) -> Result<TransferId, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into movement.transfer
             (org_id, to_org, state, by_request, last_name, first_name, middle_name, born_on, file_number, snils,
              note, due_on, asked_at)
         values ($1, kernel.org(), 'asked', true, $2, $3, $4, $5, $6, $7, $8, $9, kernel.now())
         returning transfer_id",
        it.school.get(),
        it.last_name,
        it.first_name,
        it.middle_name,
        it.born_on,
        it.file_number,
        snils,
        it.note,
        due_on,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// How many requests of this school wait for an answer.
pub(crate) async fn open_requests(tx: &mut Tx, school: OrgId) -> Result<i64, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from movement.transfer
           where to_org = kernel.org() and org_id = $1 and state in ('asked', 'preparing')"#,
        school.get(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The requests that wait for an answer, with what is sealed in them.
pub(crate) async fn sealed_requests(
    tx: &mut Tx,
) -> Result<Vec<(TransferId, OrgId, Vec<u8>)>, db::Error> {
    let rows = sqlx::query!(
        r#"select transfer_id, to_org, snils as "snils!" from movement.transfer
           where org_id = kernel.org() and snils is not null order by transfer_id for update"#
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|it| (it.transfer_id.into(), it.to_org.into(), it.snils));
    Ok(rows.collect())
}

/// Replaces the seal of a request.
pub(crate) async fn seal_request(
    tx: &mut Tx,
    id: TransferId,
    sealed: &[u8],
) -> Result<(), db::Error> {
    sqlx::query!(
        "update movement.transfer set snils = $2 where transfer_id = $1",
        id.get(),
        sealed,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Brings transfers into a state; what only the present state has goes.
pub(crate) async fn move_transfers(
    tx: &mut Tx,
    transfers: &[TransferId],
    to: TransferState,
    reason: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.transfer
         set state = $2, reason = $3, version = version + 1, snils = case when $2 = 'asked' then snils end,
             decided_at = case when $2 in ('asked', 'preparing', 'offered') then null else kernel.now() end,
             offered_at = case when $2 = 'offered' then coalesce(offered_at, kernel.now()) else offered_at end,
             enrolled_at = null, enrolled_on = null, enrolment_number = '', enrolment_on = null
         where transfer_id = any($1)",
        &ids(transfers),
        to.code(),
        reason,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    all(done.rows_affected(), transfers.len())
}

pub(super) fn all(done: u64, wanted: usize) -> Result<(), Error> {
    if done == wanted as u64 {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile)
    }
}

/// Says which papers go with the pupil.
pub(crate) async fn say_documents(
    tx: &mut Tx,
    id: TransferId,
    seen: i32,
    documents: &[HandedDocument],
) -> Result<(), Error> {
    let codes: Vec<String> = documents.iter().map(|it| it.code().to_owned()).collect();
    let done = sqlx::query!(
        "update movement.transfer set documents = $3, version = version + 1
         where transfer_id = $1 and version = $2 and org_id = kernel.org()",
        id.get(),
        seen,
        &codes,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    all(done.rows_affected(), 1)
}
