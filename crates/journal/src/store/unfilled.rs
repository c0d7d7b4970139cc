use std::collections::HashMap;

use db::{Error, Tx};
use kernel::LessonId;

/// How far a lesson is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filling {
    pub(crate) topic: bool,
    /// Homework, or «не задано».
    pub(crate) homework: bool,
    /// Somebody looked who is there: said so, or noted an absence or a mark.
    pub(crate) rolled: bool,
    pub(crate) marks: i64,
    pub(crate) absences: i64,
}

/// How far each of these lessons is filled in; a lesson nobody touched is absent.
pub(crate) async fn filling(
    tx: &mut Tx,
    lessons: &[LessonId],
) -> Result<HashMap<LessonId, Filling>, Error> {
    let ids: Vec<i64> = lessons.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        r#"select it.id as "id!", coalesce(e.topic <> '', false) as "topic!",
                  coalesce(e.homework <> '' or e.no_homework, false) as "homework!",
                  (r.lesson_id is not null or m.stored > 0 or a.stored > 0) as "rolled!",
                  m.given as "marks!", a.noted as "absences!"
             from unnest($1::bigint[]) as it (id)
             left join journal.entry e on e.org_id = kernel.org() and e.lesson_id = it.id
             left join journal.rolled r on r.org_id = kernel.org() and r.lesson_id = it.id
             cross join lateral (select count(*) as stored, count(*) filter (where value <> '') as given
                                   from journal.mark where org_id = kernel.org() and lesson_id = it.id) m
             cross join lateral (select count(*) as stored, count(*) filter (where code <> '') as noted
                                   from journal.attendance where org_id = kernel.org() and lesson_id = it.id) a"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let filling = Filling {
                topic: it.topic,
                homework: it.homework,
                rolled: it.rolled,
                marks: it.marks,
                absences: it.absences,
            };
            (it.id.into(), filling)
        })
        .collect())
}
