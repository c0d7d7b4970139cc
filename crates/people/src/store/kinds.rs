//! What cards have besides the common part, by kind.

use std::{cmp::Ordering, collections::HashSet};

use db::{ConstraintExt, Tx};
use kernel::{
    PersonId,
    names::{compare, leading_letters},
};
use serde_json::json;

use super::cards::PersonRow;
use crate::{
    CardKind, Citizenship, Details, Error, ParentFields, Person, PersonFields, PupilFields,
    StaffFields,
};

fn middle(it: &PersonFields) -> &str {
    it.middle_name.as_deref().unwrap_or_default()
}

/// Writes a category into the card, of which it is a new version.
pub(crate) async fn decided_category(
    tx: &mut Tx,
    person: PersonId,
    category: &str,
) -> Result<(), db::Error> {
    sqlx::query!(
        "with said as (
             update people.staff set category = $2 where person_id = $1 and category <> $2 returning person_id)
         update people.person p set version = p.version + 1, updated_at = kernel.now()
         from said where p.person_id = said.person_id",
        person.get(),
        category,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// In the order of names, as `ru-x-icu` has it, which costs the database more than
/// reading the rows does. Places are sorted, not the people, who are large.
fn in_order<T>(people: Vec<(Person, T)>) -> Vec<(Person, T)> {
    let leading = |it: &(Person, T)| leading_letters(&it.0.fields.last_name);
    let mut places: Vec<(u64, usize)> = people.iter().map(leading).zip(0..).collect();
    places.sort_unstable_by(|one, other| {
        let leading = one.0.cmp(&other.0);
        leading.then_with(|| by_name(&people[one.1].0, &people[other.1].0))
    });
    let mut people: Vec<Option<(Person, T)>> = people.into_iter().map(Some).collect();
    let taken = places.into_iter().filter_map(|it| people[it.1].take());
    taken.collect()
}

fn by_name(one: &Person, other: &Person) -> Ordering {
    let (its, others) = (&one.fields, &other.fields);
    compare(&its.last_name, &others.last_name)
        .then_with(|| compare(&its.first_name, &others.first_name))
        .then_with(|| compare(middle(its), middle(others)))
        .then_with(|| one.id.cmp(&other.id))
}

/// What a list shows: the common part with that of the kind, in the order of
/// names; of these people, or of everybody.
pub(crate) async fn pupils(
    tx: &mut Tx,
    only: Option<&HashSet<PersonId>>,
) -> Result<Vec<(Person, PupilFields)>, db::Error> {
    let people = sqlx::query!(
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, p.version,
                k.file_number, k.shift, k.foreign_language, k.family, k.has_computer,
                k.citizenship, k.taught_at_home
         from people.person p join people.pupil k using (org_id, person_id)
         where $1::bigint[] is null or person_id = any($1)",
        limit(only) as Option<Vec<i64>>,
    )
    .map(|it| {
        let fields = PupilFields {
            file_number: it.file_number,
            shift: it.shift,
            foreign_language: it.foreign_language,
            family: it.family,
            has_computer: it.has_computer,
            citizenship: Citizenship::from_code(&it.citizenship),
            taught_at_home: it.taught_at_home,
        };
        let row = PersonRow {
            person_id: it.person_id,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            gender: it.gender,
            born_on: it.born_on,
            phone: it.phone,
            mobile: it.mobile,
            email: it.email,
            lives_at: it.lives_at,
            registered_at: it.registered_at,
            version: it.version,
        };
        (row.into(), fields)
    })
    .fetch_all(tx.conn())
    .await?;
    Ok(in_order(people))
}

/// The same, with addresses, family and ways to reach them left empty, but for
/// the mobile telephone: a list of a whole school is the quicker for it.
pub(crate) async fn pupils_in_brief(
    tx: &mut Tx,
    only: Option<&HashSet<PersonId>>,
) -> Result<Vec<(Person, PupilFields)>, db::Error> {
    let people = sqlx::query!(
        "select person_id, last_name, first_name, middle_name, gender, born_on, mobile, p.version,
                k.file_number, k.shift, k.foreign_language, k.has_computer, k.citizenship,
                k.taught_at_home
         from people.person p join people.pupil k using (org_id, person_id)
         where $1::bigint[] is null or person_id = any($1)",
        limit(only) as Option<Vec<i64>>,
    )
    .map(|it| {
        let fields = PupilFields {
            file_number: it.file_number,
            shift: it.shift,
            foreign_language: it.foreign_language,
            has_computer: it.has_computer,
            citizenship: Citizenship::from_code(&it.citizenship),
            taught_at_home: it.taught_at_home,
            ..PupilFields::default()
        };
        let row = PersonRow {
            person_id: it.person_id,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            gender: it.gender,
            born_on: it.born_on,
            mobile: it.mobile,
            version: it.version,
            ..PersonRow::default()
        };
        (row.into(), fields)
    })
    .fetch_all(tx.conn())
    .await?;
    Ok(in_order(people))
}

/// As [`pupils`], for parents.
pub(crate) async fn parents(
    tx: &mut Tx,
    only: Option<&HashSet<PersonId>>,
) -> Result<Vec<(Person, ParentFields)>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, p.version, k.education, k.workplace, k.job, k.work_phone
         from people.person p join people.parent k using (org_id, person_id)
         where $1::bigint[] is null or person_id = any($1)",
        limit(only) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows
        .into_iter()
        .map(|it| {
            let fields = ParentFields {
                education: it.education,
                workplace: it.workplace,
                job: it.job,
                work_phone: it.work_phone,
            };
            let row = PersonRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                gender: it.gender,
                born_on: it.born_on,
                phone: it.phone,
                mobile: it.mobile,
                email: it.email,
                lives_at: it.lives_at,
                registered_at: it.registered_at,
                version: it.version,
            };
            (row.into(), fields)
        })
        .collect();
    Ok(in_order(people))
}

