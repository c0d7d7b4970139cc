use std::collections::HashMap;

use chrono::NaiveDate;
use db::{ConstraintExt, Tx};
use kernel::{ClassId, PersonId};

use crate::{
    Error, Member, Refusal,
    order::{OrderId, OrderKind},
    register::{Chain, Event, Stay},
};

fn numbers(ids: &[PersonId]) -> Vec<i64> {
    ids.iter().map(|it| it.get()).collect()
}

/// The register as it stands, of these pupils.
pub(crate) async fn chains(
    tx: &mut Tx,
    pupils: &[PersonId],
) -> Result<HashMap<PersonId, Chain>, db::Error> {
    let rows = sqlx::query!(
        r#"select pupil_id, class_id, lower(during) as "since!", upper(during) as until, began_by, ended_by
           from movement.class_member where pupil_id = any($1) order by pupil_id, lower(during)"#,
        &numbers(pupils),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut chains: HashMap<PersonId, Chain> = HashMap::new();
    for it in rows {
        chains
            .entry(it.pupil_id.into())
            .or_default()
            .stays
            .push(Stay {
                class: it.class_id.into(),
                since: it.since,
                until: it.until,
                began_by: it.began_by.into(),
                ended_by: it.ended_by.map(Into::into),
            });
    }
    Ok(chains)
}

/// The issued orders of these pupils, in the order in which they were issued.
pub(crate) async fn events(
    tx: &mut Tx,
    pupils: &[PersonId],
) -> Result<HashMap<PersonId, Vec<Event>>, db::Error> {
    let rows = sqlx::query!(
        "select p.pupil_id, p.to_class_id, o.order_id, o.kind, o.effective_on
         from movement.order_pupil p
         join movement.order o using (org_id, order_id)
         where p.pupil_id = any($1) and o.state = 'issued'
         order by o.issued_at, o.order_id",
        &numbers(pupils),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut events: HashMap<PersonId, Vec<Event>> = HashMap::new();
    for it in rows {
        let effect = OrderKind::from_code(&it.kind)
            .and_then(|kind| kind.effect(it.to_class_id.map(Into::into)))
            .ok_or(db::Error::corrupt("movement.order_pupil", "to_class_id"))?;
        events.entry(it.pupil_id.into()).or_default().push(Event {
            order: it.order_id.into(),
            effective_on: it.effective_on,
            effect,
        });
    }
    Ok(events)
}

/// Stays of these pupils that go on end on that day.
pub(crate) async fn end_stays(
    tx: &mut Tx,
    order: OrderId,
    on: NaiveDate,
    pupils: &[PersonId],
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.class_member
         set during = daterange(lower(during), $2), ended_by = $1
         where pupil_id = any($3) and upper_inf(during)",
        order.get(),
        on,
        &numbers(pupils),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == pupils.len() as u64 {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile)
    }
}

/// New stays that go on.
pub(crate) async fn begin_stays(
    tx: &mut Tx,
    order: OrderId,
    on: NaiveDate,
    stays: &[(PersonId, ClassId)],
) -> Result<(), Error> {
    let pupils: Vec<i64> = stays.iter().map(|it| it.0.get()).collect();
    let classes: Vec<i64> = stays.iter().map(|it| it.1.get()).collect();
    sqlx::query!(
        "insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
         select kernel.org(), it.pupil, it.class, daterange($2, null), $1
         from unnest($3::bigint[], $4::bigint[]) it (pupil, class)",
        order.get(),
        on,
        &pupils,
        &classes,
    )
    .execute(tx.conn())
    .await
    .on_constraint("class_member_one_class_at_a_time", || Error::Refused {
        pupil: stays[0].0,
        why: Refusal::AlreadyEnrolled,
    })?;
    Ok(())
}

/// Takes back what the order did: stays that it began go, stays that it ended go on.
pub(crate) async fn undo_stays(tx: &mut Tx, order: OrderId) -> Result<(), Error> {
    sqlx::query!(
        "delete from movement.class_member where began_by = $1",
        order.get()
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    sqlx::query!(
        "update movement.class_member set during = daterange(lower(during), null), ended_by = null
         where ended_by = $1",
        order.get(),
    )
    .execute(tx.conn())
    .await
    .on_constraint("class_member_one_class_at_a_time", || Error::NotTheLast)?;
    Ok(())
}

/// Every pupil the register knows.
pub(crate) async fn known_pupils(tx: &mut Tx) -> Result<Vec<PersonId>, db::Error> {
    let rows = sqlx::query_scalar!(
        r#"select pupil_id as "pupil_id!" from movement.class_member
           union select p.pupil_id from movement.order_pupil p
                 join movement.order o using (org_id, order_id) where o.state = 'issued'
           order by 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

struct MemberRow {
    pupil_id: i64,
    class_id: i64,
    since: NaiveDate,
    until: Option<NaiveDate>,
}

impl From<MemberRow> for Member {
    fn from(it: MemberRow) -> Self {
        Self {
            pupil: it.pupil_id.into(),
            class: it.class_id.into(),
            since: it.since,
            until: it.until,
        }
    }
}

/// Stays in these classes that touch the range of days, both ends included.
pub(crate) async fn members(
    tx: &mut Tx,
    classes: &[ClassId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Member>, db::Error> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        MemberRow,
        r#"select pupil_id, class_id, lower(during) as "since!", upper(during) - 1 as until
           from movement.class_member
           where class_id = any($1) and during && daterange($2, $3, '[]')"#,
        &classes,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// All stays of these pupils, in order.
pub(crate) async fn stays(tx: &mut Tx, pupils: &[PersonId]) -> Result<Vec<Member>, db::Error> {
    let rows = sqlx::query_as!(
        MemberRow,
        r#"select pupil_id, class_id, lower(during) as "since!", upper(during) - 1 as until
           from movement.class_member where pupil_id = any($1) order by pupil_id, lower(during)"#,
        &numbers(pupils),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Everybody in a class on the day.
pub(crate) async fn enrolled(tx: &mut Tx, on: NaiveDate) -> Result<Vec<Member>, db::Error> {
    let rows = sqlx::query_as!(
        MemberRow,
        r#"select pupil_id, class_id, lower(during) as "since!", upper(during) - 1 as until
           from movement.class_member where during @> $1::date"#,
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Who is in which class by the last order about them, today or from a later day on.
pub(crate) async fn open_stays(tx: &mut Tx) -> Result<Vec<(PersonId, ClassId)>, db::Error> {
    let rows = sqlx::query!(
        "select pupil_id, class_id from movement.class_member where upper_inf(during)"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.pupil_id.into(), it.class_id.into()))
        .collect())
}

/// Pupils who left within the last two months and did not come back.
pub(crate) async fn left_lately(tx: &mut Tx, today: NaiveDate) -> Result<Vec<PersonId>, db::Error> {
    let rows = sqlx::query_scalar!(
        r#"select pupil_id from movement.class_member
           group by pupil_id
           having bool_and(not upper_inf(during)) and max(upper(during)) between $1::date - 60 and $1"#,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Replaces what the register says of one pupil.
pub(crate) async fn put_chain(
    tx: &mut Tx,
    pupil: PersonId,
    chain: &Chain,
) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from movement.class_member where pupil_id = $1",
        pupil.get()
    )
    .execute(tx.conn())
    .await?;
    for stay in &chain.stays {
        sqlx::query!(
            "insert into movement.class_member (org_id, pupil_id, class_id, during, began_by, ended_by)
             values (kernel.org(), $1, $2, daterange($3, $4), $5, $6)",
            pupil.get(),
            stay.class.get(),
            stay.since,
            stay.until,
            stay.began_by.get(),
            stay.ended_by.map(OrderId::get),
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
