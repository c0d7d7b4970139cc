//! What stands in the lessons of one pupil, with the homework: the first page
//! and the week of the diary are asked for far more often than any other page.

use db::{Error, Tx};
use kernel::{LessonId, PersonId};
use rust_decimal::prelude::ToPrimitive;

use super::{
    homework::{self, StoredHomework},
    sheet::{Row, StoredSheet},
};

/// Reads marks, absences, works and topics of one pupil's lessons, and files,
/// answers and ticks of their homework: all in one statement, each row once.
///
/// As in [`super::sheet_of`] rows lie in columns of other names: the minutes of
/// a homework in `number`, a file in the place of the work, its size in that of
/// who set it.
pub(crate) async fn diary_of(
    tx: &mut Tx,
    lessons: &[LessonId],
    pupil: PersonId,
) -> Result<(StoredSheet, StoredHomework), Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select 'entry' as "kind!", lesson_id as "lesson_id!", null::bigint as work_id, plan_item_id as pupil_id,
                  topic as "text!", homework as "more?", homework_minutes::numeric as number,
                  no_homework::int::smallint as "small?", version as "version!", set_by as "by?", set_at as "at?"
             from journal.entry where lesson_id = any($1)
           union all
           select case when removed_at is null then 'work' else 'removed' end, lesson_id, work_id, kind_id, topic,
                  client_key::text, weight, null, version, null, due_on::timestamp at time zone 'UTC'
             from (select * from journal.work where lesson_id = any($1) order by lesson_id, position) w
           union all
           select 'mark', lesson_id, work_id, pupil_id, value, nullif(comment, ''), points, points_count, version, set_by,
                  set_at
             from journal.mark where pupil_id = $2 and lesson_id = any($1)
           union all
           select 'attendance', lesson_id, null, pupil_id, code, null, null, minutes, version, set_by, set_at
             from journal.attendance where pupil_id = $2 and lesson_id = any($1)
           union all
           select 'answer', lesson_id, null, pupil_id, text, state || ' ' || comment, null, null, version, null, handed_at
             from journal.answer where pupil_id = $2 and lesson_id = any($1)
           union all
           select 'file', lesson_id, file_id, null, name, '', null, null, 0, size, added_at
             from journal.homework_file where lesson_id = any($1) and removed_at is null
           union all
           select 'answer file', lesson_id, file_id, pupil_id, name, '', null, null, 0, size, added_at
             from journal.answer_file where pupil_id = $2 and lesson_id = any($1) and removed_at is null
           union all
           select 'done', lesson_id, null, pupil_id, '', '', null, null, 0, null, done_at
             from journal.homework_done where pupil_id = $2 and lesson_id = any($1)"#,
        &ids,
        pupil.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let is_homework =
        |it: &Row| matches!(it.kind.as_str(), "answer" | "file" | "answer file" | "done");
    let texts = rows.iter().filter(|it| it.kind == "entry").map(text);
    let texts: Vec<homework::Row> = texts.collect();
    let (about_homework, sheet): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(is_homework);
    let about_homework = about_homework.into_iter().map(|it| homework::Row {
        kind: it.kind,
        lesson_id: it.lesson_id,
        pupil_id: it.pupil_id,
        file_id: it.work_id,
        text: it.text,
        more: it.more.unwrap_or_default(),
        size: it.by,
        version: it.version,
        at: it.at,
    });
    Ok((
        StoredSheet::of(sheet)?,
        StoredHomework::of(texts.into_iter().chain(about_homework))?,
    ))
}

/// Of the text of a homework the diary wants the minutes; the rest is in the sheet.
fn text(it: &Row) -> homework::Row {
    homework::Row {
        kind: "text".to_owned(),
        lesson_id: it.lesson_id,
        pupil_id: None,
        file_id: None,
        text: String::new(),
        more: String::new(),
        size: it.number.and_then(|it| it.to_i64()),
        version: it.version,
        at: None,
    }
}
