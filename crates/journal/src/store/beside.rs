use std::collections::{HashMap, HashSet};

use db::{Error, Tx};
use kernel::{AccountId, LessonId, PersonId, SubjectId, YearId};

use crate::Slot;

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
}

/// Which journal is asked about.
pub(crate) struct BesideOf<'a> {
    pub(crate) account: AccountId,
    pub(crate) lessons: &'a [LessonId],
    pub(crate) pupils: &'a [PersonId],
    pub(crate) subject: SubjectId,
    pub(crate) year: YearId,
    pub(crate) slot: Slot,
}

/// Four kinds of rows in one statement: a page has a budget of them.
pub(crate) async fn beside(tx: &mut Tx, of: &BesideOf<'_>) -> Result<Beside, Error> {
    let lessons: Vec<i64> = of.lessons.iter().map(|it| it.get()).collect();
    let pupils: Vec<i64> = of.pupils.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select 'final' as "kind!", pupil_id as "id!", value as "text!"
             from journal.final_mark
            where org_id = kernel.org() and pupil_id = any($1) and subject_id = $2 and year_id = $3
              and kind = $4 and number = $5
           union all
           select distinct 'file', lesson_id, '' from journal.homework_file
            where org_id = kernel.org() and lesson_id = any($6) and removed_at is null
           union all
           select distinct 'remark', lesson_id, '' from journal.remark
            where org_id = kernel.org() and closed_at is null and lesson_id = any($6)
           union all
           select 'choice', 0, it from journal.grid_view v, unnest(v.choices) as it
            where v.org_id = kernel.org() and v.account_id = $7"#,
        &pupils,
        of.subject.get(),
        of.year.get(),
        of.slot.kind().code(),
        of.slot.number(),
        &lessons,
        of.account.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found = Beside::default();
    for row in rows {
        match row.kind.as_str() {
            "final" => {
                found.finals.insert(row.id.into(), row.text);
            }
            "file" => {
                found.files.insert(row.id.into());
            }
            "remark" => {
                found.remarks.insert(row.id.into());
            }
            _ => found.choices.push(row.text),
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
