//! Whole lists in a constant number of statements, forth and back.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{
    ConstraintExt, Tx,
    vault::{self, Secret},
};
use kernel::PersonId;
use serde_json::{Value, json};

use super::{numbers, restricted::field_of};
use crate::{
    CardKind, ConsentId, Details, Error, RestrictedField,
    family::{KinshipId, NewKinship},
    person::CleanPerson,
};

/// A card to be made what a list says, as it was seen.
pub(crate) struct Overwrite {
    pub(crate) id: PersonId,
    pub(crate) seen: i32,
    pub(crate) person: CleanPerson,
    pub(crate) details: Details,
}

/// Changes many cards of one kind that are still as they were seen: two
/// statements, or nothing where one of them is not.
pub(crate) async fn overwrite(
    tx: &mut Tx,
    kind: CardKind,
    cards: &[Overwrite],
) -> Result<(), Error> {
    if cards.is_empty() {
        return Ok(());
    }
    let people = with_ids(cards, |it| json!(it.person));
    let done = sqlx::query!(
        "update people.person p
         set last_name = n.last_name, first_name = n.first_name, middle_name = n.middle_name,
             gender = n.gender, born_on = n.born_on, search_key = n.search_key, phone = n.phone,
             mobile = n.mobile, email = n.email, lives_at = n.lives_at,
             registered_at = n.registered_at, version = p.version + 1, updated_at = kernel.now()
         from jsonb_array_elements($1) it
         cross join lateral jsonb_populate_record(null::people.person, it) n
         where p.person_id = n.person_id and p.version = n.version",
        people,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() != cards.len() as u64 {
        return Err(Error::ChangedMeanwhile);
    }
    let details = with_ids(cards, |it| json!(it.details));
    match kind {
        CardKind::Pupil => overwrite_pupils(tx, details).await,
        CardKind::Parent => overwrite_parents(tx, details).await,
        CardKind::Staff => overwrite_staff(tx, details).await,
    }
}

fn with_ids(cards: &[Overwrite], row: impl Fn(&Overwrite) -> Value) -> Value {
    let rows = cards.iter().map(|it| {
        let mut row = row(it);
        row["person_id"] = json!(it.id.get());
        row["version"] = json!(it.seen);
        row
    });
    Value::Array(rows.collect())
}

async fn overwrite_pupils(tx: &mut Tx, rows: Value) -> Result<(), Error> {
    sqlx::query!(
        "update people.pupil p
         set file_number = n.file_number, shift = n.shift, foreign_language = n.foreign_language,
             family = n.family, has_computer = n.has_computer,
             citizenship = coalesce(n.citizenship, ''), taught_at_home = n.taught_at_home,
             version = p.version + 1
         from jsonb_array_elements($1) it
         cross join lateral jsonb_populate_record(null::people.pupil, it) n
         where p.person_id = n.person_id",
        rows,
    )
    .execute(tx.conn())
    .await
    .on_constraint("pupil_file_number", || {
        Error::field("file_number", "people.file-number-taken")
    })?;
    Ok(())
}

async fn overwrite_parents(tx: &mut Tx, rows: Value) -> Result<(), Error> {
    sqlx::query!(
        "update people.parent p
         set education = n.education, workplace = n.workplace, job = n.job,
             work_phone = n.work_phone, version = p.version + 1
         from jsonb_array_elements($1) it
         cross join lateral jsonb_populate_record(null::people.parent, it) n
         where p.person_id = n.person_id",
        rows,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    Ok(())
}

async fn overwrite_staff(tx: &mut Tx, rows: Value) -> Result<(), Error> {
    sqlx::query!(
        "update people.staff p
         set post = n.post, extra_post = n.extra_post, hired_on = n.hired_on,
             hire_order = n.hire_order, category = n.category, education = n.education,
             institution = n.institution, diploma_number = n.diploma_number,
             diploma_on = n.diploma_on, speciality = n.speciality, courses = n.courses,
             awards = n.awards, subjects = n.subjects, activity = n.activity,
             experience_since = n.experience_since, family_status = n.family_status,
             dismissed_on = n.dismissed_on, dismissal_reason = n.dismissal_reason,
             version = p.version + 1
         from jsonb_array_elements($1) it
         cross join lateral jsonb_populate_record(null::people.staff, it) n
         where p.person_id = n.person_id",
        rows,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    Ok(())
}

/// The versions of these cards, locked until the end of the transaction.
pub(crate) async fn versions(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, i32>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, version from people.person where person_id = any($1) for update",
        &numbers(people),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), it.version))
        .collect())
}

/// Who has one of these file numbers.
pub(crate) async fn file_numbers(
    tx: &mut Tx,
    wanted: &[String],
) -> Result<HashMap<String, PersonId>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, file_number from people.pupil where file_number = any($1)",
        wanted,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.file_number, it.person_id.into()))
        .collect())
}

