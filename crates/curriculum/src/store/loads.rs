use chrono::NaiveDate;
use db::{ConstraintExt, Error as DbError, Tx};
use kernel::YearId;
use rust_decimal::Decimal;

use super::{changed_one, numbers, refused_delete};
use crate::{Error, Load, LoadCard, LoadId, LoadOf, NewLoad, Year};

struct LoadRow {
    load_id: i64,
    class_id: i64,
    group_id: Option<i64>,
    subject_id: i64,
    teacher_id: i64,
    hours_a_week: Decimal,
    since: NaiveDate,
    until: NaiveDate,
    version: i32,
}

impl From<LoadRow> for LoadCard {
    fn from(it: LoadRow) -> Self {
        Self {
            load: Load {
                id: it.load_id.into(),
                class: it.class_id.into(),
                group: it.group_id.map(Into::into),
                subject: it.subject_id.into(),
                teacher: it.teacher_id.into(),
                hours_a_week: it.hours_a_week.normalize(),
                since: it.since,
                until: it.until,
            },
            version: it.version,
        }
    }
}

/// Rows of load of a year in the order of the classes.
pub(crate) async fn of_year(
    tx: &mut Tx,
    year: YearId,
    of: LoadOf,
) -> Result<Vec<LoadCard>, DbError> {
    let (teacher, class) = match of {
        LoadOf::School => (None, None),
        LoadOf::Teacher(it) => (Some(it.get()), None),
        LoadOf::Class(it) => (None, Some(it.get())),
    };
    let rows = sqlx::query_as!(
        LoadRow,
        r#"select l.load_id, l.class_id, l.group_id, l.subject_id, l.teacher_id, l.hours_a_week,
                  lower(l.valid) as "since!", upper(l.valid) - 1 as "until!", l.version
           from curriculum.load l
           join curriculum.class c using (org_id, class_id)
           join curriculum.subject s using (org_id, subject_id)
           left join curriculum.study_group g using (org_id, group_id)
           where l.year_id = $1 and ($2::bigint is null or l.teacher_id = $2)
             and ($3::bigint is null or l.class_id = $3)
           order by c.grade, c.letter, s.name, g.part nulls first, lower(l.valid), l.load_id"#,
        year.get(),
        teacher,
        class,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One row with the year it belongs to.
pub(crate) async fn by_id(tx: &mut Tx, id: LoadId) -> Result<Option<(YearId, LoadCard)>, DbError> {
    let row = sqlx::query!(
        r#"select year_id, load_id, class_id, group_id, subject_id, teacher_id, hours_a_week,
                  lower(valid) as "since!", upper(valid) - 1 as "until!", version
           from curriculum.load where load_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| {
        let row = LoadRow {
            load_id: it.load_id,
            class_id: it.class_id,
            group_id: it.group_id,
            subject_id: it.subject_id,
            teacher_id: it.teacher_id,
            hours_a_week: it.hours_a_week,
            since: it.since,
            until: it.until,
            version: it.version,
        };
        (it.year_id.into(), row.into())
    }))
}

/// Enters rows of load in one statement; their ids in the order given.
pub(crate) async fn insert(
    tx: &mut Tx,
    year: &Year,
    loads: &[NewLoad],
) -> Result<Vec<LoadId>, Error> {
    let mut days: (Vec<NaiveDate>, Vec<NaiveDate>) = (vec![], vec![]);
    for it in loads {
        let (since, until) = it.days(year)?;
        days.0.push(since);
        days.1.push(until);
    }
    let classes: Vec<i64> = loads.iter().map(|it| it.class.get()).collect();
    let groups: Vec<Option<i64>> = loads.iter().map(|it| it.group.map(i64::from)).collect();
    let subjects: Vec<i64> = loads.iter().map(|it| it.subject.get()).collect();
    let teachers: Vec<i64> = loads.iter().map(|it| it.teacher.get()).collect();
    let hours: Vec<Decimal> = loads.iter().map(|it| it.hours_a_week).collect();
    let ids = sqlx::query_scalar!(
        "insert into curriculum.load (org_id, year_id, class_id, group_id, subject_id, teacher_id,
                                      hours_a_week, valid)
         select kernel.org(), $1, n.class_id, n.group_id, n.subject_id, n.teacher_id, n.hours,
                daterange(n.since, n.until, '[]')
         from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::numeric[],
                     $7::date[], $8::date[]) with ordinality
              as n (class_id, group_id, subject_id, teacher_id, hours, since, until, position)
         order by n.position
         returning load_id",
        year.id.get(),
        &classes,
        &groups as &[Option<i64>],
        &subjects,
        &teachers,
        &hours,
        &days.0,
        &days.1,
    )
    .fetch_all(tx.conn())
    .await
    .on_constraint::<Error>("load_once", || Error::LoadTwice)
    .map_err(foreign)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Somebody named a thing of another school, or one that is not there.
fn foreign(error: Error) -> Error {
    let Error::Db(it) = error else { return error };
    match it.constraint() {
        Some("load_class") => Error::NoSuchClass,
        Some("load_group") => Error::NoSuchGroup,
        Some("load_subject") => Error::NoSuchSubject,
        Some("load_teacher") => Error::NoSuchTeacher,
        _ => Error::Db(it),
    }
}

/// Changes teacher, hours and days; class, group and subject stay, because
/// lessons were given under them.
pub(crate) async fn update(
    tx: &mut Tx,
    id: LoadId,
    wish: &NewLoad,
    (since, until): (NaiveDate, NaiveDate),
    seen: i32,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update curriculum.load
            set teacher_id = $3, hours_a_week = $4, valid = daterange($5, $6, '[]'),
                version = version + 1
          where load_id = $1 and version = $2",
        id.get(),
        seen,
        wish.teacher.get(),
        wish.hours_a_week,
        since,
        until,
    )
    .execute(tx.conn())
    .await
    .on_constraint::<Error>("load_once", || Error::LoadTwice)
    .map_err(foreign)?;
    changed_one(&done)
}

/// Takes rows back; refused where a plan is followed.
pub(crate) async fn forget(tx: &mut Tx, ids: &[LoadId]) -> Result<(), Error> {
    sqlx::query!(
        "delete from curriculum.load where load_id = any($1)",
        &numbers(ids)
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    Ok(())
}
