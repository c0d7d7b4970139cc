//! Final marks as reports ask for them.

use db::{Error, Tx};
use kernel::{ClassId, PersonId, SubjectId, YearId};

use crate::{FinalValue, Slot};

/// Which final marks are asked for.
pub(crate) struct MarksAsked {
    pub(crate) year: YearId,
    pub(crate) classes: Vec<ClassId>,
    pub(crate) subjects: Vec<SubjectId>,
    pub(crate) slots: Vec<Slot>,
}

/// One final mark, with the class that it was set in.
pub(crate) struct StoredMark {
    pub(crate) pupil: PersonId,
    pub(crate) class: ClassId,
    pub(crate) subject: SubjectId,
    pub(crate) slot: Slot,
    pub(crate) value: FinalValue,
}

/// These marks without those taken back.
pub(crate) async fn marks_for_report(
    tx: &mut Tx,
    asked: &MarksAsked,
) -> Result<Vec<StoredMark>, Error> {
    let classes: Vec<i64> = asked.classes.iter().map(|it| it.get()).collect();
    let subjects: Vec<i64> = asked.subjects.iter().map(|it| it.get()).collect();
    let slots: Vec<String> = asked
        .slots
        .iter()
        .map(|it| format!("{}-{}", it.kind().code(), it.number()))
        .collect();
    let rows = sqlx::query!(
        "select pupil_id, class_id, subject_id, kind, number, value, reason
           from journal.final_mark
          where org_id = kernel.org() and year_id = $1 and value <> '' and class_id = any($2)
            and subject_id = any($3) and kind || '-' || number = any($4)
          order by class_id, subject_id, kind, number, pupil_id",
        asked.year.get(),
        &classes,
        &subjects,
        &slots,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(StoredMark {
                pupil: it.pupil_id.into(),
                class: it.class_id.into(),
                subject: it.subject_id.into(),
                slot: Slot::from_parts(&it.kind, it.number).ok_or(Error::Corrupt {
                    table: "journal.final_mark",
                    column: "kind",
                })?,
                value: FinalValue::stored(it.value, &it.reason),
            })
        })
        .collect()
}
