use chrono::NaiveDate;
use db::{ConstraintExt, Error as DbError, Tx};
use kernel::SubjectId;

use super::{changed_one, numbers, refused_delete};
use crate::{Error, NewSubject, Scale, Subject, SubjectCard, SubjectFields};

/// Subjects in use, by name.
pub(crate) async fn in_use(tx: &mut Tx) -> Result<Vec<Subject>, DbError> {
    Ok(all(tx).await?.0)
}

/// Subjects in use and those not in use any more, both by name.
pub(crate) async fn all(tx: &mut Tx) -> Result<(Vec<Subject>, Vec<Subject>), DbError> {
    let rows = sqlx::query!(
        r#"select s.subject_id, s.name, s.short_name, coalesce(k.kind, 'five') as "kind!", s.without_marks,
                  s.archived_on is null as "in_use!"
           from curriculum.subject s left join curriculum.scale k using (org_id, scale_id)
           order by s.name"#,
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut in_use, mut old) = (vec![], vec![]);
    for it in rows {
        let subject = Subject {
            id: it.subject_id.into(),
            name: it.name,
            short_name: it.short_name,
            scale: Scale::from_code(&it.kind)
                .ok_or(DbError::corrupt("curriculum.scale", "kind"))?,
            without_marks: it.without_marks,
        };
        if it.in_use {
            in_use.push(subject);
        } else {
            old.push(subject);
        }
    }
    Ok((in_use, old))
}

struct CardRow {
    subject_id: i64,
    name: String,
    short_name: String,
    area: String,
    scale_id: Option<i64>,
    without_marks: bool,
    archived_on: Option<NaiveDate>,
    version: i32,
}

impl From<CardRow> for SubjectCard {
    fn from(it: CardRow) -> Self {
        Self {
            id: it.subject_id.into(),
            name: it.name,
            short_name: it.short_name,
            area: it.area,
            scale: it.scale_id.map(Into::into),
            without_marks: it.without_marks,
            archived: it.archived_on.is_some(),
            version: it.version,
        }
    }
}

/// All subjects, archived ones last.
pub(crate) async fn cards(tx: &mut Tx) -> Result<Vec<SubjectCard>, DbError> {
    let rows = sqlx::query_as!(
        CardRow,
        "select subject_id, name, short_name, area, scale_id, without_marks, archived_on, version
         from curriculum.subject order by archived_on is not null, name",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn insert(tx: &mut Tx, fields: &SubjectFields) -> Result<SubjectId, Error> {
    let id = sqlx::query_scalar!(
        "insert into curriculum.subject (org_id, name, short_name, area, scale_id, archived_on, without_marks)
         values (kernel.org(), $1, $2, $3, $4, case when $5 then kernel.now()::date end, $6)
         returning subject_id",
        fields.name,
        fields.short_name,
        fields.area,
        fields.scale.map(i64::from),
        fields.archived,
        fields.without_marks,
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint::<Error>("subject_name", || Error::NameTaken)
    .map_err(foreign)?;
    Ok(id.into())
}

/// Somebody named a scale of another school, or one that is not there.
fn foreign(error: Error) -> Error {
    match error {
        Error::Db(it) if it.constraint() == Some("subject_scale") => Error::NoSuchScale,
        other => other,
    }
}

pub(crate) async fn update(
    tx: &mut Tx,
    id: SubjectId,
    fields: &SubjectFields,
    seen: i32,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update curriculum.subject
            set name = $3, short_name = $4, area = $5, scale_id = $6,
                archived_on = case when $7 then coalesce(archived_on, kernel.now()::date) end,
                without_marks = $8,
                version = version + 1
          where subject_id = $1 and version = $2",
        id.get(),
        seen,
        fields.name,
        fields.short_name,
        fields.area,
        fields.scale.map(i64::from),
        fields.archived,
        fields.without_marks,
    )
    .execute(tx.conn())
    .await
    .on_constraint::<Error>("subject_name", || Error::NameTaken)
    .map_err(foreign)?;
    changed_one(&done)
}

/// Enters those of the subjects that are not there; the ids of the new ones.
pub(crate) async fn ensure(
    tx: &mut Tx,
    subjects: &[NewSubject],
) -> Result<Vec<SubjectId>, DbError> {
    let names: Vec<String> = subjects.iter().map(|it| it.name.clone()).collect();
    let short: Vec<String> = subjects.iter().map(|it| it.short_name.clone()).collect();
    let areas: Vec<String> = subjects.iter().map(|it| it.area.clone()).collect();
    let ids = sqlx::query_scalar!(
        "insert into curriculum.subject (org_id, name, short_name, area)
         select kernel.org(), n.* from unnest($1::text[], $2::text[], $3::text[]) as n
         on conflict on constraint subject_name do nothing
         returning subject_id",
        &names,
        &short,
        &areas,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Takes subjects back; refused by whatever refers to one of them.
pub(crate) async fn forget(tx: &mut Tx, ids: &[SubjectId]) -> Result<(), Error> {
    sqlx::query!(
        "delete from curriculum.subject where subject_id = any($1)",
        &numbers(ids)
    )
    .execute(tx.conn())
    .await
    .map_err(refused_delete)?;
    Ok(())
}
