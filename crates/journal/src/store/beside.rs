use std::collections::{HashMap, HashSet};

use db::{Error, Tx};
use kernel::{AccountId, ClassId, LessonId, PersonId, SubjectId, YearId};

use super::finals::{LockRow, take_lock};
use crate::{Slot, locks::Locks};

/// What stands beside the marks of a journal.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Final marks of the period.
    pub(crate) finals: HashMap<PersonId, String>,
    /// Lessons with files, and with remarks that nobody closed.
    pub(crate) files: HashSet<LessonId>,
    pub(crate) remarks: HashSet<LessonId>,
    /// How the member likes to see it.
    pub(crate) choices: Vec<String>,
    /// What is closed, and which cells corrections opened or wait for.
    pub(crate) locks: Locks,
}

/// Which journal is asked about.
pub(crate) struct BesideOf<'a> {
    pub(crate) account: AccountId,
    pub(crate) class: ClassId,
    pub(crate) lessons: &'a [LessonId],
    pub(crate) pupils: &'a [PersonId],
    pub(crate) subject: SubjectId,
    pub(crate) year: YearId,
    pub(crate) slot: Slot,
}

/// All kinds of rows in one statement: a page has a budget of them, and each
/// costs a round trip.
pub(crate) async fn beside(tx: &mut Tx, of: &BesideOf<'_>) -> Result<Beside, Error> {
    let lessons: Vec<i64> = of.lessons.iter().map(|it| it.get()).collect();
    let pupils: Vec<i64> = of.pupils.iter().map(|it| it.get()).collect();
    let now = tx.now();
    let rows = sqlx::query!(
        r#"select 'final' as "kind!", pupil_id as "id!", value as "text?", null::bigint as "subject_id?",
                  null::smallint as "number?", null::bigint as "by?", null::timestamptz as "at?",
                  null::bigint as "pupil_id?", null::bigint as "lesson_id?", null::bigint as "work_id?"
             from journal.final_mark
            where org_id = kernel.org() and pupil_id = any($1) and subject_id = $2 and year_id = $3
              and kind = $4 and number = $5
           union all
           select distinct 'file', lesson_id, null, null::bigint, null::smallint, null::bigint, null::timestamptz,
                  null::bigint, null::bigint, null::bigint
             from journal.homework_file
            where org_id = kernel.org() and lesson_id = any($6) and removed_at is null
           union all
           select distinct 'remark', lesson_id, null, null::bigint, null::smallint, null::bigint, null::timestamptz,
                  null::bigint, null::bigint, null::bigint
             from journal.remark
            where org_id = kernel.org() and closed_at is null and lesson_id = any($6)
           union all
           select 'choice', 0, it, null, null, null, null, null, null, null
             from journal.grid_view v, unnest(v.choices) as it
            where v.org_id = kernel.org() and v.account_id = $7
           union all
           select 'signed', class_id, kind, subject_id, number, signed_by, signed_at, null, null, null
             from journal.signed_period
            where org_id = kernel.org() and class_id = $8 and reopened_at is null
           union all
           select case when state = 'asked' then 'asked' else 'open' end, correction_id, kind, subject_id, number, null,
                  null, pupil_id, lesson_id, work_id
             from journal.correction
            where org_id = kernel.org() and class_id = $8
              and (state = 'asked' or state in ('approved', 'used') and open_until > $9)"#,
        &pupils,
        of.subject.get(),
        of.year.get(),
        of.slot.kind().code(),
        of.slot.number(),
        &lessons,
        of.account.get(),
        of.class.get(),
        now,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = Beside::default();
    for row in rows {
        match row.kind.as_str() {
            "final" => {
                let text = row.text.unwrap_or_default();
                found.finals.insert(row.id.into(), text);
            }
            "file" => {
                found.files.insert(row.id.into());
            }
            "remark" => {
                found.remarks.insert(row.id.into());
            }
            "choice" => found.choices.extend(row.text),
            kind => {
                let lock = LockRow {
                    class_id: of.class.get(),
                    subject_id: row.subject_id.unwrap_or_default(),
                    kind: row.text,
                    number: row.number,
                    by: row.by,
                    at: row.at,
                    correction_id: (kind != "signed").then_some(row.id),
                    pupil_id: row.pupil_id,
                    lesson_id: row.lesson_id,
                    work_id: row.work_id,
                    asked: kind == "asked",
                };
                take_lock(&mut found.locks, &lock)?;
            }
        }
    }
    Ok(found)
}

/// Adds choices to those of the member, and takes others away.
pub(crate) async fn save_choices(
    tx: &mut Tx,
    account: AccountId,
    on: &[String],
    off: &[String],
) -> Result<(), Error> {
    sqlx::query!(
        "insert into journal.grid_view as v (org_id, account_id, choices)
         values (kernel.org(), $1, $2)
         on conflict (org_id, account_id) do update
            set choices = array(select it from unnest(v.choices) as it where it <> all($3) and it <> all($2)) || $2",
        account.get(),
        on,
        off,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
