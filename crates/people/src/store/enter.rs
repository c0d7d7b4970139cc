use db::{ConstraintExt, Tx};
use kernel::PersonId;
use serde::Serialize;
use serde_json::{Value, json};

use super::numbers;
use crate::{
    CardKind, Error,
    details::{ParentFields, PupilFields, StaffFields},
    person::CleanPerson,
};

/// A whole new card as one JSON object with the names of the columns.
#[derive(Serialize)]
struct NewRow<'a, T> {
    #[serde(flatten)]
    person: &'a CleanPerson,
    #[serde(flatten)]
    details: &'a T,
}

fn rows<T: Serialize>(cards: &[(CleanPerson, T)]) -> Value {
    let rows: Vec<Value> = cards
        .iter()
        .map(|(person, details)| json!(NewRow { person, details }))
        .collect();
    json!(rows)
}

fn ids(mut rows: Vec<i64>) -> Vec<PersonId> {
    // Identities are given in the order of the input.
    rows.sort_unstable();
    rows.into_iter().map(Into::into).collect()
}

/// Enters pupils in one statement; their ids in the order given.
pub(crate) async fn enter_pupils(
    tx: &mut Tx,
    cards: &[(CleanPerson, PupilFields)],
) -> Result<Vec<PersonId>, Error> {
    let entered = sqlx::query_scalar!(
        "with wish as (
             select it.ord, n.*, k.file_number, k.shift, k.foreign_language, k.family, k.has_computer,
                    k.citizenship, k.taught_at_home
             from jsonb_array_elements($1) with ordinality it (row, ord)
             cross join lateral jsonb_populate_record(null::people.person, it.row) n
             cross join lateral jsonb_populate_record(null::people.pupil, it.row) k
         ), person as (
             insert into people.person (org_id, last_name, first_name, middle_name, gender, born_on,
                 search_key, phone, mobile, email, lives_at, registered_at)
             select kernel.org(), last_name, first_name, middle_name, gender, born_on,
                    search_key, phone, mobile, email, lives_at, registered_at
             from wish order by ord returning person_id
         ), placed as (
             select person_id, row_number() over (order by person_id) as ord from person
         )
         insert into people.pupil (org_id, person_id, file_number, shift, foreign_language, family, has_computer,
             citizenship, taught_at_home)
         select kernel.org(), p.person_id, w.file_number, w.shift, w.foreign_language, w.family, w.has_computer,
                coalesce(w.citizenship, ''), w.taught_at_home
         from placed p join wish w using (ord) order by ord
         returning person_id",
        rows(cards),
    )
    .fetch_all(tx.conn())
    .await
    .on_constraint("pupil_file_number", || {
        Error::field("file_number", "people.file-number-taken")
    })?;
    Ok(ids(entered))
}

/// Enters parents in one statement; their ids in the order given.
pub(crate) async fn enter_parents(
    tx: &mut Tx,
    cards: &[(CleanPerson, ParentFields)],
) -> Result<Vec<PersonId>, Error> {
    let entered = sqlx::query_scalar!(
        "with wish as (
             select it.ord, n.*, k.education, k.workplace, k.job, k.work_phone
             from jsonb_array_elements($1) with ordinality it (row, ord)
             cross join lateral jsonb_populate_record(null::people.person, it.row) n
             cross join lateral jsonb_populate_record(null::people.parent, it.row) k
         ), person as (
             insert into people.person (org_id, last_name, first_name, middle_name, gender, born_on,
                 search_key, phone, mobile, email, lives_at, registered_at)
             select kernel.org(), last_name, first_name, middle_name, gender, born_on,
                    search_key, phone, mobile, email, lives_at, registered_at
             from wish order by ord returning person_id
         ), placed as (
             select person_id, row_number() over (order by person_id) as ord from person
         )
         insert into people.parent (org_id, person_id, education, workplace, job, work_phone)
         select kernel.org(), p.person_id, w.education, w.workplace, w.job, w.work_phone
         from placed p join wish w using (ord) order by ord
         returning person_id",
        rows(cards),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(db::Error::from)?;
    Ok(ids(entered))
}

