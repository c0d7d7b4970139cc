//! The alphabet book.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::PersonId;

use super::books::kind_of;
use crate::{
    Error,
    books::{
        FileFormat, FileRecord, FileRecordId, GivenNumber, Held, LastRecord, Leaving, NewRecord,
        Paper, Rebound, Wanted,
    },
    order::{LeavingReason, OrderId, OrderState},
};

/// Whom the enrolment orders among these name.
pub(crate) async fn enrolled_by(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Wanted>, db::Error> {
    let ids: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select p.pupil_id, p.order_id, p.file_number
         from movement.order_pupil p join movement.order o using (org_id, order_id)
         where p.order_id = any($1) and o.kind = 'enrolment' and o.state = 'issued'
         order by p.order_id, p.pupil_id",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let wanted = rows.into_iter().map(|it| Wanted {
        pupil: it.pupil_id.into(),
        order: it.order_id.into(),
        wish: it.file_number,
    });
    Ok(wanted.collect())
}

/// The last enrolment of everybody who has no line.
pub(crate) async fn unrecorded(tx: &mut Tx) -> Result<Vec<Wanted>, db::Error> {
    let rows = sqlx::query!(
        r#"select distinct on (p.pupil_id) p.pupil_id, p.order_id, p.file_number
           from movement.order_pupil p join movement.order o using (org_id, order_id)
           where o.kind = 'enrolment' and o.state = 'issued'
             and not exists (select from movement.file_record r
                             where r.org_id = p.org_id and r.pupil_id = p.pupil_id)
           order by p.pupil_id, o.issued_at desc"#
    )
    .fetch_all(tx.conn())
    .await?;
    let wanted = rows.into_iter().map(|it| Wanted {
        pupil: it.pupil_id.into(),
        order: it.order_id.into(),
        wish: it.file_number,
    });
    Ok(wanted.collect())
}

fn format_of(code: Option<&str>) -> FileFormat {
    code.and_then(FileFormat::from_code).unwrap_or_default()
}

/// How numbers are written, and all that are given.
pub(crate) async fn file_numbers(tx: &mut Tx) -> Result<(FileFormat, Vec<Held>), db::Error> {
    let rows = sqlx::query!(
        r#"select s.file_format as "format?", r.record_id as "record_id?", r.pupil_id as "pupil_id?",
                  r.number as "number?", o.state = 'issued' as in_force
           from (select 1) one
           left join movement.book_setting s on s.org_id = kernel.org()
           left join movement.file_record r on r.org_id = kernel.org()
           left join movement.order o on o.org_id = r.org_id and o.order_id = r.enrolled_by"#
    )
    .fetch_all(tx.conn())
    .await?;
    let format = format_of(rows.first().and_then(|it| it.format.as_deref()));
    let held = rows.into_iter().filter_map(|it| {
        Some(Held {
            record: it.record_id?.into(),
            pupil: it.pupil_id?.into(),
            number: it.number?,
            in_force: it.in_force?,
        })
    });
    Ok((format, held.collect()))
}

/// Which numbers these enrolments gave to cards.
pub(crate) async fn numbers_given(
    tx: &mut Tx,
    orders: &[OrderId],
) -> Result<Vec<GivenNumber>, db::Error> {
    let ids: Vec<i64> = orders.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select pupil_id, number, card_before as "before!" from movement.file_record
           where enrolled_by = any($1) and card_before is not null"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let given = rows.into_iter().map(|it| GivenNumber {
        pupil: it.pupil_id.into(),
        number: it.number,
        before: it.before,
    });
    Ok(given.collect())
}

