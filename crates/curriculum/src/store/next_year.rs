use db::{ConstraintExt, Error as DbError, Tx};
use kernel::{ClassId, GroupId, PersonId, YearId};

use super::{numbers, refused_delete};
use crate::{ClassFields, Error, YearState};

pub(crate) async fn set_state(tx: &mut Tx, id: YearId, state: YearState) -> Result<(), DbError> {
    sqlx::query!(
        "update curriculum.year set state = $2 where year_id = $1",
        id.get(),
        state.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn insert_classes(
    tx: &mut Tx,
    year: YearId,
    classes: &[ClassFields],
) -> Result<Vec<ClassId>, Error> {
    let grades: Vec<i16> = classes.iter().map(|it| it.grade).collect();
    let letters: Vec<String> = classes.iter().map(|it| it.letter.clone()).collect();
    let shifts: Vec<i16> = classes.iter().map(|it| it.shift).collect();
    let teachers: Vec<Option<i64>> = classes
        .iter()
        .map(|it| it.teacher.map(Into::into))
        .collect();
    let rooms: Vec<Option<i64>> = classes.iter().map(|it| it.room.map(Into::into)).collect();
    let profiles: Vec<String> = classes.iter().map(|it| it.profile.clone()).collect();
    let ids = sqlx::query_scalar!(
        "insert into curriculum.class (org_id, year_id, grade, letter, shift, teacher_id, room_id, profile)
         select kernel.org(), $1, n.grade, n.letter, n.shift, n.teacher, n.room, n.profile
           from unnest($2::smallint[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[])
                with ordinality as n (grade, letter, shift, teacher, room, profile, position)
          order by n.position
         returning class_id",
        year.get(),
        &grades,
        &letters,
        &shifts,
        &teachers as &[Option<i64>],
        &rooms as &[Option<i64>],
        &profiles,
    )
    .fetch_all(tx.conn())
    .await
    .on_constraint::<Error>("class_name", || Error::NameTaken)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

pub(crate) async fn set_teachers(
    tx: &mut Tx,
    teachers: &[(ClassId, Option<PersonId>)],
) -> Result<(), DbError> {
    let classes: Vec<i64> = teachers.iter().map(|it| it.0.get()).collect();
    let people: Vec<Option<i64>> = teachers.iter().map(|it| it.1.map(Into::into)).collect();
    sqlx::query!(
        "update curriculum.class c set teacher_id = n.teacher, version = c.version + 1
           from unnest($1::bigint[], $2::bigint[]) as n (class_id, teacher)
          where c.class_id = n.class_id and c.teacher_id is distinct from n.teacher",
        &classes,
        &people as &[Option<i64>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn drop_classes(tx: &mut Tx, classes: &[ClassId]) -> Result<(), Error> {
    let classes = numbers(classes);
    sqlx::query!(
        "delete from curriculum.plan_use where load_id in
             (select l.load_id from curriculum.load l where l.class_id = any($1))",
        &classes,
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    sqlx::query!(
        "delete from curriculum.load where class_id = any($1)",
        &classes
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    let groups = sqlx::query_scalar!(
        "select group_id from curriculum.study_group where class_id = any($1)",
        &classes
    )
    .fetch_all(tx.conn())
    .await
    .map_err(DbError::from)?;
    let groups: Vec<GroupId> = groups.into_iter().map(Into::into).collect();
    super::groups::forget(tx, &groups).await?;
    sqlx::query!(
        "delete from curriculum.class where class_id = any($1)",
        &classes
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    Ok(())
}

/// Plans, their lessons, and which load follows them.
pub(crate) async fn copy_plans(tx: &mut Tx, from: YearId, to: YearId) -> Result<u64, DbError> {
    let copied = sqlx::query!(
        "insert into curriculum.plan (org_id, year_id, subject_id, grade, teacher_id, name)
         select kernel.org(), $2, w.subject_id, w.grade, w.teacher_id, s.name
           from (select distinct l.subject_id, c.grade, l.teacher_id
                   from curriculum.load l join curriculum.class c using (org_id, class_id)
                  where l.year_id = $2) w
          cross join lateral (
                select p.name from curriculum.plan p
                 where p.year_id = $1 and p.subject_id = w.subject_id and p.grade = w.grade
                   and exists (select from curriculum.plan_item i
                                where i.org_id = p.org_id and i.plan_id = p.plan_id)
                 order by p.teacher_id <> w.teacher_id, p.plan_id limit 1) s
          where not exists (select from curriculum.plan n
                             where n.year_id = $2 and n.subject_id = w.subject_id and n.grade = w.grade
                               and n.teacher_id = w.teacher_id)",
        from.get(),
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into curriculum.plan_item (org_id, plan_id, number, section, topic, homework, work_kind_id)
         select kernel.org(), n.plan_id, i.number, i.section, i.topic, i.homework, i.work_kind_id
           from curriculum.plan n
          cross join lateral (
                select p.plan_id from curriculum.plan p
                 where p.year_id = $1 and p.subject_id = n.subject_id and p.grade = n.grade
                   and exists (select from curriculum.plan_item i
                                where i.org_id = p.org_id and i.plan_id = p.plan_id)
                 order by p.teacher_id <> n.teacher_id, p.plan_id limit 1) s
           join curriculum.plan_item i on i.org_id = kernel.org() and i.plan_id = s.plan_id
          where n.year_id = $2
            and not exists (select from curriculum.plan_item o
                             where o.org_id = n.org_id and o.plan_id = n.plan_id)",
        from.get(),
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into curriculum.plan_use (org_id, plan_id, load_id)
         select distinct on (l.load_id) kernel.org(), p.plan_id, l.load_id
           from curriculum.load l
           join curriculum.class c using (org_id, class_id)
           join curriculum.plan p on p.org_id = l.org_id and p.year_id = l.year_id
            and p.subject_id = l.subject_id and p.grade = c.grade and p.teacher_id = l.teacher_id
          where l.year_id = $1
          order by l.load_id, p.plan_id
         on conflict on constraint plan_use_pkey do nothing",
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(copied.rows_affected())
}

pub(crate) async fn carry_groups(
    tx: &mut Tx,
    from: YearId,
    moves: &[(PersonId, ClassId)],
) -> Result<Vec<(GroupId, PersonId)>, DbError> {
    let pupils: Vec<i64> = moves.iter().map(|it| it.0.get()).collect();
    let classes: Vec<i64> = moves.iter().map(|it| it.1.get()).collect();
    let rows = sqlx::query!(
        "insert into curriculum.group_member (org_id, group_id, pupil_id)
         select distinct kernel.org(), g.group_id, n.pupil_id
           from unnest($2::bigint[], $3::bigint[]) as n (pupil_id, class_id)
           join curriculum.group_member m on m.org_id = kernel.org() and m.pupil_id = n.pupil_id
           join curriculum.study_group o on o.org_id = m.org_id and o.group_id = m.group_id
           join curriculum.class c on c.org_id = o.org_id and c.class_id = o.class_id and c.year_id = $1
           join curriculum.study_group g on g.org_id = o.org_id and g.class_id = n.class_id
            and g.subject_id = o.subject_id and g.part = o.part
         on conflict on constraint group_member_pkey do nothing
         returning group_id, pupil_id",
        from.get(),
        &pupils,
        &classes,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.group_id.into(), it.pupil_id.into()))
        .collect())
}

pub(crate) async fn leave_groups(
    tx: &mut Tx,
    members: &[(GroupId, PersonId)],
) -> Result<(), DbError> {
    let groups: Vec<i64> = members.iter().map(|it| it.0.get()).collect();
    let pupils: Vec<i64> = members.iter().map(|it| it.1.get()).collect();
    sqlx::query!(
        "delete from curriculum.group_member m
          using unnest($1::bigint[], $2::bigint[]) as n (group_id, pupil_id)
          where m.org_id = kernel.org() and m.group_id = n.group_id and m.pupil_id = n.pupil_id",
        &groups,
        &pupils,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
