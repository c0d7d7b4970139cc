//! The chains of stays that orders make: in a class, or in a parallel only.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{ConstraintExt, Tx};
use kernel::PersonId;

use super::stays::numbers;
use crate::{
    Error, Refusal,
    order::{OrderId, OrderKind, Place},
    register::{Chain, Event, Stay},
};

pub(super) fn place(class: Option<i64>, grade: Option<i16>) -> Result<Place, db::Error> {
    let place = class.map(|it| Place::Class(it.into()));
    place
        .or(grade.map(Place::Grade))
        .ok_or(db::Error::corrupt("movement.class_member", "class_id"))
}

/// The register as it stands, of these pupils.
pub(crate) async fn chains(
    tx: &mut Tx,
    pupils: &[PersonId],
) -> Result<HashMap<PersonId, Chain>, db::Error> {
    let rows = sqlx::query!(
        r#"select pupil_id as "pupil_id!", class_id as "class_id?", null::smallint as "grade?",
                  lower(during) as "since!", upper(during) as "until?", began_by as "began_by!",
                  ended_by as "ended_by?"
           from movement.class_member where pupil_id = any($1)
           union all
           select pupil_id, null, grade, lower(during), upper(during), began_by, ended_by
           from movement.unplaced where pupil_id = any($1)
           order by 1, 4"#,
        &numbers(pupils),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut chains: HashMap<PersonId, Chain> = HashMap::new();
    for it in rows {
        let chain = chains.entry(it.pupil_id.into()).or_default();
        chain.stays.push(Stay {
            place: place(it.class_id, it.grade)?,
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
        "select p.pupil_id, p.to_class_id, p.to_grade, o.order_id, o.kind, o.effective_on
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
        let place = place(it.to_class_id, it.to_grade).ok();
        let effect = OrderKind::from_code(&it.kind)
            .and_then(|kind| kind.effect(place))
            .ok_or(db::Error::corrupt("movement.order_pupil", "to_class_id"))?;
        events.entry(it.pupil_id.into()).or_default().push(Event {
            order: it.order_id.into(),
            effective_on: it.effective_on,
            effect,
        });
    }
    Ok(events)
}

/// Stays of these pupils that go on end as told.
pub(crate) async fn end_stays(tx: &mut Tx, stays: &[(PersonId, Stay)]) -> Result<(), Error> {
    let pupils: Vec<i64> = stays.iter().map(|it| it.0.get()).collect();
    let days: Vec<Option<NaiveDate>> = stays.iter().map(|it| it.1.until).collect();
    let orders: Vec<Option<i64>> = stays
        .iter()
        .map(|it| it.1.ended_by.map(OrderId::get))
        .collect();
    let done = sqlx::query_scalar!(
        r#"with told as (
             select * from unnest($1::bigint[], $2::date[], $3::bigint[]) t (pupil_id, day, order_id)
           ), classes as (
             update movement.class_member m
             set during = daterange(lower(m.during), t.day), ended_by = t.order_id
             from told t where m.pupil_id = t.pupil_id and upper_inf(m.during) returning 1
           ), grades as (
             update movement.unplaced m
             set during = daterange(lower(m.during), t.day), ended_by = t.order_id
             from told t where m.pupil_id = t.pupil_id and upper_inf(m.during) returning 1
           )
           select (select count(*) from classes) + (select count(*) from grades) as "done!""#,
        &pupils,
        &days as &[Option<NaiveDate>],
        &orders as &[Option<i64>],
    )
    .fetch_one(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if usize::try_from(done).is_ok_and(|it| it == stays.len()) {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile)
    }
}

/// Enters new stays.
pub(crate) async fn begin_stays(tx: &mut Tx, stays: &[(PersonId, Stay)]) -> Result<(), Error> {
    let pupils: Vec<i64> = stays.iter().map(|it| it.0.get()).collect();
    let of = |it: &(PersonId, Stay)| it.1;
    let classes: Vec<Option<i64>> = stays
        .iter()
        .map(|it| of(it).place.class().map(kernel::ClassId::get))
        .collect();
    let grades: Vec<Option<i16>> = stays.iter().map(|it| of(it).place.grade()).collect();
    let since: Vec<NaiveDate> = stays.iter().map(|it| of(it).since).collect();
    let until: Vec<Option<NaiveDate>> = stays.iter().map(|it| of(it).until).collect();
    let began: Vec<i64> = stays.iter().map(|it| of(it).began_by.get()).collect();
    let ended: Vec<Option<i64>> = stays
        .iter()
        .map(|it| of(it).ended_by.map(OrderId::get))
        .collect();
    sqlx::query!(
        "with told as (
           select pupil_id, class_id, grade, daterange(since, until) as during, began_by, ended_by
           from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::date[], $5::date[], $6::bigint[],
                       $7::bigint[]) t (pupil_id, class_id, grade, since, until, began_by, ended_by)
         ), grades as (
           insert into movement.unplaced (org_id, pupil_id, grade, during, began_by, ended_by)
           select kernel.org(), pupil_id, grade, during, began_by, ended_by from told
           where grade is not null
         )
         insert into movement.class_member (org_id, pupil_id, class_id, during, began_by, ended_by)
         select kernel.org(), pupil_id, class_id, during, began_by, ended_by from told
         where class_id is not null",
        &pupils,
        &classes as &[Option<i64>],
        &grades as &[Option<i16>],
        &since,
        &until as &[Option<NaiveDate>],
        &began,
        &ended as &[Option<i64>],
    )
    .execute(tx.conn())
    .await
    .on_constraint("class_member_one_class_at_a_time", || Error::Refused {
        pupil: stays[0].0,
        why: Refusal::AlreadyEnrolled,
    })?;
    Ok(())
}

/// Takes back what the orders did: stays that they began go, stays that they
/// ended go on.
pub(crate) async fn undo_stays(tx: &mut Tx, orders: &[OrderId]) -> Result<(), Error> {
    let orders: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "with grades as (delete from movement.unplaced where began_by = any($1))
         delete from movement.class_member where began_by = any($1)",
        &orders,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    sqlx::query!(
        "with grades as (
           update movement.unplaced set during = daterange(lower(during), null), ended_by = null
           where ended_by = any($1)
         )
         update movement.class_member set during = daterange(lower(during), null), ended_by = null
         where ended_by = any($1)",
        &orders,
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
           union select pupil_id from movement.unplaced
           union select p.pupil_id from movement.order_pupil p
                 join movement.order o using (org_id, order_id) where o.state = 'issued'
           order by 1"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Replaces what the register says of one pupil.
pub(crate) async fn put_chain(tx: &mut Tx, pupil: PersonId, chain: &Chain) -> Result<(), Error> {
    sqlx::query!(
        "with grades as (delete from movement.unplaced where pupil_id = $1)
         delete from movement.class_member where pupil_id = $1",
        pupil.get(),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    let stays: Vec<(PersonId, Stay)> = chain.stays.iter().map(|it| (pupil, *it)).collect();
    if stays.is_empty() {
        return Ok(());
    }
    begin_stays(tx, &stays).await
}
