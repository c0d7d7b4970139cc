//! Reminders that wait for their letter.

use std::collections::HashSet;

use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::{ClassId, OrgId, PersonId, Role, SubjectId};
use messaging::LetterId;

use crate::{DebtId, Occasion, calendar::OwnCalendar};

/// A debt that somebody is to be told of.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) reminder: i64,
    pub(crate) debt: DebtId,
    pub(crate) to: PersonId,
    pub(crate) occasion: Occasion,
    pub(crate) rule: String,
    pub(crate) on: NaiveDate,
    /// The last day on which it is not late.
    pub(crate) due: NaiveDate,
    pub(crate) owner: Option<PersonId>,
    pub(crate) role: Option<Role>,
    pub(crate) class: Option<ClassId>,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) about: Option<PersonId>,
    pub(crate) lesson: Option<i16>,
    pub(crate) text: String,
    pub(crate) place: String,
    pub(crate) parts: Option<(i32, i32)>,
    /// It is done meanwhile.
    pub(crate) closed: bool,
}

/// Organisations with reminders that nobody was told; beside all organisations.
pub(crate) async fn orgs_waiting(tx: &mut Tx) -> Result<Vec<OrgId>, Error> {
    let ids = sqlx::query_scalar!(
        "select distinct org_id from deadlines.reminder
         where told_on is null and to_person is not null"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(OrgId::from).collect())
}

/// Whether nobody else writes the letters of this organisation now.
pub(crate) async fn lock(tx: &mut Tx) -> Result<bool, Error> {
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('deadlines.digest', kernel.org())) as "ours!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The working days of the organisation and what those above decided of them.
pub(crate) async fn calendar(tx: &mut Tx, line: &[OrgId]) -> Result<OwnCalendar, Error> {
    Ok(super::rules::book(tx, line).await?.own)
}

struct Row {
    reminder_id: i64,
    debt_id: i64,
    to_person: i64,
    occasion: String,
    rule: String,
    on_day: NaiveDate,
    due: NaiveDate,
    owner_person: Option<i64>,
    owner_role: Option<String>,
    class_id: Option<i64>,
    subject_id: Option<i64>,
    person_id: Option<i64>,
    lesson: Option<i16>,
    text: String,
    place: String,
    parts_done: Option<i32>,
    parts_of: Option<i32>,
    closed: bool,
}

impl From<Row> for Waiting {
    fn from(it: Row) -> Self {
        Self {
            reminder: it.reminder_id,
            debt: it.debt_id.into(),
            to: it.to_person.into(),
            occasion: Occasion::from_code(&it.occasion).unwrap_or(Occasion::Day),
            rule: it.rule,
            on: it.on_day,
            due: it.due,
            owner: it.owner_person.map(Into::into),
            role: it.owner_role.as_deref().and_then(Role::from_code),
            class: it.class_id.map(Into::into),
            subject: it.subject_id.map(Into::into),
            about: it.person_id.map(Into::into),
            lesson: it.lesson,
            text: it.text,
            place: it.place,
            parts: it.parts_done.zip(it.parts_of),
            closed: it.closed,
        }
    }
}

/// Reminders of people here that nobody was told.
pub(crate) async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select r.reminder_id, d.debt_id, r.to_person as "to_person!", r.occasion, d.rule, d.on_day,
                  coalesce(d.shifted_on, d.due_on) as "due!", d.owner_person, d.owner_role, d.class_id,
                  d.subject_id, d.person_id, d.lesson, d.text, d.place, d.parts_done, d.parts_of,
                  (d.closed_at is not null) as "closed!"
           from deadlines.reminder r
           join deadlines.debt d on d.org_id = r.org_id and d.debt_id = r.debt_id
           where r.org_id = kernel.org() and r.told_on is null and r.to_person is not null"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// These debts as far as they are open, to nobody in particular yet.
pub(crate) async fn open(tx: &mut Tx, debts: &[DebtId]) -> Result<Vec<Waiting>, Error> {
    let ids: Vec<i64> = debts.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select 0::bigint as "reminder_id!", d.debt_id, 0::bigint as "to_person!", 'day' as "occasion!", d.rule,
                  d.on_day, coalesce(d.shifted_on, d.due_on) as "due!", d.owner_person, d.owner_role, d.class_id,
                  d.subject_id, d.person_id, d.lesson, d.text, d.place, d.parts_done, d.parts_of,
                  false as "closed!"
           from deadlines.debt d
           where d.org_id = kernel.org() and d.debt_id = any($1) and d.closed_at is null"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Which of these people had their letter of that day.
pub(crate) async fn told_on(
    tx: &mut Tx,
    people: &[PersonId],
    day: NaiveDate,
) -> Result<HashSet<PersonId>, Error> {
    let ids: Vec<i64> = people.iter().map(|it| it.get()).collect();
    let had = sqlx::query_scalar!(
        r#"select distinct to_person as "it!" from deadlines.reminder
           where org_id = kernel.org() and told_on = $2 and letter_id is not null and to_person = any($1)"#,
        &ids,
        day,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(had.into_iter().map(PersonId::from).collect())
}

/// These reminders were told on that day, each in its letter.
pub(crate) async fn tell(
    tx: &mut Tx,
    told: &[(i64, Option<LetterId>)],
    day: NaiveDate,
) -> Result<(), Error> {
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = told.iter().map(|it| it.0).collect();
    let letters: Vec<Option<i64>> = told.iter().map(|it| it.1.map(LetterId::get)).collect();
    sqlx::query!(
        "update deadlines.reminder r set told_on = $3, letter_id = it.letter_id
         from unnest($1::bigint[], $2::bigint[]) as it (reminder_id, letter_id)
         where r.org_id = kernel.org() and r.reminder_id = it.reminder_id",
        &ids,
        &letters as &[Option<i64>],
        day,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
