use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::touched;
use crate::{
    Error,
    record::{Record, RecordFields, RecordId, RecordKind},
};

struct Row {
    record_id: i64,
    kind: String,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    title: String,
    place: String,
    detail: String,
    hours: Option<i16>,
    document: String,
    version: i32,
}

impl TryFrom<Row> for Record {
    type Error = db::Error;

    fn try_from(it: Row) -> Result<Self, db::Error> {
        Ok(Self {
            id: it.record_id.into(),
            kind: RecordKind::from_code(&it.kind)
                .ok_or(db::Error::corrupt("people.record", "kind"))?,
            fields: RecordFields {
                since: it.since,
                until: it.until,
                title: it.title,
                place: it.place,
                detail: it.detail,
                hours: it.hours,
                document: it.document,
            },
            version: it.version,
        })
    }
}

/// The lines of a card, newest first; removed ones are not there.
pub(crate) async fn records(tx: &mut Tx, person: PersonId) -> Result<Vec<Record>, db::Error> {
    let rows = sqlx::query_as!(
        Row,
        "select record_id, kind, since, until, title, place, detail, hours, document, version
         from people.record where person_id = $1 and removed_at is null
         order by coalesce(until, since) desc nulls last, record_id desc",
        person.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The numbers of all lines the card ever had.
pub(crate) async fn record_ids(tx: &mut Tx, person: PersonId) -> Result<Vec<RecordId>, db::Error> {
    let ids = sqlx::query_scalar!(
        "select record_id from people.record where person_id = $1",
        person.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub(crate) async fn add_record(
    tx: &mut Tx,
    person: PersonId,
    kind: RecordKind,
    it: &RecordFields,
) -> Result<RecordId, db::Error> {
    let id = sqlx::query_scalar!(
        "insert into people.record (org_id, person_id, kind, since, until, title, place, detail, hours, document)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning record_id",
        person.get(),
        kind.code(),
        it.since,
        it.until,
        it.title,
        it.place,
        it.detail,
        it.hours,
        it.document,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Changes a line that is still as the writer saw it.
pub(crate) async fn save_record(
    tx: &mut Tx,
    id: RecordId,
    seen: i32,
    it: &RecordFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.record
         set since = $3, until = $4, title = $5, place = $6, detail = $7, hours = $8, document = $9,
             version = version + 1
         where record_id = $1 and version = $2 and removed_at is null",
        id.get(),
        seen,
        it.since,
        it.until,
        it.title,
        it.place,
        it.detail,
        it.hours,
        it.document,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    touched(&done, Error::ChangedMeanwhile)
}

/// Takes a line off the card; its history stays.
pub(crate) async fn remove_record(tx: &mut Tx, id: RecordId) -> Result<(), db::Error> {
    sqlx::query!(
        "update people.record set removed_at = kernel.now(), version = version + 1
         where record_id = $1 and removed_at is null",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