/// As [`pupils`], for staff, dismissed or not.
pub(crate) async fn staff(
    tx: &mut Tx,
    only: Option<&HashSet<PersonId>>,
) -> Result<Vec<(Person, StaffFields)>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, p.version,
                k.post, k.extra_post, k.hired_on, k.hire_order, k.category, k.education, k.institution,
                k.diploma_number, k.diploma_on, k.speciality, k.courses, k.awards, k.subjects,
                k.activity, k.experience_since, k.family_status, k.dismissed_on, k.dismissal_reason
         from people.person p join people.staff k using (org_id, person_id)
         where $1::bigint[] is null or person_id = any($1)",
        limit(only) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows
        .into_iter()
        .map(|it| {
            let fields = StaffFields {
                post: it.post,
                extra_post: it.extra_post,
                hired_on: it.hired_on,
                hire_order: it.hire_order,
                category: it.category,
                education: it.education,
                institution: it.institution,
                diploma_number: it.diploma_number,
                diploma_on: it.diploma_on,
                speciality: it.speciality,
                courses: it.courses,
                awards: it.awards,
                subjects: it.subjects,
                activity: it.activity,
                experience_since: it.experience_since,
                family_status: it.family_status,
                dismissed_on: it.dismissed_on,
                dismissal_reason: it.dismissal_reason,
            };
            let row = PersonRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                gender: it.gender,
                born_on: it.born_on,
                phone: it.phone,
                mobile: it.mobile,
                email: it.email,
                lives_at: it.lives_at,
                registered_at: it.registered_at,
                version: it.version,
            };
            (row.into(), fields)
        })
        .collect();
    Ok(in_order(people))
}

fn limit(only: Option<&HashSet<PersonId>>) -> Option<Vec<i64>> {
    only.map(|it| it.iter().map(|it| it.get()).collect())
}

/// One card of that kind, or nothing.
pub(crate) async fn card(
    tx: &mut Tx,
    kind: CardKind,
    id: PersonId,
) -> Result<Option<(Person, Details)>, db::Error> {
    let only = HashSet::from([id]);
    Ok(match kind {
        CardKind::Pupil => pupils(tx, Some(&only))
            .await?
            .pop()
            .map(|(it, more)| (it, Details::Pupil(more))),
        CardKind::Parent => parents(tx, Some(&only))
            .await?
            .pop()
            .map(|(it, more)| (it, Details::Parent(more))),
        CardKind::Staff => staff(tx, Some(&only))
            .await?
            .pop()
            .map(|(it, more)| (it, Details::Staff(more))),
    })
}

/// Changes what the card has besides the common part; [`save_person`] has
/// made sure that nobody else does.
pub(crate) async fn save_details(
    tx: &mut Tx,
    id: PersonId,
    details: &Details,
) -> Result<(), Error> {
    match details {
        Details::Pupil(_) => sqlx::query!(
            "update people.pupil p
             set file_number = n.file_number, shift = n.shift, foreign_language = n.foreign_language,
                 family = n.family, has_computer = n.has_computer,
                 citizenship = coalesce(n.citizenship, ''), taught_at_home = n.taught_at_home,
                 version = p.version + 1
             from jsonb_populate_record(null::people.pupil, $2) n where p.person_id = $1",
            id.get(),
            json!(details),
        )
        .execute(tx.conn())
        .await
        .on_constraint("pupil_file_number", || {
            Error::field("file_number", "people.file-number-taken")
        })?,
        Details::Parent(_) => sqlx::query!(
            "update people.parent p
             set education = n.education, workplace = n.workplace, job = n.job,
                 work_phone = n.work_phone, version = p.version + 1
             from jsonb_populate_record(null::people.parent, $2) n where p.person_id = $1",
            id.get(),
            json!(details),
        )
        .execute(tx.conn())
        .await
        .map_err(db::Error::from)?,
        Details::Staff(_) => sqlx::query!(
            "update people.staff p
             set post = n.post, extra_post = n.extra_post, hired_on = n.hired_on,
                 hire_order = n.hire_order, category = n.category, education = n.education,
                 institution = n.institution, diploma_number = n.diploma_number,
                 diploma_on = n.diploma_on, speciality = n.speciality, courses = n.courses,
                 awards = n.awards, subjects = n.subjects, activity = n.activity,
                 experience_since = n.experience_since, family_status = n.family_status,
                 dismissed_on = n.dismissed_on, dismissal_reason = n.dismissal_reason,
                 version = p.version + 1
             from jsonb_populate_record(null::people.staff, $2) n where p.person_id = $1",
            id.get(),
            json!(details),
        )
        .execute(tx.conn())
        .await
        .map_err(db::Error::from)?,
    };
    Ok(())
}
