use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::numbers;
use crate::{PupilFile, WorkerFile};

/// The cards of all staff, dismissed ones too.
pub(crate) async fn workers(tx: &mut Tx) -> Result<Vec<WorkerFile>, db::Error> {
    let rows = sqlx::query!(
        r#"select s.person_id, s.hired_on, s.dismissed_on, p.created_at,
                  exists (select from people.consent c
                          where c.org_id = s.org_id and c.subject_id = s.person_id and c.kind = 'processing'
                            and c.withdrawn_on is null) as "consents!",
                  array_remove(array[
                      case when s.post = '' then 'post' end,
                      case when s.hired_on is null then 'hired_on' end,
                      case when s.hire_order = '' then 'hire_order' end,
                      case when s.education = '' then 'education' end,
                      case when p.gender is null then 'gender' end,
                      case when p.born_on is null then 'born_on' end], null) as "empty!"
             from people.staff s
             join people.person p on p.org_id = s.org_id and p.person_id = s.person_id"#,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| WorkerFile {
            person: it.person_id.into(),
            hired_on: it.hired_on,
            dismissed_on: it.dismissed_on,
            entered_at: it.created_at,
            consents: it.consents,
            empty: it.empty,
        })
        .collect())
}

/// The cards of these pupils, and of all that are not among the named.
pub(crate) async fn pupil_files(
    tx: &mut Tx,
    pupils: &[PersonId],
    named: &[PersonId],
    today: NaiveDate,
) -> Result<Vec<PupilFile>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.person_id, p.born_on, p.created_at,
                  array(select k.parent_id from people.kinship k
                         where k.org_id = p.org_id and k.pupil_id = p.person_id
                           and (k.until is null or k.until > $3)) as "parents!",
                  exists (select from people.consent c
                          where c.org_id = p.org_id and c.subject_id = p.person_id and c.kind = 'processing'
                            and c.withdrawn_on is null) as "consents!",
                  array_remove(array[
                      case when p.gender is null then 'gender' end,
                      case when p.born_on is null then 'born_on' end,
                      case when u.file_number = '' then 'file_number' end,
                      case when p.lives_at = '' and p.registered_at = '' then 'lives_at' end,
                      case when u.family = '' then 'family' end,
                      case when u.foreign_language = '' then 'foreign_language' end,
                      case when r.passport is not true then 'passport' end,
                      case when r.certificate is not true then 'birth_certificate' end,
                      case when r.social is not true then 'social_status' end], null) as "empty!"
             from people.pupil u
             join people.person p on p.org_id = u.org_id and p.person_id = u.person_id
             cross join lateral (
                 select bool_or(field = 'passport') as passport, bool_or(field = 'social_status') as social,
                        bool_or(field = 'birth_certificate') as certificate
                   from people.restricted_field f
                  where f.org_id = u.org_id and f.person_id = u.person_id) r
            where u.person_id = any($1) or u.person_id <> all($2)"#,
        &numbers(pupils),
        &numbers(named),
        today,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let mut empty = it.empty;
            if it.parents.is_empty() {
                empty.push("parents".to_owned());
            }
            PupilFile {
                pupil: it.person_id.into(),
                born_on: it.born_on,
                entered_at: it.created_at,
                parents: it.parents.into_iter().map(Into::into).collect(),
                consents: it.consents,
                empty,
            }
        })
        .collect())
}
