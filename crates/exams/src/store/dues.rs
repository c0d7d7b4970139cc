use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::{ClassId, PersonId, SubjectId};

use crate::ExamId;

/// A state exam in one class, and whose results are there.
#[derive(Clone, Debug)]
pub(crate) struct ExamDue {
    pub(crate) exam: ExamId,
    pub(crate) class: ClassId,
    pub(crate) subject: SubjectId,
    /// oge, ege or gve.
    pub(crate) kind: String,
    pub(crate) held_on: NaiveDate,
    /// Not everybody of the class writes it.
    pub(crate) elective: bool,
    pub(crate) pupils: Vec<PersonId>,
}

/// The state exams of those days, and these, with whoever has a result.
pub(crate) async fn dues(
    tx: &mut Tx,
    from: NaiveDate,
    until: NaiveDate,
    known: &[i64],
) -> Result<Vec<ExamDue>, DbError> {
    let rows = sqlx::query!(
        r#"select e.exam_id, c.class_id, e.subject_id, e.kind, e.held_on, e.elective,
                  array(select r.pupil_id from exams.result r
                         where r.org_id = e.org_id and r.exam_id = e.exam_id and r.class_id = c.class_id
                           and r.turnout <> '') as "pupils!"
             from exams.exam e
             join exams.exam_class c on c.org_id = e.org_id and c.exam_id = e.exam_id
            where e.org_id = kernel.org() and e.removed_at is null and e.kind in ('oge', 'ege', 'gve')
              and (e.held_on between $1 and $2 or e.exam_id = any($3))
            order by e.held_on, e.exam_id, c.class_id"#,
        from,
        until,
        known,
    )
    .fetch_all(tx.conn())
    .await?;
    let dues = rows.into_iter().map(|it| ExamDue {
        exam: it.exam_id.into(),
        class: it.class_id.into(),
        subject: it.subject_id.into(),
        kind: it.kind,
        held_on: it.held_on,
        elective: it.elective,
        pupils: it.pupils.into_iter().map(Into::into).collect(),
    });
    Ok(dues.collect())
}
