use db::{Error as DbError, Tx};

use super::numbers;
use crate::{
    Error,
    slot::{Hour, Part, Slot, SlotId, VersionId},
};

/// The hours of a version in the order of the week.
pub(crate) async fn of_version(tx: &mut Tx, version: VersionId) -> Result<Vec<Slot>, DbError> {
    let rows = sqlx::query!(
        r#"select slot_id, weekday, number, shift, class_id, group_id, subject_id, teacher_id, room_id,
                  lower(parts) as "part_from!", upper(parts) as "part_to!"
           from schedule.slot where version_id = $1
           order by weekday, shift, number, class_id, lower(parts), slot_id"#,
        version.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let slot = rows.into_iter().map(|it| Slot {
        id: it.slot_id.into(),
        hour: Hour {
            weekday: it.weekday,
            shift: it.shift,
            number: it.number,
        },
        class: it.class_id.into(),
        group: it.group_id.map(Into::into),
        part: Part::from_range(it.part_from, it.part_to),
        subject: it.subject_id.into(),
        teacher: it.teacher_id.into(),
        room: it.room_id.map(Into::into),
    });
    Ok(slot.collect())
}

/// The version of an hour that is in a draft.
pub(crate) async fn in_draft(
    tx: &mut Tx,
    id: SlotId,
) -> Result<Option<(VersionId, kernel::YearId)>, DbError> {
    let row = sqlx::query!(
        "select v.version_id, v.year_id
           from schedule.slot s join schedule.version v using (org_id, version_id)
          where s.slot_id = $1 and v.state = 'draft' for update of v",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| (it.version_id.into(), it.year_id.into())))
}

/// Copies the hours of one version into another.
pub(crate) async fn copy(tx: &mut Tx, from: VersionId, to: VersionId) -> Result<(), DbError> {
    sqlx::query!(
        "insert into schedule.slot (org_id, version_id, weekday, number, shift, class_id, group_id, parts,
                                    subject_id, teacher_id, room_id)
         select org_id, $2, weekday, number, shift, class_id, group_id, parts, subject_id, teacher_id, room_id
           from schedule.slot where version_id = $1",
        from.get(),
        to.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Enters hours in one statement; the database refuses whoever is busy.
pub(crate) async fn insert(tx: &mut Tx, version: VersionId, slots: &[Slot]) -> Result<(), Error> {
    let weekdays: Vec<i16> = slots.iter().map(|it| it.hour.weekday).collect();
    let hours: Vec<i16> = slots.iter().map(|it| it.hour.number).collect();
    let shifts: Vec<i16> = slots.iter().map(|it| it.hour.shift).collect();
    let classes: Vec<i64> = slots.iter().map(|it| it.class.get()).collect();
    let groups: Vec<Option<i64>> = slots.iter().map(|it| it.group.map(i64::from)).collect();
    let parts_from: Vec<i32> = slots.iter().map(|it| it.part.range().start).collect();
    let parts_to: Vec<i32> = slots.iter().map(|it| it.part.range().end).collect();
    let subjects: Vec<i64> = slots.iter().map(|it| it.subject.get()).collect();
    let teachers: Vec<i64> = slots.iter().map(|it| it.teacher.get()).collect();
    let rooms: Vec<Option<i64>> = slots.iter().map(|it| it.room.map(i64::from)).collect();
    let done = sqlx::query!(
        "insert into schedule.slot (org_id, version_id, weekday, number, shift, class_id, group_id, parts,
                                    subject_id, teacher_id, room_id)
         select kernel.org(), $1, n.weekday, n.number, n.shift, n.class_id, n.group_id,
                int4range(n.part_from, n.part_to), n.subject_id, n.teacher_id, n.room_id
           from unnest($2::smallint[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[],
                       $7::integer[], $8::integer[], $9::bigint[], $10::bigint[], $11::bigint[])
                as n (weekday, number, shift, class_id, group_id, part_from, part_to,
                      subject_id, teacher_id, room_id)",
        version.get(),
        &weekdays,
        &hours,
        &shifts,
        &classes,
        &groups as &[Option<i64>],
        &parts_from,
        &parts_to,
        &subjects,
        &teachers,
        &rooms as &[Option<i64>],
    )
    .execute(tx.conn())
    .await;
    refused(done.map_err(DbError::from)).map(|_| ())
}

/// Moves one hour; the database refuses whoever is busy.
pub(crate) async fn update(tx: &mut Tx, slot: &Slot) -> Result<(), Error> {
    let done = sqlx::query!(
        "update schedule.slot set weekday = $2, number = $3, room_id = $4, teacher_id = $5
          where slot_id = $1",
        slot.id.get(),
        slot.hour.weekday,
        slot.hour.number,
        slot.room.map(i64::from),
        slot.teacher.get(),
    )
    .execute(tx.conn())
    .await;
    refused(done.map_err(DbError::from)).map(|_| ())
}

/// Somebody else was faster by a moment, or named a thing that is not ours.
fn refused<T>(done: Result<T, DbError>) -> Result<T, Error> {
    done.map_err(|it| match it.constraint() {
        Some("slot_class_free" | "slot_teacher_free" | "slot_room_free") => Error::ChangedMeanwhile,
        Some("slot_class") => Error::NoSuchClass,
        Some("slot_group") => Error::NoSuchGroup,
        Some("slot_teacher") => Error::NoSuchTeacher,
        Some("slot_room") => Error::NoSuchRoom,
        Some("slot_subject") => Error::NoSuchLoad,
        _ => Error::Db(it),
    })
}

pub(crate) async fn delete(tx: &mut Tx, ids: &[SlotId]) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from schedule.slot where slot_id = any($1)",
        &numbers(ids)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Empties a draft.
pub(crate) async fn clear(tx: &mut Tx, version: VersionId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from schedule.slot where version_id = $1",
        version.get()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
