use std::collections::BTreeMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::{numbers, touched};
use crate::{
    CardKind, Error, Kin,
    family::{Kinship, KinshipId, NewKinship},
};

struct KinRow {
    parent_id: i64,
    pupil_id: i64,
    kind: String,
}

/// Parents of these pupils in force on the day.
pub(crate) async fn parents_of(
    tx: &mut Tx,
    pupils: &[PersonId],
    on: NaiveDate,
) -> Result<Vec<Kin>, db::Error> {
    if pupils.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        KinRow,
        "select k.parent_id, k.pupil_id, k.kind
         from people.kinship k join people.person p on p.person_id = k.parent_id
         where k.pupil_id = any($1)
           and (k.since is null or k.since <= $2) and (k.until is null or k.until > $2)
         order by p.last_name, p.first_name, p.middle_name nulls first, k.parent_id, k.pupil_id",
        &numbers(pupils),
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    let kin = |it: KinRow| Kin {
        parent: it.parent_id.into(),
        pupil: it.pupil_id.into(),
        kind: it.kind,
    };
    Ok(rows.into_iter().map(kin).collect())
}

/// Children of these parents in force on the day, in the order of names.
pub(crate) async fn children_of(
    tx: &mut Tx,
    parents: &[PersonId],
    on: NaiveDate,
) -> Result<Vec<Kin>, db::Error> {
    if parents.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        KinRow,
        "select k.parent_id, k.pupil_id, k.kind
         from people.kinship k join people.person p on p.person_id = k.pupil_id
         where k.parent_id = any($1)
           and (k.since is null or k.since <= $2) and (k.until is null or k.until > $2)
         order by p.last_name, p.first_name, p.middle_name nulls first, k.pupil_id, k.parent_id",
        &numbers(parents),
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    let kin = |it: KinRow| Kin {
        parent: it.parent_id.into(),
        pupil: it.pupil_id.into(),
        kind: it.kind,
    };
    Ok(rows.into_iter().map(kin).collect())
}

/// Kinships in force of a person, whichever side they are on.
pub(crate) async fn kinships_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Kinship>, db::Error> {
    let rows = sqlx::query!(
        "select kinship_id, parent_id, pupil_id, kind, since from people.kinship
         where (parent_id = $1 or pupil_id = $1) and until is null order by kinship_id",
        person.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Kinship {
            id: it.kinship_id.into(),
            parent: it.parent_id.into(),
            pupil: it.pupil_id.into(),
            kind: it.kind,
            since: it.since,
        })
        .collect())
}

/// Every kinship that such a card ever had, with the person on the other side.
pub(crate) async fn kinships_ever(
    tx: &mut Tx,
    kind: CardKind,
    person: PersonId,
) -> Result<BTreeMap<i64, PersonId>, db::Error> {
    let rows = sqlx::query!(
        r#"select kinship_id, case when $2 then parent_id else pupil_id end as "relative!"
           from people.kinship where case when $2 then pupil_id else parent_id end = $1"#,
        person.get(),
        kind == CardKind::Pupil,
    )
    .fetch_all(tx.conn())
    .await?;
    let relative = |id: i64| id.into();
    Ok(rows
        .into_iter()
        .map(|it| (it.kinship_id, relative(it.relative)))
        .collect())
}

/// Whether a kinship of either person is in force: (parent, pupil).
pub(crate) async fn kinship(
    tx: &mut Tx,
    id: KinshipId,
) -> Result<Option<(PersonId, PersonId)>, db::Error> {
    let row = sqlx::query!(
        "select parent_id, pupil_id from people.kinship where kinship_id = $1 and until is null",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.parent_id.into(), it.pupil_id.into())))
}

/// Links parents and pupils in one statement.
pub(crate) async fn link(tx: &mut Tx, kin: &[NewKinship], since: NaiveDate) -> Result<(), Error> {
    let parents: Vec<i64> = kin.iter().map(|it| it.parent.get()).collect();
    let pupils: Vec<i64> = kin.iter().map(|it| it.pupil.get()).collect();
    let kinds: Vec<String> = kin.iter().map(|it| it.kind.code().to_owned()).collect();
    sqlx::query!(
        "insert into people.kinship (org_id, parent_id, pupil_id, kind, since)
         select kernel.org(), it.parent, it.pupil, it.kind, $4
         from unnest($1::bigint[], $2::bigint[], $3::text[]) it (parent, pupil, kind)",
        &parents,
        &pupils,
        &kinds,
        since,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)
    .map_err(|it| match it.constraint() {
        Some("kinship_in_force") => Error::AlreadyKin,
        Some("kinship_parent" | "kinship_pupil") => Error::NoSuchPerson,
        _ => it.into(),
    })?;
    Ok(())
}

/// Ends a kinship; it stays in the history.
pub(crate) async fn unlink(tx: &mut Tx, id: KinshipId, on: NaiveDate) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.kinship set until = greatest($2, since) where kinship_id = $1 and until is null",
        id.get(),
        on,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    touched(&done, Error::NoSuchKinship)
}
