use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use db::{ConstraintExt, Tx};
use kernel::PersonId;
use serde_json::json;

use super::{numbers, touched};
use crate::{
    Card, CardKind, Details, Error, Gender, ParentFields, Person, PersonFields, PupilFields,
    StaffFields, person::CleanPerson,
};

struct PersonRow {
    person_id: i64,
    last_name: String,
    first_name: String,
    middle_name: Option<String>,
    gender: Option<String>,
    born_on: Option<NaiveDate>,
    phone: String,
    mobile: String,
    email: String,
    lives_at: String,
    registered_at: String,
    version: i32,
}

impl From<PersonRow> for Person {
    fn from(it: PersonRow) -> Self {
        Self {
            id: it.person_id.into(),
            fields: PersonFields {
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                gender: it.gender.as_deref().and_then(Gender::from_code),
                born_on: it.born_on,
                phone: it.phone,
                mobile: it.mobile,
                email: it.email,
                lives_at: it.lives_at,
                registered_at: it.registered_at,
            },
            version: it.version,
        }
    }
}

pub(crate) struct CardRow {
    pub(crate) person_id: i64,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) middle_name: Option<String>,
    pub(crate) born_on: Option<NaiveDate>,
}

impl From<CardRow> for Card {
    fn from(it: CardRow) -> Self {
        Self {
            id: it.person_id.into(),
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        }
    }
}

/// Cards of these people, in the order of names.
pub(crate) async fn cards(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Card>, db::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        CardRow,
        "select person_id, last_name, first_name, middle_name, born_on from people.person
         where person_id = any($1) order by last_name, first_name, middle_name nulls first, person_id",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Somebody with what they are here.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) card: Card,
    /// The post of whoever is of the staff.
    pub(crate) post: Option<String>,
    pub(crate) kinds: Vec<CardKind>,
}

/// These people with their posts, in one statement.
pub(crate) async fn posts(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Posted>, db::Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select p.person_id as "person_id!", p.last_name as "last_name!",
                  p.first_name as "first_name!", p.middle_name, p.born_on,
                  s.post as "post?", (u.person_id is not null) as "is_pupil!",
                  (r.person_id is not null) as "is_parent!"
           from people.person p
           left join people.staff s using (org_id, person_id)
           left join people.pupil u using (org_id, person_id)
           left join people.parent r using (org_id, person_id)
           where p.person_id = any($1)"#,
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Posted {
            kinds: [
                (it.is_pupil, CardKind::Pupil),
                (it.is_parent, CardKind::Parent),
                (it.post.is_some(), CardKind::Staff),
            ]
            .into_iter()
            .filter_map(|(is, kind)| is.then_some(kind))
            .collect(),
            post: it.post,
            card: CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            }
            .into(),
        })
        .collect())
}