/// Enters staff in one statement; their ids in the order given.
pub(crate) async fn enter_staff(
    tx: &mut Tx,
    cards: &[(CleanPerson, StaffFields)],
) -> Result<Vec<PersonId>, Error> {
    let entered = sqlx::query_scalar!(
        "with wish as (
             select it.ord, n.last_name, n.first_name, n.middle_name, n.gender, n.born_on, n.search_key,
                    n.phone, n.mobile, n.email, n.lives_at, n.registered_at, k.*
             from jsonb_array_elements($1) with ordinality it (row, ord)
             cross join lateral jsonb_populate_record(null::people.person, it.row) n
             cross join lateral jsonb_populate_record(null::people.staff, it.row) k
         ), person as (
             insert into people.person (org_id, last_name, first_name, middle_name, gender, born_on,
                 search_key, phone, mobile, email, lives_at, registered_at)
             select kernel.org(), last_name, first_name, middle_name, gender, born_on,
                    search_key, phone, mobile, email, lives_at, registered_at
             from wish order by ord returning person_id
         ), placed as (
             select person_id, row_number() over (order by person_id) as ord from person
         )
         insert into people.staff (org_id, person_id, post, extra_post, hired_on, hire_order, category,
             education, institution, diploma_number, diploma_on, speciality, courses, awards, subjects,
             activity, experience_since, family_status, dismissed_on, dismissal_reason)
         select kernel.org(), p.person_id, w.post, w.extra_post, w.hired_on, w.hire_order, w.category,
                w.education, w.institution, w.diploma_number, w.diploma_on, w.speciality, w.courses,
                w.awards, w.subjects, w.activity, w.experience_since, w.family_status, w.dismissed_on,
                w.dismissal_reason
         from placed p join wish w using (ord) order by ord
         returning person_id",
        rows(cards),
    )
    .fetch_all(tx.conn())
    .await
    .map_err(db::Error::from)?;
    Ok(ids(entered))
}

/// Makes people who have a card here parents or staff too.
pub(crate) async fn add_parent_cards(tx: &mut Tx, people: &[PersonId]) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into people.parent (org_id, person_id)
         select kernel.org(), unnest($1::bigint[]) on conflict do nothing",
        &numbers(people),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes cards of that kind back, with the people whom nothing else refers to.
pub(crate) async fn forget(tx: &mut Tx, kind: CardKind, people: &[PersonId]) -> Result<(), Error> {
    let people = numbers(people);
    let gone = match kind {
        CardKind::Pupil => {
            sqlx::query!(
                "delete from people.pupil where person_id = any($1)",
                &people
            )
            .execute(tx.conn())
            .await
        }
        CardKind::Parent => {
            sqlx::query!(
                "delete from people.parent where person_id = any($1)",
                &people
            )
            .execute(tx.conn())
            .await
        }
        CardKind::Staff => {
            sqlx::query!(
                "delete from people.staff where person_id = any($1)",
                &people
            )
            .execute(tx.conn())
            .await
        }
    };
    gone.map_err(in_use)?;
    sqlx::query!(
        "delete from people.person p
         where p.person_id = any($1)
           and not exists (select from people.pupil k where k.person_id = p.person_id)
           and not exists (select from people.parent k where k.person_id = p.person_id)
           and not exists (select from people.staff k where k.person_id = p.person_id)",
        &people,
    )
    .execute(tx.conn())
    .await
    .map_err(in_use)?;
    Ok(())
}

/// Any constraint that refuses a deletion says that something refers to the row.
pub(super) fn in_use(error: sqlx::Error) -> Error {
    let error = db::Error::from(error);
    if error.constraint().is_some() {
        Error::InUse
    } else {
        error.into()
    }
}
