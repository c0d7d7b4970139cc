//! What is offered to a school, and the own side of each school (MOV-5).

use chrono::NaiveDate;
use db::Tx;
use kernel::{OrgId, PersonId};
use sqlx::types::Json;

use super::transfers::{all, ids, move_transfers};
use crate::{Error, Extract, HandedDocument, TransferId, TransferState, order::OrderId};

/// A pupil who is offered to a school.
pub(crate) struct Offer {
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
    pub(crate) to: OrgId,
    pub(crate) due_on: NaiveDate,
    pub(crate) extract: Extract,
}

const PAPERS: [HandedDocument; 2] = [HandedDocument::File, HandedDocument::Extract];

/// Offers a pupil whom nobody asked for.
pub(crate) async fn offer_anew(tx: &mut Tx, it: &Offer) -> Result<TransferId, db::Error> {
    let person = &it.extract.family.person;
    let papers = PAPERS.map(|it| it.code().to_owned());
    let id = sqlx::query_scalar!(
        "with new as (
             insert into movement.transfer
                 (org_id, to_org, state, by_request, last_name, first_name, middle_name, born_on, class_name,
                  leaves_on, documents, due_on, offered_at)
             values (kernel.org(), $1, 'offered', false, $2, $3, $4, $5, $6, $7, $8, $9, kernel.now())
             returning transfer_id
         ), own as (
             insert into movement.departure (org_id, transfer_id, pupil_id, order_id)
             select kernel.org(), transfer_id, $10, $11 from new
         )
         select transfer_id from new",
        it.to.get(),
        person.last_name,
        person.first_name,
        person.middle_name.clone().unwrap_or_default(),
        person.born_on,
        it.extract.class,
        it.extract.leaves_on,
        &papers,
        it.due_on,
        it.pupil.get(),
        it.order.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    put_extract(tx, id.into(), &it.extract).await?;
    Ok(id.into())
}

