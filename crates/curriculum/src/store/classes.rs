use std::collections::HashSet;

use db::{ConstraintExt, Error as DbError, Tx};
use kernel::{ClassId, YearId};

use super::{changed_one, numbers, refused_delete};
use crate::{Class, ClassCard, ClassFields, Error, NewClass};

struct ClassRow {
    class_id: i64,
    year_id: i64,
    grade: i16,
    letter: String,
    shift: i16,
    teacher_id: Option<i64>,
    room_id: Option<i64>,
    profile: String,
    version: i32,
}

impl From<ClassRow> for ClassCard {
    fn from(it: ClassRow) -> Self {
        Self {
            class: Class {
                id: it.class_id.into(),
                year: it.year_id.into(),
                grade: it.grade,
                letter: it.letter,
                shift: it.shift,
                teacher: it.teacher_id.map(Into::into),
                room: it.room_id.map(Into::into),
            },
            profile: it.profile,
            version: it.version,
        }
    }
}

/// Classes of a year, 1А … 11Б.
pub(crate) async fn of_year(tx: &mut Tx, year: YearId) -> Result<Vec<ClassCard>, DbError> {
    let rows = sqlx::query_as!(
        ClassRow,
        "select class_id, year_id, grade, letter, shift, teacher_id, room_id, profile, version
         from curriculum.class where year_id = $1 order by grade, letter",
        year.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn by_id(tx: &mut Tx, ids: &[ClassId]) -> Result<Vec<ClassCard>, DbError> {
    let rows = sqlx::query_as!(
        ClassRow,
        "select class_id, year_id, grade, letter, shift, teacher_id, room_id, profile, version
         from curriculum.class where class_id = any($1) order by grade, letter",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The same, and which of them are of a closed year.
pub(crate) async fn by_id_and_closed(
    tx: &mut Tx,
    ids: &[ClassId],
) -> Result<(Vec<Class>, HashSet<ClassId>), DbError> {
    let rows = sqlx::query!(
        r#"select c.class_id, c.year_id, c.grade, c.letter, c.shift, c.teacher_id, c.room_id,
                  y.state = 'archived' as "closed!"
           from curriculum.class c join curriculum.year y using (org_id, year_id)
           where c.class_id = any($1) order by c.grade, c.letter"#,
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    let closed = rows.iter().filter(|it| it.closed);
    let closed = closed.map(|it| it.class_id.into()).collect();
    let classes = rows.into_iter().map(|it| Class {
        id: it.class_id.into(),
        year: it.year_id.into(),
        grade: it.grade,
        letter: it.letter,
        shift: it.shift,
        teacher: it.teacher_id.map(Into::into),
        room: it.room_id.map(Into::into),
    });
    Ok((classes.collect(), closed))
}

pub(crate) async fn insert(
    tx: &mut Tx,
    year: YearId,
    fields: &ClassFields,
) -> Result<ClassId, Error> {
    let id = sqlx::query_scalar!(
        "insert into curriculum.class (org_id, year_id, grade, letter, shift, teacher_id, room_id, profile)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7) returning class_id",
        year.get(),
        fields.grade,
        fields.letter,
        fields.shift,
        fields.teacher.map(i64::from),
        fields.room.map(i64::from),
        fields.profile,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("class_name", || Error::NameTaken)?;
    Ok(id.into())
}

pub(crate) async fn update(
    tx: &mut Tx,
    id: ClassId,
    fields: &ClassFields,
    seen: i32,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update curriculum.class
            set grade = $3, letter = $4, shift = $5, teacher_id = $6, room_id = $7, profile = $8,
                version = version + 1
          where class_id = $1 and version = $2",
        id.get(),
        seen,
        fields.grade,
        fields.letter,
        fields.shift,
        fields.teacher.map(i64::from),
        fields.room.map(i64::from),
        fields.profile,
    )
    .execute(tx.conn())
    .await
    .on_constraint("class_name", || Error::NameTaken)?;
    changed_one(&done)
}

/// Enters those of the classes that are not there, in one statement.
pub(crate) async fn ensure(
    tx: &mut Tx,
    year: YearId,
    classes: &[NewClass],
) -> Result<Vec<ClassId>, DbError> {
    let grades: Vec<i16> = classes.iter().map(|it| it.name.grade().into()).collect();
    let letters: Vec<String> = classes
        .iter()
        .map(|it| it.name.letter().to_owned())
        .collect();
    let shifts: Vec<i16> = classes.iter().map(|it| it.shift).collect();
    let created = sqlx::query_scalar!(
        "insert into curriculum.class (org_id, year_id, grade, letter, shift)
         select kernel.org(), $1, n.* from unnest($2::smallint[], $3::text[], $4::smallint[]) as n
         on conflict on constraint class_name do nothing
         returning class_id",
        year.get(),
        &grades,
        &letters,
        &shifts,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(created.into_iter().map(Into::into).collect())
}

/// Takes classes back; refused by whatever refers to one of them.
pub(crate) async fn forget(tx: &mut Tx, ids: &[ClassId]) -> Result<(), Error> {
    sqlx::query!(
        "delete from curriculum.class where class_id = any($1)",
        &numbers(ids)
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    Ok(())
}
