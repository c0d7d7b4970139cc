use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::PersonId;

use super::numbers;
use crate::{Attended, Club, ClubDay, ClubFields, ClubId, ClubMember, Direction, Error};

/// All clubs, or one; those that work come first.
pub(crate) async fn clubs(tx: &mut Tx, id: Option<ClubId>) -> Result<Vec<Club>, DbError> {
    let rows = sqlx::query!(
        r#"select c.club_id, c.name, c.direction, c.leader_id, c.schedule, c.place, c.seats, c.paid, c.note, c.closed,
                  c.version, (select count(*) from portfolio.club_member m
                               where m.org_id = c.org_id and m.club_id = c.club_id and m.until is null) as "members!"
             from portfolio.club c
            where c.org_id = kernel.org() and ($1::bigint is null or c.club_id = $1)
            order by c.closed, c.name collate "ru-x-icu", c.club_id"#,
        id.map(ClubId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let direction = Direction::from_code(&it.direction);
            Ok(Club {
                id: it.club_id.into(),
                fields: ClubFields {
                    name: it.name,
                    direction: direction
                        .ok_or_else(|| DbError::corrupt("portfolio.club", "direction"))?,
                    leader: it.leader_id.map(Into::into),
                    schedule: it.schedule,
                    place: it.place,
                    seats: it.seats,
                    paid: it.paid,
                    note: it.note,
                    closed: it.closed,
                },
                members: it.members,
                version: it.version,
            })
        })
        .collect()
}

/// One club.
pub(crate) async fn club(tx: &mut Tx, id: ClubId) -> Result<Club, Error> {
    let found = clubs(tx, Some(id)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

pub(crate) async fn insert_club(tx: &mut Tx, it: &ClubFields) -> Result<ClubId, Error> {
    let id = sqlx::query_scalar!(
        "insert into portfolio.club (org_id, name, direction, leader_id, schedule, place, seats, paid, note, closed)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning club_id",
        it.name,
        it.direction.code(),
        it.leader.map(PersonId::get),
        it.schedule,
        it.place,
        it.seats,
        it.paid,
        it.note,
        it.closed,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(id.into())
}

/// Changes a club over the version that was seen.
pub(crate) async fn update_club(
    tx: &mut Tx,
    id: ClubId,
    seen: i32,
    it: &ClubFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.club set name = $3, direction = $4, leader_id = $5, schedule = $6, place = $7, seats = $8,
                paid = $9, note = $10, closed = $11, version = version + 1
          where org_id = kernel.org() and club_id = $1 and version = $2",
        id.get(),
        seen,
        it.name,
        it.direction.code(),
        it.leader.map(PersonId::get),
        it.schedule,
        it.place,
        it.seats,
        it.paid,
        it.note,
        it.closed,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    super::changed_one(&done)
}

/// Who is in the club now.
pub(crate) async fn club_members(tx: &mut Tx, id: ClubId) -> Result<Vec<ClubMember>, DbError> {
    let rows = sqlx::query!(
        r#"select m.pupil_id, m.since,
                  count(v.held_on) filter (where v.came) as "came!", count(v.held_on) as "of!"
             from portfolio.club_member m
             left join portfolio.club_visit v on v.org_id = m.org_id and v.club_id = m.club_id
                  and v.pupil_id = m.pupil_id and v.held_on >= m.since
            where m.org_id = kernel.org() and m.club_id = $1 and m.until is null
            group by m.pupil_id, m.since"#,
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ClubMember {
            pupil: it.pupil_id.into(),
            since: it.since,
            came: it.came,
            of: it.of,
        })
        .collect())
}

/// Takes pupils into the club; who is there stays.
pub(crate) async fn join_club(
    tx: &mut Tx,
    id: ClubId,
    pupils: &[PersonId],
    since: NaiveDate,
) -> Result<(), Error> {
    sqlx::query!(
        "insert into portfolio.club_member (org_id, club_id, pupil_id, since)
         select kernel.org(), $1, p.pupil_id, $3 from unnest($2::bigint[]) p (pupil_id)
          where not exists (select from portfolio.club_member m where m.org_id = kernel.org()
                and m.club_id = $1 and m.pupil_id = p.pupil_id and m.until is null)
         on conflict (org_id, club_id, pupil_id, since) do update set until = null",
        id.get(),
        &numbers(pupils),
        since,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(())
}

/// Ends somebody's time in the club; false for who is not in it.
pub(crate) async fn leave_club(
    tx: &mut Tx,
    id: ClubId,
    pupil: PersonId,
    on: NaiveDate,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update portfolio.club_member set until = greatest($3, since)
          where org_id = kernel.org() and club_id = $1 and pupil_id = $2 and until is null",
        id.get(),
        pupil.get(),
        on,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The days of the club, the newest first.
pub(crate) async fn club_days(tx: &mut Tx, id: ClubId) -> Result<Vec<ClubDay>, DbError> {
    let rows = sqlx::query!(
        r#"select d.held_on, d.topic, count(v.pupil_id) filter (where v.came) as "came!", count(v.pupil_id) as "of!"
             from portfolio.club_day d
             left join portfolio.club_visit v on v.org_id = d.org_id and v.club_id = d.club_id and v.held_on = d.held_on
            where d.org_id = kernel.org() and d.club_id = $1
            group by d.held_on, d.topic order by d.held_on desc"#,
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ClubDay {
            held_on: it.held_on,
            topic: it.topic,
            came: it.came,
            of: it.of,
        })
        .collect())
}

/// Who came on that day, as far as it is known.
pub(crate) async fn club_visits(
    tx: &mut Tx,
    id: ClubId,
    on: NaiveDate,
) -> Result<Vec<(PersonId, bool)>, DbError> {
    let rows = sqlx::query!(
        "select pupil_id, came from portfolio.club_visit
          where org_id = kernel.org() and club_id = $1 and held_on = $2",
        id.get(),
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.pupil_id.into(), it.came))
        .collect())
}

/// Writes a day with who came of these pupils; written again it is changed.
pub(crate) async fn save_club_day(
    tx: &mut Tx,
    id: ClubId,
    (on, topic): (NaiveDate, &str),
    visits: &[(PersonId, bool)],
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into portfolio.club_day (org_id, club_id, held_on, topic) values (kernel.org(), $1, $2, $3)
         on conflict (org_id, club_id, held_on) do update set topic = excluded.topic",
        id.get(),
        on,
        topic,
    )
    .execute(tx.conn())
    .await?;
    let pupils: Vec<i64> = visits.iter().map(|it| it.0.get()).collect();
    let came: Vec<bool> = visits.iter().map(|it| it.1).collect();
    sqlx::query!(
        "insert into portfolio.club_visit (org_id, club_id, held_on, pupil_id, came)
         select kernel.org(), $1, $2, v.pupil_id, v.came from unnest($3::bigint[], $4::boolean[]) v (pupil_id, came)
         on conflict (org_id, club_id, held_on, pupil_id) do update set came = excluded.came
          where club_visit.came <> excluded.came",
        id.get(),
        on,
        &pupils,
        &came,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The clubs of a pupil, the present ones first.
pub(crate) async fn clubs_of(tx: &mut Tx, pupil: PersonId) -> Result<Vec<Attended>, DbError> {
    let found = sqlx::query_as!(
        Attended,
        "select c.name, c.schedule, m.since, m.until
           from portfolio.club_member m
           join portfolio.club c on c.org_id = m.org_id and c.club_id = m.club_id
          where m.org_id = kernel.org() and m.pupil_id = $1
          order by m.until is not null, m.since desc, c.name",
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(found)
}
