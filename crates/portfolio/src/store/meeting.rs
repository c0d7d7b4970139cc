use db::{Error as DbError, Tx};
use kernel::{ClassId, PersonId};

use crate::{Error, Meeting, MeetingFields, MeetingId};

/// All meetings, or one; the newest first.
pub(crate) async fn meetings(tx: &mut Tx, id: Option<MeetingId>) -> Result<Vec<Meeting>, DbError> {
    let rows = sqlx::query!(
        r#"select m.meeting_id, m.class_id, m.held_on, m.starts_at, m.place, m.topic, m.agenda, m.number, m.minutes,
                  m.decision, m.version,
                  (select count(*) from portfolio.meeting_visit v
                    where v.org_id = m.org_id and v.meeting_id = m.meeting_id and v.came) as "came!",
                  (select count(*) from portfolio.meeting_visit v
                    where v.org_id = m.org_id and v.meeting_id = m.meeting_id) as "of!"
             from portfolio.meeting m
            where m.org_id = kernel.org() and ($1::bigint is null or m.meeting_id = $1)
            order by m.held_on desc, m.meeting_id desc"#,
        id.map(MeetingId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Meeting {
            id: it.meeting_id.into(),
            fields: MeetingFields {
                class: it.class_id.map(Into::into),
                held_on: it.held_on,
                starts_at: it.starts_at,
                place: it.place,
                topic: it.topic,
                agenda: it.agenda,
                number: it.number,
                minutes: it.minutes,
                decision: it.decision,
            },
            came: it.came,
            of: it.of,
            version: it.version,
        })
        .collect())
}

pub(crate) async fn meeting(tx: &mut Tx, id: MeetingId) -> Result<Meeting, Error> {
    let found = meetings(tx, Some(id)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

pub(crate) async fn insert_meeting(tx: &mut Tx, it: &MeetingFields) -> Result<MeetingId, DbError> {
    let id = sqlx::query_scalar!(
        "insert into portfolio.meeting (org_id, class_id, held_on, starts_at, place, topic, agenda, number, minutes,
                                        decision)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning meeting_id",
        it.class.map(ClassId::get),
        it.held_on,
        it.starts_at,
        it.place,
        it.topic,
        it.agenda,
        it.number,
        it.minutes,
        it.decision,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Changes a meeting over the version that was seen; its class stays.
pub(crate) async fn update_meeting(
    tx: &mut Tx,
    id: MeetingId,
    seen: i32,
    it: &MeetingFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.meeting set held_on = $3, starts_at = $4, place = $5, topic = $6, agenda = $7, number = $8,
                minutes = $9, decision = $10, version = version + 1
          where org_id = kernel.org() and meeting_id = $1 and version = $2",
        id.get(),
        seen,
        it.held_on,
        it.starts_at,
        it.place,
        it.topic,
        it.agenda,
        it.number,
        it.minutes,
        it.decision,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    super::changed_one(&done)
}

/// Whose families came, as far as it is known.
pub(crate) async fn meeting_visits(
    tx: &mut Tx,
    id: MeetingId,
) -> Result<Vec<(PersonId, bool)>, DbError> {
    let rows = sqlx::query!(
        "select pupil_id, came from portfolio.meeting_visit where org_id = kernel.org() and meeting_id = $1",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.pupil_id.into(), it.came))
        .collect())
}

pub(crate) async fn save_meeting_visits(
    tx: &mut Tx,
    id: MeetingId,
    visits: &[(PersonId, bool)],
) -> Result<(), DbError> {
    let pupils: Vec<i64> = visits.iter().map(|it| it.0.get()).collect();
    let came: Vec<bool> = visits.iter().map(|it| it.1).collect();
    sqlx::query!(
        "insert into portfolio.meeting_visit (org_id, meeting_id, pupil_id, came)
         select kernel.org(), $1, v.pupil_id, v.came from unnest($2::bigint[], $3::boolean[]) v (pupil_id, came)
         on conflict (org_id, meeting_id, pupil_id) do update set came = excluded.came
          where meeting_visit.came <> excluded.came",
        id.get(),
        &pupils,
        &came,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
