//! Cards as reports ask for them.

use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::PersonId;

use super::numbers;
use crate::{
    Card, Citizenship, Gender,
    sheet::{PupilSheet, StaffSheet},
};

/// What reports ask of these pupils' cards, in the order of names.
pub(crate) async fn pupil_sheets(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<PupilSheet>, Error> {
    let rows = sqlx::query!(
        "select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, p.gender, p.lives_at,
                p.registered_at, u.file_number, u.shift, u.foreign_language, u.family, u.has_computer,
                u.citizenship, u.taught_at_home
           from people.person p join people.pupil u using (org_id, person_id)
          where p.org_id = kernel.org() and p.person_id = any($1)
          order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| PupilSheet {
            card: Card {
                id: it.person_id.into(),
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            },
            gender: it.gender.as_deref().and_then(Gender::from_code),
            lives_at: it.lives_at,
            registered_at: it.registered_at,
            file_number: it.file_number,
            shift: it.shift,
            foreign_language: it.foreign_language,
            family: it.family,
            has_computer: it.has_computer,
            citizenship: Citizenship::from_code(&it.citizenship),
            taught_at_home: it.taught_at_home,
        })
        .collect())
}

/// The staff of the day, or only one of them, in the order of names.
pub(crate) async fn staff_sheets(
    tx: &mut Tx,
    only: Option<PersonId>,
    day: NaiveDate,
) -> Result<Vec<StaffSheet>, Error> {
    let rows = sqlx::query!(
        "select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, p.gender, s.post,
                s.extra_post, s.category, s.education, s.institution, s.speciality, s.subjects, s.hired_on,
                s.experience_since
           from people.person p join people.staff s using (org_id, person_id)
          where p.org_id = kernel.org() and (s.dismissed_on is null or s.dismissed_on > $1)
            and ($2::bigint is null or p.person_id = $2)
          order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id",
        day,
        only.map(PersonId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| StaffSheet {
            card: Card {
                id: it.person_id.into(),
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            },
            gender: it.gender.as_deref().and_then(Gender::from_code),
            post: it.post,
            extra_post: it.extra_post,
            category: it.category,
            education: it.education,
            institution: it.institution,
            speciality: it.speciality,
            subjects: it.subjects,
            hired_on: it.hired_on,
            experience_since: it.experience_since,
        })
        .collect())
}
