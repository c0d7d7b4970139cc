use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{LessonId, PersonId, SubjectId, YearId};
use serde::Deserialize;
use sqlx::types::Json;

use crate::{Attendance, Slot};

/// What deadlines ask of the journals of a school.
pub(crate) struct DuesAsked<'a> {
    pub(crate) lessons: &'a [LessonId],
    pub(crate) slots: &'a [(YearId, Slot)],
    /// Control is looked for from this day on.
    pub(crate) from: NaiveDate,
    pub(crate) zone: &'a str,
}

/// What the journals of a school hold and lack.
#[derive(Debug, Default)]
pub(crate) struct Dues {
    pub(crate) without_topic: Vec<LessonId>,
    pub(crate) without_roll: Vec<LessonId>,
    pub(crate) without_homework: Vec<LessonId>,
    /// Absences whose reason nobody told.
    pub(crate) absences: Vec<OpenAbsence>,
    pub(crate) finals: Vec<SetFinals>,
    /// Notices of parents that nobody answered.
    pub(crate) notices: Vec<OpenNotice>,
    /// Days on which somebody controlled the journals.
    pub(crate) control: Vec<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct OpenAbsence {
    pub(crate) lesson: LessonId,
    pub(crate) pupil: PersonId,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OpenNotice {
    pub(crate) notice: i64,
    pub(crate) pupil: PersonId,
    pub(crate) sent_at: DateTime<Utc>,
}

/// Who has a final mark in a subject for a period.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SetFinals {
    pub(crate) year: YearId,
    pub(crate) kind: String,
    pub(crate) number: i16,
    pub(crate) subject: SubjectId,
    pub(crate) pupils: Vec<PersonId>,
}

/// Everything in one statement: only what is missing, and whole columns of
/// final marks, come over.
pub(crate) async fn dues(tx: &mut Tx, of: DuesAsked<'_>) -> Result<Dues, Error> {
    let lessons: Vec<i64> = of.lessons.iter().map(|it| it.get()).collect();
    let years: Vec<i64> = of.slots.iter().map(|it| it.0.get()).collect();
    let kinds: Vec<String> = of
        .slots
        .iter()
        .map(|it| it.1.kind().code().to_owned())
        .collect();
    let numbers: Vec<i16> = of.slots.iter().map(|it| it.1.number()).collect();
    let found = sqlx::query!(
        r#"with it as materialized (
               select u.id, coalesce(e.topic <> '', false) as topic,
                      coalesce(e.homework <> '' or e.no_homework, false) as homework,
                      r.lesson_id is not null
                      or exists (select from journal.attendance a
                                  where a.org_id = kernel.org() and a.lesson_id = u.id)
                      or exists (select from journal.mark m
                                  where m.org_id = kernel.org() and m.lesson_id = u.id) as rolled
                 from unnest($1::bigint[]) as u (id)
                 left join journal.entry e on e.org_id = kernel.org() and e.lesson_id = u.id
                 left join journal.rolled r on r.org_id = kernel.org() and r.lesson_id = u.id
           )
           select array(select id from it where not topic) as "without_topic!",
                  array(select id from it where not rolled) as "without_roll!",
                  array(select id from it where not homework) as "without_homework!",
                  (select coalesce(json_agg(json_build_object('lesson', a.lesson_id, 'pupil', a.pupil_id)), '[]')
                     from journal.attendance a
                    where a.org_id = kernel.org() and a.code = $7 and a.lesson_id = any($1))
                      as "absences!: Json<Vec<OpenAbsence>>",
                  (select coalesce(json_agg(json_build_object('year', f.year_id, 'kind', f.kind,
                              'number', f.number, 'subject', f.subject_id, 'pupils', f.pupils)), '[]')
                     from (select m.year_id, m.kind, m.number, m.subject_id, array_agg(m.pupil_id) as pupils
                             from unnest($2::bigint[], $3::text[], $4::smallint[]) as s (year_id, kind, number)
                             join journal.final_mark m on m.org_id = kernel.org() and m.year_id = s.year_id
                              and m.kind = s.kind and m.number = s.number and m.value <> ''
                            group by m.year_id, m.kind, m.number, m.subject_id) f)
                      as "finals!: Json<Vec<SetFinals>>",
                  (select coalesce(json_agg(json_build_object('notice', n.notice_id, 'pupil', n.pupil_id,
                              'sent_at', n.sent_at)), '[]')
                     from journal.absence_notice n
                    where n.org_id = kernel.org() and n.state = 'sent')
                      as "notices!: Json<Vec<OpenNotice>>",
                  array(select distinct (c.at at time zone $5)::date
                          from (select sent_at as at from journal.reminder
                                 where org_id = kernel.org() and sent_at >= $6::date
                                union all
                                select made_at from journal.remark
                                 where org_id = kernel.org() and made_at >= $6::date
                                union all
                                select looked_at from journal.control_look
                                 where org_id = kernel.org() and looked_at >= $6::date) c) as "control!""#,
        &lessons,
        &years,
        &kinds,
        &numbers,
        of.zone,
        of.from,
        Attendance::Absent.code(),
    )
    .fetch_one(tx.conn())
    .await?;
    let ids = |it: Vec<i64>| it.into_iter().map(Into::into).collect();
    Ok(Dues {
        without_topic: ids(found.without_topic),
        without_roll: ids(found.without_roll),
        without_homework: ids(found.without_homework),
        absences: found.absences.0,
        finals: found.finals.0,
        notices: found.notices.0,
        control: found.control,
    })
}

/// Notes that the journals of a month were looked through; said again, the
/// last one stays.
pub(crate) async fn save_control_look(
    tx: &mut Tx,
    month: NaiveDate,
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into journal.control_look (org_id, month, looked_by, looked_at)
         values (kernel.org(), $1, $2, $3)
         on conflict (org_id, month) do update set looked_by = excluded.looked_by, looked_at = excluded.looked_at",
        month,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
