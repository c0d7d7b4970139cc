//! Reading lessons: at most one statement for each question.

use chrono::{NaiveDate, NaiveTime};
use db::{Error, Tx};
use kernel::{ClassId, LessonId, PersonId, RoomId, SubjectId};

use crate::Lesson;

struct Row {
    lesson_id: i64,
    year_id: i64,
    held_on: NaiveDate,
    number: i16,
    starts_at: NaiveTime,
    ends_at: NaiveTime,
    class_id: i64,
    group_id: Option<i64>,
    subject_id: i64,
    teacher_id: i64,
    room_id: Option<i64>,
    cancelled: bool,
}

impl From<Row> for Lesson {
    fn from(it: Row) -> Self {
        Self {
            id: it.lesson_id.into(),
            year: it.year_id.into(),
            held_on: it.held_on,
            number: it.number,
            starts_at: it.starts_at,
            ends_at: it.ends_at,
            class: it.class_id.into(),
            group: it.group_id.map(Into::into),
            subject: it.subject_id.into(),
            teacher: it.teacher_id.into(),
            room: it.room_id.map(Into::into),
            cancelled: it.cancelled,
        }
    }
}

/// Reads the lessons of the organisation that the condition leaves, as they
/// follow each other. Each condition is a statement of its own, checked by
/// itself: «any subject or this one» in one would read the whole year of a class.
macro_rules! lessons {
    ($tx:expr, $condition:literal, $($value:expr),+ $(,)?) => {{
        let rows = sqlx::query_as!(
            Row,
            r#"select lesson_id, year_id, held_on, number, lower(during)::time as "starts_at!",
                      upper(during)::time as "ends_at!", class_id, group_id, subject_id, teacher_id, room_id,
                      state = 'cancelled' as "cancelled!"
                 from schedule.lesson
                where org_id = kernel.org() and "#
                + $condition
                + " order by held_on, lower(during), number, lesson_id",
            $($value),+
        )
        .fetch_all($tx.conn())
        .await?;
        Ok(rows.into_iter().map(Lesson::from).collect())
    }};
}

pub(crate) async fn by_id(tx: &mut Tx, ids: &[LessonId]) -> Result<Vec<Lesson>, Error> {
    let ids: Vec<i64> = ids.iter().map(|it| it.get()).collect();
    lessons!(tx, "lesson_id = any($1)", &ids)
}

pub(crate) async fn of_class(
    tx: &mut Tx,
    class: ClassId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    let class = class.get();
    lessons!(
        tx,
        "class_id = $1 and held_on between $2 and $3",
        class,
        from,
        to
    )
}

pub(crate) async fn of_class_subject(
    tx: &mut Tx,
    class: ClassId,
    subject: SubjectId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    let (class, subject) = (class.get(), subject.get());
    lessons!(
        tx,
        "class_id = $1 and subject_id = $2 and held_on between $3 and $4",
        class,
        subject,
        from,
        to
    )
}

pub(crate) async fn of_classes(
    tx: &mut Tx,
    classes: &[ClassId],
    subjects: &[SubjectId],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    let classes: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let subjects: Vec<i64> = subjects.iter().map(|it| it.get()).collect();
    lessons!(
        tx,
        "class_id = any($1) and subject_id = any($2) and held_on between $3 and $4",
        &classes,
        &subjects,
        from,
        to
    )
}

pub(crate) async fn of_teacher(
    tx: &mut Tx,
    teacher: PersonId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    let teacher = teacher.get();
    lessons!(
        tx,
        "teacher_id = $1 and held_on between $2 and $3",
        teacher,
        from,
        to
    )
}

pub(crate) async fn of_school(
    tx: &mut Tx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    lessons!(tx, "held_on between $1 and $2", from, to)
}

/// Lessons in a room in the range (inclusive).
pub(crate) async fn of_room(
    tx: &mut Tx,
    room: RoomId,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Lesson>, Error> {
    let room = room.get();
    lessons!(
        tx,
        "room_id = $1 and held_on between $2 and $3",
        room,
        from,
        to
    )
}
