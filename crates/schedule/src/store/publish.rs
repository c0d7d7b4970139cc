//! Lessons as publishing reads and writes them: whole ranges in few statements.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use db::{Error as DbError, Tx};
use kernel::{LessonId, YearId};

use super::numbers;
use crate::{
    Error,
    plan::{Existing, Standing, Wanted},
    slot::Part,
};

/// Rows of one statement: small enough for the statement timeout on a slow
/// machine, large enough for a year of a large school in some twenty.
const CHUNK: usize = 2_000;
/// Why a lesson does not take place: the timetable left it out, nobody else did.
const BY_TIMETABLE: &str = "timetable";

/// All lessons of the year in the range (inclusive), none of them known to be filled.
pub(crate) async fn existing(
    tx: &mut Tx,
    year: YearId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Existing>, DbError> {
    let rows = sqlx::query!(
        r#"select lesson_id, held_on, number, lower(during)::time as "starts_at!",
                  upper(during)::time as "ends_at!", class_id, group_id, subject_id, teacher_id, room_id,
                  lower(parts) as "part_from!", upper(parts) as "part_to!", state, cancel_reason
           from schedule.lesson where year_id = $1 and held_on between $2 and $3
           order by held_on, number, class_id, lower(parts), lesson_id"#,
        year.get(),
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    let lesson = rows.into_iter().map(|it| Existing {
        id: it.lesson_id.into(),
        state: match (it.state.as_str(), it.cancel_reason.as_deref()) {
            ("planned", _) => Standing::Planned,
            (_, Some(BY_TIMETABLE)) => Standing::Dropped,
            _ => Standing::Cancelled,
        },
        filled: false,
        lesson: Wanted {
            held_on: it.held_on,
            number: it.number,
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            class: it.class_id.into(),
            group: it.group_id.map(Into::into),
            part: Part::from_range(it.part_from, it.part_to),
            subject: it.subject_id.into(),
            teacher: it.teacher_id.into(),
            room: it.room_id.map(Into::into),
        },
    });
    Ok(lesson.collect())
}

/// Lets only one at a time publish in the organisation, and lets double
/// bookings stand until [`settle`], because lessons change places.
pub(crate) async fn unsettle(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('schedule.lesson', kernel.org()))")
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "set constraints schedule.lesson_class_free, schedule.lesson_teacher_free,
                         schedule.lesson_room_free deferred"
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Refuses double bookings from here on, those of this transaction among them.
pub(crate) async fn settle(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        "set constraints schedule.lesson_class_free, schedule.lesson_teacher_free,
                         schedule.lesson_room_free immediate"
    )
    .execute(tx.conn())
    .await
    .map_err(|it| double_booked(it.into()))?;
    Ok(())
}

fn double_booked(error: DbError) -> Error {
    match error.constraint() {
        Some("lesson_class_free" | "lesson_teacher_free" | "lesson_room_free") => {
            Error::ChangedMeanwhile
        }
        _ => Error::Db(error),
    }
}

/// Lessons without entries that the timetable has no place for.
pub(crate) async fn drop_lessons(tx: &mut Tx, ids: &[LessonId]) -> Result<(), DbError> {
    for chunk in ids.chunks(CHUNK) {
        sqlx::query!(
            "update schedule.lesson
                set state = 'cancelled', cancel_reason = $2, version = version + 1
              where lesson_id = any($1)",
            &numbers(chunk),
            BY_TIMETABLE,
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Moves lessons to another hour, teacher or room, and takes dropped ones up again.
pub(crate) async fn change(tx: &mut Tx, changes: &[(LessonId, Wanted)]) -> Result<(), Error> {
    for chunk in changes.chunks(CHUNK) {
        let ids: Vec<i64> = chunk.iter().map(|it| it.0.get()).collect();
        let it = Columns::of(chunk.iter().map(|it| &it.1));
        sqlx::query!(
            "update schedule.lesson l
                set held_on = n.held_on, number = n.number, during = tsrange(n.starts, n.ends),
                    teacher_id = n.teacher_id, room_id = n.room_id, state = 'planned',
                    cancel_reason = null, version = l.version + 1
               from unnest($1::bigint[], $2::date[], $3::smallint[], $4::timestamp[], $5::timestamp[],
                           $6::bigint[], $7::bigint[])
                    as n (id, held_on, number, starts, ends, teacher_id, room_id)
              where l.lesson_id = n.id",
            &ids,
            &it.days,
            &it.hours,
            &it.starts,
            &it.ends,
            &it.teachers,
            &it.rooms as &[Option<i64>],
        )
        .execute(tx.conn())
        .await
        .map_err(|it| double_booked(it.into()))?;
    }
    Ok(())
}

/// Enters lessons.
pub(crate) async fn create(tx: &mut Tx, year: YearId, lessons: &[Wanted]) -> Result<(), Error> {
    for chunk in lessons.chunks(CHUNK) {
        let it = Columns::of(chunk.iter());
        sqlx::query!(
            "insert into schedule.lesson (org_id, year_id, held_on, number, during, class_id, group_id,
                                          parts, subject_id, teacher_id, room_id)
             select kernel.org(), $1, n.held_on, n.number, tsrange(n.starts, n.ends), n.class_id, n.group_id,
                    int4range(n.part_from, n.part_to), n.subject_id, n.teacher_id, n.room_id
               from unnest($2::date[], $3::smallint[], $4::timestamp[], $5::timestamp[], $6::bigint[],
                           $7::bigint[], $8::integer[], $9::integer[], $10::bigint[], $11::bigint[],
                           $12::bigint[])
                    as n (held_on, number, starts, ends, class_id, group_id, part_from, part_to,
                          subject_id, teacher_id, room_id)",
            year.get(),
            &it.days,
            &it.hours,
            &it.starts,
            &it.ends,
            &it.classes,
            &it.groups as &[Option<i64>],
            &it.parts_from,
            &it.parts_to,
            &it.subjects,
            &it.teachers,
            &it.rooms as &[Option<i64>],
        )
        .execute(tx.conn())
        .await
        .map_err(|it| double_booked(it.into()))?;
    }
    Ok(())
}

/// Lessons as columns, for one statement over all of them.
#[derive(Default)]
struct Columns {
    days: Vec<NaiveDate>,
    hours: Vec<i16>,
    starts: Vec<NaiveDateTime>,
    ends: Vec<NaiveDateTime>,
    classes: Vec<i64>,
    groups: Vec<Option<i64>>,
    parts_from: Vec<i32>,
    parts_to: Vec<i32>,
    subjects: Vec<i64>,
    teachers: Vec<i64>,
    rooms: Vec<Option<i64>>,
}

impl Columns {
    fn of<'a>(lessons: impl Iterator<Item = &'a Wanted>) -> Self {
        let mut it = Self::default();
        for lesson in lessons {
            let at = |time: NaiveTime| lesson.held_on.and_time(time);
            it.days.push(lesson.held_on);
            it.hours.push(lesson.number);
            it.starts.push(at(lesson.starts_at));
            it.ends.push(at(lesson.ends_at));
            it.classes.push(lesson.class.get());
            it.groups.push(lesson.group.map(i64::from));
            it.parts_from.push(lesson.part.range().start);
            it.parts_to.push(lesson.part.range().end);
            it.subjects.push(lesson.subject.get());
            it.teachers.push(lesson.teacher.get());
            it.rooms.push(lesson.room.map(i64::from));
        }
        it
    }
}