/// Offers a pupil whom the other school asked for.
pub(crate) async fn offer_asked(tx: &mut Tx, id: TransferId, it: &Offer) -> Result<(), Error> {
    move_transfers(tx, &[id], TransferState::Offered, "").await?;
    let papers = PAPERS.map(|it| it.code().to_owned());
    sqlx::query!(
        "update movement.transfer set class_name = $2, leaves_on = $3, documents = $4, due_on = $5
         where transfer_id = $1",
        id.get(),
        it.extract.class,
        it.extract.leaves_on,
        &papers,
        it.due_on,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    put_extract(tx, id, &it.extract).await?;
    Ok(())
}

async fn put_extract(tx: &mut Tx, id: TransferId, it: &Extract) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into movement.transfer_extract (org_id, transfer_id, content) values (kernel.org(), $1, $2)",
        id.get(),
        Json(it) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The extract; none where it may not be seen, or was destroyed.
pub(crate) async fn extract(tx: &mut Tx, id: TransferId) -> Result<Option<Extract>, db::Error> {
    let row = sqlx::query_scalar!(
        r#"select content as "content: Json<Extract>" from movement.transfer_extract where transfer_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.flatten().map(|it| it.0))
}

/// Where a pupil came from by a transfer that is enrolled or being so, the
/// latest first.
pub(crate) async fn arrived(
    tx: &mut Tx,
    pupil: PersonId,
) -> Result<Vec<(TransferId, Extract)>, db::Error> {
    let rows = sqlx::query!(
        r#"select e.transfer_id, e.content as "content!: Json<Extract>"
           from movement.arrival a
           join movement.transfer_extract e on e.org_id = a.from_org and e.transfer_id = a.transfer_id
           where a.pupil_id = $1 and e.content is not null order by e.transfer_id desc"#,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows
        .into_iter()
        .map(|it| (it.transfer_id.into(), it.content.0));
    Ok(rows.collect())
}

/// Whether a pupil came by a transfer.
pub(crate) async fn came_by_transfer(tx: &mut Tx, pupil: PersonId) -> Result<bool, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from movement.arrival where pupil_id = $1) as "came!""#,
        pupil.get(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The own side of a transfer: which pupil and which order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnSide {
    pub(crate) transfer: TransferId,
    /// The other school.
    pub(crate) other: OrgId,
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
}

/// Whom these orders let go to another school.
pub(crate) async fn departures(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<OwnSide>, db::Error> {
    let orders: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select d.transfer_id, t.to_org, d.pupil_id, d.order_id
         from movement.departure d
         join movement.transfer t on t.org_id = d.org_id and t.transfer_id = d.transfer_id
         where d.order_id = any($1) order by d.transfer_id",
        &orders,
    )
    .fetch_all(tx.conn())
    .await?;
    let side = rows.into_iter().map(|it| OwnSide {
        transfer: it.transfer_id.into(),
        other: it.to_org.into(),
        pupil: it.pupil_id.into(),
        order: it.order_id.into(),
    });
    Ok(side.collect())
}

/// Whom these orders enrol from another school.
pub(crate) async fn arrivals(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<OwnSide>, db::Error> {
    let orders: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select transfer_id, from_org, pupil_id, order_id from movement.arrival
         where order_id = any($1) order by transfer_id",
        &orders,
    )
    .fetch_all(tx.conn())
    .await?;
    let side = rows.into_iter().map(|it| OwnSide {
        transfer: it.transfer_id.into(),
        other: it.from_org.into(),
        pupil: it.pupil_id.into(),
        order: it.order_id.into(),
    });
    Ok(side.collect())
}

/// Notes which pupil leaves by which order.
pub(crate) async fn depart(tx: &mut Tx, it: OwnSide) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into movement.departure (org_id, transfer_id, pupil_id, order_id)
         values (kernel.org(), $1, $2, $3)",
        it.transfer.get(),
        it.pupil.get(),
        it.order.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes whom which order enrols. A transfer that was accepted is refused by the key.
pub(crate) async fn arrive(tx: &mut Tx, it: OwnSide) -> Result<(), Error> {
    sqlx::query!(
        "insert into movement.arrival (org_id, transfer_id, from_org, pupil_id, order_id)
         values (kernel.org(), $1, $2, $3, $4)",
        it.transfer.get(),
        it.other.get(),
        it.pupil.get(),
        it.order.get(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)
    .map_err(|it| match it.constraint() {
        Some("arrival_pkey" | "arrival_once") => Error::NoSuchStep,
        _ => it.into(),
    })?;
    Ok(())
}

/// Forgets the own side of transfers whose order is none any more.
pub(crate) async fn forget_sides(tx: &mut Tx, transfers: &[TransferId]) -> Result<(), db::Error> {
    let ids = ids(transfers);
    sqlx::query!(
        "with left_by as (delete from movement.departure where transfer_id = any($1))
         delete from movement.arrival where transfer_id = any($1)",
        &ids,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The orders of enrolment of these transfers are in force.
pub(crate) async fn enrol_arrivals(
    tx: &mut Tx,
    transfers: &[(TransferId, NaiveDate, String, NaiveDate)],
) -> Result<(), Error> {
    let ids: Vec<i64> = transfers.iter().map(|it| it.0.get()).collect();
    let since: Vec<NaiveDate> = transfers.iter().map(|it| it.1).collect();
    let numbers: Vec<String> = transfers.iter().map(|it| it.2.clone()).collect();
    let days: Vec<NaiveDate> = transfers.iter().map(|it| it.3).collect();
    let done = sqlx::query!(
        "update movement.transfer t
         set state = 'enrolled', enrolled_at = kernel.now(), enrolled_on = n.since, enrolment_number = n.number,
             enrolment_on = n.ordered_on, version = t.version + 1
         from unnest($1::bigint[], $2::date[], $3::text[], $4::date[]) n (id, since, number, ordered_on)
         where t.transfer_id = n.id",
        &ids,
        &since,
        &numbers,
        &days,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    all(done.rows_affected(), transfers.len())
}
