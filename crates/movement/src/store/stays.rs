use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::Tx;
use kernel::{ClassId, PersonId};

use super::chains::place;
use crate::{Member, order::Place};

pub(super) fn numbers(ids: &[PersonId]) -> Vec<i64> {
    ids.iter().map(|it| it.get()).collect()
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

/// The same, with those of them whom a transfer brought with an extract that
/// is still kept.
pub(crate) async fn members_and_former(
    tx: &mut Tx,
    classes: &[ClassId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<(Vec<Member>, HashSet<PersonId>), db::Error> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select m.pupil_id, m.class_id, lower(m.during) as "since!", upper(m.during) - 1 as until,
                  exists (select from movement.arrival a
                            join movement.transfer_extract e
                              on e.org_id = a.from_org and e.transfer_id = a.transfer_id
                           where a.org_id = m.org_id and a.pupil_id = m.pupil_id
                             and e.content is not null) as "former!"
           from movement.class_member m
           where m.class_id = any($1) and m.during && daterange($2, $3, '[]')"#,
        &classes,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    let former = rows.iter().filter(|it| it.former);
    let former = former.map(|it| it.pupil_id.into()).collect();
    let members = rows.into_iter().map(|it| Member {
        pupil: it.pupil_id.into(),
        class: it.class_id.into(),
        since: it.since,
        until: it.until,
    });
    Ok((members.collect(), former))
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

/// Where these pupils are on the day.
pub(crate) async fn stays_on(
    tx: &mut Tx,
    pupils: &[PersonId],
    on: NaiveDate,
) -> Result<Vec<Member>, db::Error> {
    let rows = sqlx::query_as!(
        MemberRow,
        r#"select pupil_id, class_id, lower(during) as "since!", upper(during) - 1 as until
           from movement.class_member where pupil_id = any($1) and during @> $2::date"#,
        &numbers(pupils),
        on,
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

/// Who is in each class on the day.
pub(crate) async fn in_classes(
    tx: &mut Tx,
    on: NaiveDate,
) -> Result<Vec<(ClassId, Vec<PersonId>)>, db::Error> {
    let rows = sqlx::query!(
        r#"select class_id, array_agg(pupil_id) as "pupils!"
           from movement.class_member where during @> $1::date group by class_id"#,
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    let people = |ids: Vec<i64>| ids.into_iter().map(Into::into).collect();
    let rows = rows.into_iter();
    Ok(rows
        .map(|it| (it.class_id.into(), people(it.pupils)))
        .collect())
}

/// Where everybody is by the last order about them, today or from a later day on.
pub(crate) async fn open_stays(tx: &mut Tx) -> Result<Vec<(PersonId, Place)>, db::Error> {
    let rows = sqlx::query!(
        r#"select pupil_id as "pupil_id!", class_id as "class_id?", null::smallint as "grade?"
           from movement.class_member where upper_inf(during)
           union all
           select pupil_id, null, grade from movement.unplaced where upper_inf(during)"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| Ok((it.pupil_id.into(), place(it.class_id, it.grade)?)))
        .collect()
}

/// How many are in each of these classes on the day.
pub(crate) async fn sizes(
    tx: &mut Tx,
    classes: &[ClassId],
    on: NaiveDate,
) -> Result<HashMap<ClassId, i64>, db::Error> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select class_id, count(*) as "count!" from movement.class_member
           where class_id = any($1) and during @> $2::date group by class_id"#,
        &classes,
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.class_id.into(), it.count))
        .collect())
}

/// Pupils who left within the last two months and did not come back.
pub(crate) async fn left_lately(tx: &mut Tx, today: NaiveDate) -> Result<Vec<PersonId>, db::Error> {
    let rows = sqlx::query_scalar!(
        r#"select pupil_id as "pupil_id!" from (
               select pupil_id, during from movement.class_member
               union all select pupil_id, during from movement.unplaced) stay
           group by pupil_id
           having bool_and(not upper_inf(during)) and max(upper(during)) between $1::date - 60 and $1"#,
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