/// A restricted value that is stored, or somebody else's number.
#[derive(Debug)]
pub(crate) struct StoredValue {
    pub(crate) person: PersonId,
    pub(crate) field: RestrictedField,
    pub(crate) value: Secret,
}

/// Restricted values of these people, and whoever has one of these numbers, in
/// the form in which they are compared.
pub(crate) async fn restricted_of_many(
    tx: &mut Tx,
    people: &[PersonId],
    wanted: &[(RestrictedField, String)],
) -> Result<Vec<StoredValue>, db::Error> {
    let keys = vault::of(tx).await?;
    let (mut fields, mut blinds) = (vec![], vec![]);
    for (field, number) in wanted {
        for blind in keys.blinds(field.code(), number) {
            fields.push(field.code().to_owned());
            blinds.push(blind);
        }
    }
    let rows = sqlx::query!(
        r#"select person_id as "person_id!", field as "field!", sealed
           from people.restricted_field where person_id = any($1)
           union
           select f.person_id, f.field, f.sealed from unnest($2::text[], $3::bytea[]) it (field, blind)
           join people.restricted_field f on f.field = it.field and f.blind = it.blind"#,
        &numbers(people),
        &fields,
        &blinds,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let (person, field) = (it.person_id.into(), field_of(&it.field)?);
            Ok(StoredValue {
                person,
                field,
                value: keys.open(field.place(person), &it.sealed.unwrap_or_default())?,
            })
        })
        .collect()
}

/// Deletes these values of these people.
pub(crate) async fn drop_restricted_of(
    tx: &mut Tx,
    values: &[(PersonId, String)],
) -> Result<(), db::Error> {
    let people: Vec<i64> = values.iter().map(|it| it.0.get()).collect();
    let fields: Vec<String> = values.iter().map(|it| it.1.clone()).collect();
    sqlx::query!(
        "delete from people.restricted_field f using unnest($1::bigint[], $2::text[]) it (person, field)
         where f.person_id = it.person and f.field = it.field",
        &people,
        &fields,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes void the consents that an undone import put into the register: they
/// are in force no more, for nobody, and stay on record.
///
/// # Errors
/// [`Error::InUse`] where something was stored on their ground meanwhile.
pub(crate) async fn void_consents(
    tx: &mut Tx,
    consents: &[ConsentId],
    reason: &str,
) -> Result<(), Error> {
    let ids: Vec<i64> = consents.iter().map(|it| it.get()).collect();
    let done = sqlx::query!(
        "update people.consent c
         set voided_at = kernel.now(), void_reason = $2, version = version + 1,
             void_subject_id = subject_id, void_given_by = given_by, subject_id = null, given_by = null
         where consent_id = any($1) and voided_at is null
           and not exists (select from people.restricted_field f
                           where f.org_id = c.org_id and f.consent_id = c.consent_id)",
        &ids,
        reason,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if usize::try_from(done.rows_affected()) == Ok(ids.len()) {
        Ok(())
    } else {
        Err(Error::InUse)
    }
}

/// Links parents and pupils in one statement; the ids of the ties.
pub(crate) async fn link_many(
    tx: &mut Tx,
    kin: &[NewKinship],
    since: NaiveDate,
) -> Result<Vec<KinshipId>, Error> {
    let parents: Vec<i64> = kin.iter().map(|it| it.parent.get()).collect();
    let pupils: Vec<i64> = kin.iter().map(|it| it.pupil.get()).collect();
    let kinds: Vec<String> = kin.iter().map(|it| it.kind.code().to_owned()).collect();
    let ids = sqlx::query_scalar!(
        "insert into people.kinship (org_id, parent_id, pupil_id, kind, since)
         select kernel.org(), it.parent, it.pupil, it.kind, $4
         from unnest($1::bigint[], $2::bigint[], $3::text[]) it (parent, pupil, kind)
         returning kinship_id",
        &parents,
        &pupils,
        &kinds,
        since,
    )
    .fetch_all(tx.conn())
    .await
    .on_constraint::<Error>("kinship_in_force", || Error::AlreadyKin)?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Takes ties back that an undone import made.
pub(crate) async fn drop_ties(tx: &mut Tx, ties: &[KinshipId]) -> Result<(), db::Error> {
    let ids: Vec<i64> = ties.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "delete from people.kinship where kinship_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All ties in force, as (parent, pupil).
pub(crate) async fn ties(tx: &mut Tx) -> Result<Vec<(PersonId, PersonId)>, db::Error> {
    let rows = sqlx::query!("select parent_id, pupil_id from people.kinship where until is null")
        .fetch_all(tx.conn())
        .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.parent_id.into(), it.pupil_id.into()))
        .collect())
}