/// The cards of a parent's children by kinship in force on the day.
pub(crate) async fn children_cards(
    tx: &mut Tx,
    parent: PersonId,
    day: NaiveDate,
) -> Result<Vec<Card>, db::Error> {
    let rows = sqlx::query_as!(
        CardRow,
        "select person_id, last_name, first_name, middle_name, born_on from people.person
         where person_id in (select k.pupil_id from people.kinship k
                             where k.parent_id = $1 and (k.since is null or k.since <= $2)
                               and (k.until is null or k.until > $2))
         order by last_name, first_name, middle_name nulls first, person_id",
        parent.get(),
        day,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The addresses of those of these people who have one and did not take back
/// the consent to letters.
pub(crate) async fn emails(
    tx: &mut Tx,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, String>, db::Error> {
    let ids: Vec<i64> = ids.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select person_id, email from people.person p
         where person_id = any($1) and email <> ''
           and not exists (
               select from (select c.withdrawn_on from people.consent c
                             where c.subject_id = p.person_id and c.kind = 'notices'
                             order by c.withdrawn_on is null desc, c.consent_id desc limit 1) newest
                where newest.withdrawn_on is not null)",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), it.email))
        .collect())
}

/// All staff not dismissed by the day, in the order of names.
pub(crate) async fn staff_on(tx: &mut Tx, day: NaiveDate) -> Result<Vec<Card>, db::Error> {
    let rows = sqlx::query_as!(
        CardRow,
        "select person_id, last_name, first_name, middle_name, born_on
         from people.person join people.staff s using (org_id, person_id)
         where s.dismissed_on is null or s.dismissed_on > $1
         order by last_name, first_name, middle_name nulls first, person_id",
        day,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// All pupils with a card, in the order of names.
pub(crate) async fn all_pupils(tx: &mut Tx) -> Result<Vec<Card>, db::Error> {
    let rows = sqlx::query_as!(
        CardRow,
        "select person_id, last_name, first_name, middle_name, born_on
         from people.person join people.pupil using (org_id, person_id)
         order by last_name, first_name, middle_name nulls first, person_id"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The common part of a card.
pub(crate) async fn person(tx: &mut Tx, id: PersonId) -> Result<Option<Person>, db::Error> {
    let row = sqlx::query_as!(
        PersonRow,
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, version
         from people.person where person_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// The common parts of these cards, in the order of names.
pub(crate) async fn persons(tx: &mut Tx, ids: &[PersonId]) -> Result<Vec<Person>, db::Error> {
    let rows = sqlx::query_as!(
        PersonRow,
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, version
         from people.person where person_id = any($1)
         order by last_name, first_name, middle_name nulls first, person_id",
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// What a list shows: the common part with that of the kind, in the order of
/// names; of these people, or of everybody.
pub(crate) async fn pupils(
    tx: &mut Tx,
    only: Option<&HashSet<PersonId>>,
) -> Result<Vec<(Person, PupilFields)>, db::Error> {
    let rows = sqlx::query!(
        "select person_id, last_name, first_name, middle_name, gender, born_on, phone, mobile, email,
                lives_at, registered_at, p.version,
                k.file_number, k.shift, k.foreign_language, k.family, k.has_computer
         from people.person p join people.pupil k using (org_id, person_id)
         where $1::bigint[] is null or person_id = any($1)
         order by last_name, first_name, middle_name nulls first, person_id",
        limit(only) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let fields = PupilFields {
                file_number: it.file_number,
                shift: it.shift,
                foreign_language: it.foreign_language,
                family: it.family,
                has_computer: it.has_computer,
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
        .collect())
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
         where $1::bigint[] is null or person_id = any($1)
         order by last_name, first_name, middle_name nulls first, person_id",
        limit(only) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
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
        .collect())
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
         where $1::bigint[] is null or person_id = any($1)
         order by last_name, first_name, middle_name nulls first, person_id",
        limit(only) as Option<Vec<i64>>,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
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
        .collect())
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

/// What the person is here.
pub(crate) async fn kinds(tx: &mut Tx, id: PersonId) -> Result<Vec<CardKind>, db::Error> {
    let row = sqlx::query!(
        r#"select exists (select from people.pupil where person_id = $1) as "pupil!",
                  exists (select from people.parent where person_id = $1) as "parent!",
                  exists (select from people.staff where person_id = $1) as "staff!""#,
        id.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    let all = [
        (row.pupil, CardKind::Pupil),
        (row.parent, CardKind::Parent),
        (row.staff, CardKind::Staff),
    ];
    Ok(all
        .into_iter()
        .filter_map(|(is, kind)| is.then_some(kind))
        .collect())
}

/// Changes the common part if the card is still as the writer saw it.
pub(crate) async fn save_person(
    tx: &mut Tx,
    id: PersonId,
    seen: i32,
    clean: &CleanPerson,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.person p
         set last_name = n.last_name, first_name = n.first_name, middle_name = n.middle_name,
             gender = n.gender, born_on = n.born_on, search_key = n.search_key, phone = n.phone,
             mobile = n.mobile, email = n.email, lives_at = n.lives_at,
             registered_at = n.registered_at, version = p.version + 1, updated_at = kernel.now()
         from jsonb_populate_record(null::people.person, $3) n
         where p.person_id = $1 and p.version = $2",
        id.get(),
        seen,
        json!(clean),
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    touched(&done, Error::ChangedMeanwhile)
}

/// Says that some other part of the card changed.
pub(crate) async fn touch(tx: &mut Tx, id: PersonId, seen: i32) -> Result<(), Error> {
    let done = sqlx::query!(
        "update people.person set version = version + 1, updated_at = kernel.now()
         where person_id = $1 and version = $2",
        id.get(),
        seen,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    touched(&done, Error::ChangedMeanwhile)
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
                 family = n.family, has_computer = n.has_computer, version = p.version + 1
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
