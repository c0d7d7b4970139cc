use db::{Error as DbError, Tx};
use kernel::{ClassId, GroupId, PersonId, SubjectId};

use super::{numbers, refused_delete};
use crate::{Assignment, Error, Group, GroupSet, NewGroup, defaults};

struct GroupRow {
    group_id: i64,
    class_id: i64,
    subject_id: i64,
    part: i16,
    name: String,
}

impl From<GroupRow> for Group {
    fn from(it: GroupRow) -> Self {
        Self {
            id: it.group_id.into(),
            class: it.class_id.into(),
            subject: it.subject_id.into(),
            part: it.part,
            name: it.name,
        }
    }
}

pub(crate) async fn of_classes(tx: &mut Tx, classes: &[ClassId]) -> Result<Vec<Group>, DbError> {
    let rows = sqlx::query_as!(
        GroupRow,
        "select group_id, class_id, subject_id, part, name
         from curriculum.study_group where class_id = any($1)
         order by class_id, subject_id, part",
        &numbers(classes),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn members(
    tx: &mut Tx,
    groups: &[GroupId],
) -> Result<Vec<(GroupId, PersonId)>, DbError> {
    let rows = sqlx::query!(
        "select group_id, pupil_id from curriculum.group_member where group_id = any($1)
         order by group_id, pupil_id",
        &numbers(groups),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.group_id.into(), it.pupil_id.into()))
        .collect())
}

pub(crate) async fn of_pupil(tx: &mut Tx, pupil: PersonId) -> Result<Vec<GroupId>, DbError> {
    let ids = sqlx::query_scalar!(
        "select group_id from curriculum.group_member where pupil_id = $1 order by group_id",
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// The groups of a class for a subject, locked until the end of the transaction.
pub(crate) async fn locked_set(
    tx: &mut Tx,
    class: ClassId,
    subject: SubjectId,
) -> Result<GroupSet, DbError> {
    let rows = sqlx::query!(
        "select group_id, class_id, subject_id, part, name, version
         from curriculum.study_group where class_id = $1 and subject_id = $2
         order by part for update",
        class.get(),
        subject.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let version = rows.iter().map(|it| it.version).sum();
    let groups = rows.into_iter().map(|it| Group {
        id: it.group_id.into(),
        class: it.class_id.into(),
        subject: it.subject_id.into(),
        part: it.part,
        name: it.name,
    });
    Ok(GroupSet {
        groups: groups.collect(),
        members: vec![],
        version,
    })
}

/// The versions of the sets of a class, by subject.
pub(crate) async fn versions(
    tx: &mut Tx,
    class: ClassId,
) -> Result<Vec<(SubjectId, i32)>, DbError> {
    let rows = sqlx::query!(
        r#"select subject_id, sum(version)::integer as "version!"
           from curriculum.study_group where class_id = $1 group by subject_id"#,
        class.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.subject_id.into(), it.version))
        .collect())
}

/// «Группа 1»
fn group_name(part: i16) -> String {
    format!("{} {part}", defaults::name("group"))
}

/// Enters those of the groups that are not there; the ids of the new ones.
pub(crate) async fn ensure(tx: &mut Tx, wanted: &[NewGroup]) -> Result<Vec<GroupId>, DbError> {
    let classes: Vec<i64> = wanted.iter().map(|it| it.class.get()).collect();
    let subjects: Vec<i64> = wanted.iter().map(|it| it.subject.get()).collect();
    let parts: Vec<i16> = wanted.iter().map(|it| it.part).collect();
    let names: Vec<String> = parts.iter().copied().map(group_name).collect();
    let ids = sqlx::query_scalar!(
        "insert into curriculum.study_group (org_id, class_id, subject_id, part, name)
         select kernel.org(), n.* from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[]) as n
         on conflict on constraint study_group_part do nothing
         returning group_id",
        &classes,
        &subjects,
        &parts,
        &names,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Puts the pupils into these groups of one class and subject and out of its others.
pub(crate) async fn assign(tx: &mut Tx, set: &GroupSet, wish: &[Assignment]) -> Result<(), Error> {
    let all: Vec<i64> = set.groups.iter().map(|it| it.id.get()).collect();
    let group_of = |part: i16| {
        set.groups
            .iter()
            .find(|it| it.part == part)
            .map(|it| it.id.get())
    };
    let (groups, pupils): (Vec<i64>, Vec<i64>) = wish
        .iter()
        .filter_map(|it| Some((group_of(it.part?)?, it.pupil.get())))
        .unzip();
    sqlx::query!(
        "delete from curriculum.group_member m
          where m.group_id = any($1)
            and not exists (select from unnest($2::bigint[], $3::bigint[]) as n (group_id, pupil_id)
                             where n.group_id = m.group_id and n.pupil_id = m.pupil_id)",
        &all,
        &groups,
        &pupils,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    sqlx::query!(
        "insert into curriculum.group_member (org_id, group_id, pupil_id)
         select kernel.org(), n.* from unnest($1::bigint[], $2::bigint[]) as n
         on conflict on constraint group_member_pkey do nothing",
        &groups,
        &pupils,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    sqlx::query!(
        "update curriculum.study_group set version = version + 1 where group_id = any($1)",
        &all,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    Ok(())
}

/// Takes groups back with their members; refused by whatever else refers to one of them.
pub(crate) async fn forget(tx: &mut Tx, ids: &[GroupId]) -> Result<(), Error> {
    let ids = numbers(ids);
    sqlx::query!(
        "delete from curriculum.group_member where group_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    sqlx::query!(
        "delete from curriculum.study_group where group_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    Ok(())
}
