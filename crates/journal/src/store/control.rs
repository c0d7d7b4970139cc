//! Remarks, and what is told on the first page.

use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::{ClassId, LessonId, PersonId, SubjectId};

use crate::{
    absence::{Notice, NoticeState, Reason},
    control::{Remark, RemarkId},
    homework::Attached,
};

/// What is told on the first page.
#[derive(Default)]
pub(crate) struct News {
    /// How many remarks to the teacher are open and not answered.
    pub(crate) remarks: i64,
    /// Answers to requests for correction that who asked has not read:
    /// approved ones that nobody used yet, and refused ones.
    pub(crate) approved: i64,
    pub(crate) refused: i64,
    /// Notices of parents that nobody answered, of the whole school, oldest first.
    pub(crate) notices: Vec<Notice>,
}

/// Remarks to the teacher, and, where they are wanted, notices that wait: in
/// one statement.
pub(crate) async fn news(
    tx: &mut Tx,
    teacher: PersonId,
    with_notices: bool,
) -> Result<News, Error> {
    let rows = sqlx::query!(
        r#"select 'notice' as "kind!", notice_id as "id!", pupil_id as "person!", first_on as "first_on?",
                  last_on as "last_on?", reason as "reason!", text as "text!", late as "late!", sent_by as "by!",
                  sent_at as "at?"
             from journal.absence_notice where state = 'sent' and $2
           union all
           select 'remarks', count(*), $1, null, null, '', '', false, 0, null
             from journal.remark where teacher_id = $1 and closed_at is null and answer = ''
           union all
           select 'paper', n.notice_id, f.file_id, null, null, '', f.name, false, f.size, null
             from journal.absence_notice n join journal.notice_file f using (org_id, notice_id)
            where n.state = 'sent' and $2
           union all
           select state, count(*), $1, null, null, '', '', false, 0, null
             from journal.correction
            where asked_by = $1 and state in ('approved', 'refused') and decided_by <> $1 and answer_seen_at is null
            group by state
            order by 2, 1"#,
        teacher.get(),
        with_notices,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut news = News::default();
    for row in rows {
        let corrupt = |column| Error::Corrupt {
            table: "journal.absence_notice",
            column,
        };
        match (row.kind.as_str(), row.first_on, row.last_on, row.at) {
            ("notice", Some(first_on), Some(last_on), Some(sent_at)) => {
                news.notices.push(Notice {
                    id: row.id.into(),
                    pupil: row.person.into(),
                    reason: Reason::from_code(&row.reason).ok_or(corrupt("reason"))?,
                    first_on,
                    last_on,
                    text: row.text,
                    late: row.late,
                    state: NoticeState::Sent,
                    answer: String::new(),
                    sent_by: row.by.into(),
                    sent_at,
                    files: vec![],
                });
            }
            ("paper", ..) => {
                let file = Attached {
                    id: row.person.into(),
                    name: row.text,
                    size: row.by,
                };
                if let Some(it) = news.notices.iter_mut().find(|it| it.id == row.id.into()) {
                    it.files.push(file);
                }
            }
            ("approved", ..) => news.approved = row.id,
            ("refused", ..) => news.refused = row.id,
            _ => news.remarks = row.id,
        }
    }
    Ok(news)
}

struct RemarkRow {
    remark_id: i64,
    class_id: i64,
    subject_id: i64,
    lesson_id: Option<i64>,
    teacher_id: i64,
    text: String,
    answer: String,
    answered_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    made_by: i64,
    made_at: DateTime<Utc>,
}

impl From<RemarkRow> for Remark {
    fn from(it: RemarkRow) -> Self {
        Self {
            id: it.remark_id.into(),
            class: it.class_id.into(),
            subject: it.subject_id.into(),
            lesson: it.lesson_id.map(Into::into),
            teacher: it.teacher_id.into(),
            text: it.text,
            answer: it.answer,
            answered_at: it.answered_at,
            closed_at: it.closed_at,
            made_by: it.made_by.into(),
            made_at: it.made_at,
        }
    }
}

/// Remarks to one teacher or to all, the open ones first, newest first.
pub(crate) async fn remarks(
    tx: &mut Tx,
    teacher: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Remark>, Error> {
    let rows = sqlx::query_as!(
        RemarkRow,
        "select remark_id, class_id, subject_id, lesson_id, teacher_id, text, answer, answered_at, closed_at, made_by,
                made_at
           from journal.remark where $1::bigint is null or teacher_id = $1
          order by closed_at is not null, made_at desc, remark_id desc limit $2",
        teacher.map(PersonId::get),
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn remark(tx: &mut Tx, id: RemarkId) -> Result<Option<Remark>, Error> {
    let row = sqlx::query_as!(
        RemarkRow,
        "select remark_id, class_id, subject_id, lesson_id, teacher_id, text, answer, answered_at, closed_at, made_by,
                made_at
           from journal.remark where remark_id = $1",
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

/// A remark to be made.
pub(crate) struct NewRemark<'a> {
    pub(crate) class: ClassId,
    pub(crate) subject: SubjectId,
    pub(crate) lesson: Option<LessonId>,
    pub(crate) teacher: PersonId,
    pub(crate) text: &'a str,
    pub(crate) by: PersonId,
}

/// Makes a remark; the same one while it is open and unanswered is made once.
pub(crate) async fn insert_remark(tx: &mut Tx, it: &NewRemark<'_>) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.remark (org_id, class_id, subject_id, lesson_id, teacher_id, text, made_by, made_at)
         select kernel.org(), $1, $2, $3, $4, $5, $6, $7
          where not exists (select from journal.remark r
                             where r.org_id = kernel.org() and r.class_id = $1 and r.subject_id = $2
                               and r.lesson_id is not distinct from $3 and r.teacher_id = $4 and r.text = $5
                               and r.answer = '' and r.closed_at is null)",
        it.class.get(),
        it.subject.get(),
        it.lesson.map(LessonId::get),
        it.teacher.get(),
        it.text,
        it.by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(crate) async fn answer_remark(tx: &mut Tx, id: RemarkId, answer: &str) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "update journal.remark set answer = $2, answered_at = $3 where org_id = kernel.org() and remark_id = $1",
        id.get(),
        answer,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes the remark, or opens it again.
pub(crate) async fn close_remark(
    tx: &mut Tx,
    id: RemarkId,
    closed: bool,
    by: PersonId,
) -> Result<(), Error> {
    let now = closed.then(|| tx.now());
    let by = closed.then(|| by.get());
    sqlx::query!(
        "update journal.remark set closed_by = $2, closed_at = $3 where org_id = kernel.org() and remark_id = $1",
        id.get(),
        by,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