/// Takes out lines of cancelled enrolments: their numbers are given anew.
pub(crate) async fn drop_lines_of_book(
    tx: &mut Tx,
    records: &[FileRecordId],
) -> Result<(), db::Error> {
    let ids: Vec<i64> = records.iter().map(|it| it.get()).collect();
    sqlx::query!(
        "update movement.file_record set previous_id = null where previous_id = any($1)",
        &ids,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from movement.file_record where record_id = any($1)",
        &ids
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How numbers are written, and how many were enrolled and have no line.
pub(crate) async fn book_head(tx: &mut Tx) -> Result<(FileFormat, i64), db::Error> {
    let row = sqlx::query!(
        r#"select (select file_format from movement.book_setting where org_id = kernel.org()) as "format?",
                  (select count(distinct p.pupil_id)
                   from movement.order_pupil p join movement.order o using (org_id, order_id)
                   where p.org_id = kernel.org() and o.kind = 'enrolment' and o.state = 'issued'
                     and not exists (select from movement.file_record r
                                     where r.org_id = p.org_id and r.pupil_id = p.pupil_id)) as "missing!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((format_of(row.format.as_deref()), row.missing))
}

pub(crate) async fn set_file_format(tx: &mut Tx, format: FileFormat) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into movement.book_setting (org_id, file_format) values (kernel.org(), $1)
         on conflict (org_id) do update
         set file_format = excluded.file_format, version = book_setting.version + 1",
        format.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last line of each of these pupils.
pub(crate) async fn last_records(
    tx: &mut Tx,
    pupils: &[PersonId],
) -> Result<HashMap<PersonId, LastRecord>, db::Error> {
    let ids: Vec<i64> = pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select distinct on (r.pupil_id) r.pupil_id, r.record_id, r.enrolled_by, r.number,
                  o.state = 'issued' as "in_force!"
           from movement.file_record r
           join movement.order o on o.org_id = r.org_id and o.order_id = r.enrolled_by
           where r.pupil_id = any($1)
           order by r.pupil_id, r.record_id desc"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let last = rows.into_iter().map(|it| {
        let record = LastRecord {
            id: it.record_id.into(),
            order: it.enrolled_by.into(),
            number: it.number,
            in_force: it.in_force,
        };
        (it.pupil_id.into(), record)
    });
    Ok(last.collect())
}

pub(crate) async fn enter_records(tx: &mut Tx, records: &[NewRecord]) -> Result<(), db::Error> {
    let pupils: Vec<i64> = records.iter().map(|it| it.pupil.get()).collect();
    let orders: Vec<i64> = records.iter().map(|it| it.order.get()).collect();
    let letters: Vec<String> = records.iter().map(|it| it.letter.clone()).collect();
    let numbers: Vec<String> = records.iter().map(|it| it.number.clone()).collect();
    let previous: Vec<Option<i64>> = records
        .iter()
        .map(|it| it.previous.map(FileRecordId::get))
        .collect();
    let before: Vec<Option<String>> = records.iter().map(|it| it.before.clone()).collect();
    sqlx::query!(
        "insert into movement.file_record
             (org_id, pupil_id, enrolled_by, letter, number, previous_id, card_before)
         select kernel.org(), n.*
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[]) n",
        &pupils,
        &orders,
        &letters,
        &numbers,
        &previous as &[Option<i64>],
        &before as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lines of cancelled enrolments belong to the new ones.
pub(crate) async fn rebind_records(tx: &mut Tx, records: &[Rebound]) -> Result<(), db::Error> {
    let ids: Vec<i64> = records.iter().map(|it| it.id.get()).collect();
    let orders: Vec<i64> = records.iter().map(|it| it.order.get()).collect();
    let letters: Vec<String> = records.iter().map(|it| it.letter.clone()).collect();
    let numbers: Vec<String> = records.iter().map(|it| it.number.clone()).collect();
    let before: Vec<Option<String>> = records.iter().map(|it| it.before.clone()).collect();
    sqlx::query!(
        "update movement.file_record r
         set enrolled_by = n.order_id, letter = n.letter, number = n.number, card_before = n.before,
             version = r.version + 1
         from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
              n (record_id, order_id, letter, number, before)
         where r.record_id = n.record_id",
        &ids,
        &orders,
        &letters,
        &numbers,
        &before as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes out the lines of an enrolment that is taken back with its cards.
pub(crate) async fn drop_records(tx: &mut Tx, order: OrderId) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from movement.file_record where enrolled_by = $1",
        order.get()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn hand_file(
    tx: &mut Tx,
    id: FileRecordId,
    seen: i32,
    on: Option<NaiveDate>,
    to: &str,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update movement.file_record set handed_on = $3, handed_to = $4, version = version + 1
         where record_id = $1 and version = $2",
        id.get(),
        seen,
        on,
        to,
    )
    .execute(tx.conn())
    .await
    .map_err(db::Error::from)?;
    if done.rows_affected() == 0 {
        Err(Error::ChangedMeanwhile)
    } else {
        Ok(())
    }
}

/// The lines of the book; all those of one pupil where one of them is named.
pub(crate) async fn records(
    tx: &mut Tx,
    one: Option<FileRecordId>,
) -> Result<Vec<FileRecord>, db::Error> {
    let rows = sqlx::query!(
        r#"select r.record_id, r.pupil_id, r.letter, r.number, r.previous_id, r.handed_on, r.handed_to,
                  r.version, o.order_id, o.state, o.number as order_number, o.ordered_on, o.effective_on,
                  concat_ws(', ', nullif(p.came_from, ''), nullif(p.place, '')) as "came_from!",
                  p.to_class_id as "to_class_id?", p.to_grade as "to_grade?",
                  l.order_id as "left_by?", l.kind as "left_kind?", l.number as "left_number?",
                  l.ordered_on as "left_ordered_on?", l.effective_on as "left_on?", l.reason as "reason?",
                  concat_ws(', ', nullif(l.went_to, ''), nullif(l.place, '')) as "went_to!",
                  (select m.class_id from movement.class_member m
                   where m.org_id = r.org_id and m.pupil_id = r.pupil_id
                     and m.ended_by = l.order_id) as "left_class?"
           from movement.file_record r
           join movement.order o on o.org_id = r.org_id and o.order_id = r.enrolled_by
           left join movement.order_pupil p on p.org_id = r.org_id and p.order_id = r.enrolled_by
                and p.pupil_id = r.pupil_id
           left join lateral (
                select e.order_id, e.kind, e.number, e.ordered_on, e.effective_on, q.reason, q.went_to, q.place
                from movement.order_pupil q
                join movement.order e on e.org_id = q.org_id and e.order_id = q.order_id
                where q.org_id = r.org_id and q.pupil_id = r.pupil_id and e.state = 'issued'
                  and e.kind in ('leaving', 'graduation') and e.issued_at > o.issued_at
                order by e.issued_at limit 1) l on o.state = 'issued'
           where $1::bigint is null
              or r.pupil_id = (select w.pupil_id from movement.file_record w where w.record_id = $1)
           order by r.record_id"#,
        one.map(FileRecordId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let left = match (it.left_by, it.left_kind, it.left_ordered_on) {
                (Some(order), Some(kind), Some(ordered_on)) => Some(Paper {
                    order: order.into(),
                    kind: kind_of(&kind)?,
                    number: it.left_number,
                    ordered_on,
                    place: it.went_to,
                    reason: it.reason.as_deref().and_then(LeavingReason::from_code),
                }),
                _ => None,
            };
            Ok(FileRecord {
                id: it.record_id.into(),
                pupil: it.pupil_id.into(),
                letter: it.letter,
                number: it.number,
                previous: it.previous_id.map(Into::into),
                handed_on: it.handed_on,
                handed_to: it.handed_to,
                version: it.version,
                enrolled: Paper {
                    order: it.order_id.into(),
                    kind: crate::OrderKind::Enrolment,
                    number: it.order_number,
                    ordered_on: it.ordered_on,
                    place: it.came_from,
                    reason: None,
                },
                enrolled_state: OrderState::from_code(&it.state)
                    .ok_or(db::Error::corrupt("movement.order", "state"))?,
                enrolled_on: it.effective_on,
                to_class: it.to_class_id.map(Into::into),
                to_grade: it.to_grade,
                left,
                left_on: it.left_on,
                left_class: it.left_class.map(Into::into),
            })
        })
        .collect()
}

/// Every issued leaving and graduation, the last first.
pub(crate) async fn leavings(tx: &mut Tx) -> Result<Vec<Leaving>, db::Error> {
    let rows = sqlx::query!(
        r#"select q.pupil_id, q.reason, q.document, q.document_number, q.document_on,
                  concat_ws(', ', nullif(q.went_to, ''), nullif(q.place, '')) as "went_to!",
                  e.order_id, e.kind, e.number, e.ordered_on, e.effective_on, e.basis,
                  m.class_id as "class_id?",
                  exists (select from movement.order_pupil n
                          join movement.order b on b.org_id = n.org_id and b.order_id = n.order_id
                          where n.org_id = q.org_id and n.pupil_id = q.pupil_id and b.kind = 'enrolment'
                            and b.state = 'issued' and b.issued_at > e.issued_at) as "returned!",
                  r.number as "file_number?", r.handed_on as "handed_on?", r.handed_to as "handed_to?"
           from movement.order_pupil q
           join movement.order e on e.org_id = q.org_id and e.order_id = q.order_id
           left join movement.class_member m on m.org_id = q.org_id and m.pupil_id = q.pupil_id
                and m.ended_by = e.order_id
           left join lateral (
                select f.number, f.handed_on, f.handed_to
                from movement.file_record f
                join movement.order b on b.org_id = f.org_id and b.order_id = f.enrolled_by
                where f.org_id = q.org_id and f.pupil_id = q.pupil_id and b.issued_at < e.issued_at
                order by f.record_id desc limit 1) r on true
           where e.state = 'issued' and e.kind in ('leaving', 'graduation')
           order by e.effective_on desc, e.order_id desc, q.pupil_id"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Leaving {
                pupil: it.pupil_id.into(),
                paper: Paper {
                    order: it.order_id.into(),
                    kind: kind_of(&it.kind)?,
                    number: it.number,
                    ordered_on: it.ordered_on,
                    place: it.went_to,
                    reason: LeavingReason::from_code(&it.reason),
                },
                on: it.effective_on,
                basis: it.basis,
                class: it.class_id.map(Into::into),
                document: it.document,
                document_number: it.document_number,
                document_on: it.document_on,
                returned: it.returned,
                file_number: it.file_number,
                handed_on: it.handed_on,
                handed_to: it.handed_to.unwrap_or_default(),
            })
        })
        .collect()
}
