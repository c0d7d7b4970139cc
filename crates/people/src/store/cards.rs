use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;
use serde_json::json;

use super::{numbers, touched};
use crate::{Card, CardKind, Error, Gender, Person, PersonFields, person::CleanPerson};

#[derive(Default)]
pub(super) struct PersonRow {
    pub(super) person_id: i64,
    pub(super) last_name: String,
    pub(super) first_name: String,
    pub(super) middle_name: Option<String>,
    pub(super) gender: Option<String>,
    pub(super) born_on: Option<NaiveDate>,
    pub(super) phone: String,
    pub(super) mobile: String,
    pub(super) email: String,
    pub(super) lives_at: String,
    pub(super) registered_at: String,
    pub(super) version: i32,
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
