use chrono::NaiveDate;
use db::Tx;
use sqlx::types::Json;

use crate::file::{Files, PupilFile, WorkerFile};

/// The cards of all staff and pupils as deadlines look at them, those of
/// former ones too, in one statement: who is enrolled is not known here.
pub(crate) async fn files(tx: &mut Tx, today: NaiveDate) -> Result<Files, db::Error> {
    let found = sqlx::query!(
        r#"select (
            select coalesce(json_agg(json_build_object(
                'person', s.person_id, 'hired_on', s.hired_on, 'dismissed_on', s.dismissed_on,
                'entered_at', p.created_at,
                'consents', exists (
                    select from people.consent c
                     where c.org_id = s.org_id and c.subject_id = s.person_id and c.kind = 'processing'
                       and c.withdrawn_on is null),
                'empty', array_remove(array[
                    case when s.post = '' then 'post' end,
                    case when s.hired_on is null then 'hired_on' end,
                    case when s.hire_order = '' then 'hire_order' end,
                    case when s.education = '' then 'education' end,
                    case when p.gender is null then 'gender' end,
                    case when p.born_on is null then 'born_on' end], null))), '[]')
              from people.staff s
              join people.person p on p.org_id = s.org_id and p.person_id = s.person_id
             where s.org_id = kernel.org()) as "workers!: Json<Vec<WorkerFile>>",
           (select coalesce(json_agg(json_build_object(
                'pupil', p.person_id, 'born_on', p.born_on, 'entered_at', p.created_at,
                'parents', array(select k.parent_id from people.kinship k
                                  where k.org_id = p.org_id and k.pupil_id = p.person_id
                                    and (k.until is null or k.until > $1)),
                'consents', exists (
                    select from people.consent c
                     where c.org_id = p.org_id and c.subject_id = p.person_id and c.kind = 'processing'
                       and c.withdrawn_on is null),
                'empty', array_remove(array[
                    case when p.gender is null then 'gender' end,
                    case when p.born_on is null then 'born_on' end,
                    case when u.file_number = '' then 'file_number' end,
                    case when p.lives_at = '' and p.registered_at = '' then 'lives_at' end,
                    case when u.family = '' then 'family' end,
                    case when u.foreign_language = '' then 'foreign_language' end,
                    case when r.passport is not true then 'passport' end,
                    case when r.certificate is not true then 'birth_certificate' end,
                    case when r.social is not true then 'social_status' end], null))), '[]')
              from people.pupil u
              join people.person p on p.org_id = u.org_id and p.person_id = u.person_id
              cross join lateral (
                  select bool_or(field = 'passport') as passport, bool_or(field = 'social_status') as social,
                         bool_or(field = 'birth_certificate') as certificate
                    from people.restricted_field f
                   where f.org_id = u.org_id and f.person_id = u.person_id) r
             where u.org_id = kernel.org()) as "pupils!: Json<Vec<PupilFile>>""#,
        today,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Files::of(found.workers.0, found.pupils.0))
}

/// All numbers of personal files.
pub(crate) async fn taken_file_numbers(
    tx: &mut Tx,
) -> Result<std::collections::HashSet<String>, db::Error> {
    let found = sqlx::query_scalar!("select file_number from people.pupil where file_number <> ''")
        .fetch_all(tx.conn())
        .await?;
    Ok(found.into_iter().collect())
}
