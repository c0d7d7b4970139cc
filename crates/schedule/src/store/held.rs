use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime};
use db::{Error, Tx};
use dues::Ask;

use crate::{Held, HeldLesson, WeekHours};

/// What keys of facts about lessons begin with; the lesson follows.
const OF_LESSONS: [&str; 2] = ["lesson/", "absent/"];

struct Row {
    lesson_id: Option<i64>,
    held_on: Option<NaiveDate>,
    /// The number of the lesson, or the hours in a week.
    number: i16,
    class_id: i64,
    group_id: Option<i64>,
    subject_id: i64,
    teacher_id: Option<i64>,
}

/// Lessons that are over at that local time, of the days asked about and of
/// the facts that were open, and the hours of the timetable, in one statement.
pub(crate) async fn held(tx: &mut Tx, ask: &Ask<'_>, now: NaiveDateTime) -> Result<Held, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select l.lesson_id as "lesson_id?", l.held_on as "held_on?", l.number as "number!",
                  l.class_id as "class_id!", l.group_id, l.subject_id as "subject_id!",
                  l.teacher_id as "teacher_id?"
             from schedule.lesson l
            where l.org_id = kernel.org() and l.held_on between $1 and $2
              and l.state <> 'cancelled' and upper(l.during) <= $4
           union all
           select l.lesson_id, l.held_on, l.number, l.class_id, l.group_id, l.subject_id, l.teacher_id
             from schedule.lesson l
            where l.org_id = kernel.org() and l.lesson_id = any($3) and l.held_on < $1
              and l.state <> 'cancelled'
           union all
           select null, null, count(*)::smallint, s.class_id, s.group_id, s.subject_id, null
             from schedule.slot s
            where s.org_id = kernel.org() and s.version_id = (
                select v.version_id from schedule.version v
                 where v.org_id = kernel.org() and v.state = 'published' and upper(v.valid) > $5
                 order by lower(v.valid) limit 1)
            group by s.class_id, s.group_id, s.subject_id"#,
        ask.from,
        ask.until.min(ask.today),
        &known(ask),
        now,
        ask.today,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut held = Held::default();
    for it in rows {
        let (class, subject) = (it.class_id.into(), it.subject_id.into());
        let group = it.group_id.map(Into::into);
        match (it.lesson_id, it.held_on, it.teacher_id) {
            (Some(id), Some(on), Some(teacher)) => held.lessons.push(HeldLesson {
                id: id.into(),
                on,
                number: it.number,
                class,
                group,
                subject,
                teacher: teacher.into(),
            }),
            _ => held.week.push(WeekHours {
                class,
                group,
                subject,
                hours: u32::try_from(it.number).unwrap_or(0),
            }),
        }
    }
    held.lessons
        .sort_unstable_by_key(|it| (it.on, it.number, it.id));
    Ok(held)
}

/// The lessons of facts that were open when last asked.
fn known(ask: &Ask<'_>) -> Vec<i64> {
    let lesson = |key: &str| {
        let rest = OF_LESSONS.iter().find_map(|it| key.strip_prefix(it))?;
        rest.split('/').next()?.parse().ok()
    };
    let found: BTreeSet<i64> = ask.known.iter().filter_map(|it| lesson(&it.1)).collect();
    found.into_iter().collect()
}
