use std::collections::HashMap;

use db::{Error, Tx};
use kernel::LessonId;

/// How far a lesson is filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filling {
    pub(crate) topic: bool,
    /// Homework, or «не задано».
    pub(crate) homework: bool,
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
                  (select count(*) from journal.mark m
                    where m.org_id = kernel.org() and m.lesson_id = it.id and m.value <> '') as "marks!",
                  (select count(*) from journal.attendance a
                    where a.org_id = kernel.org() and a.lesson_id = it.id and a.code <> '') as "absences!"
             from unnest($1::bigint[]) as it (id)
             left join journal.entry e on e.org_id = kernel.org() and e.lesson_id = it.id"#,
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
                marks: it.marks,
                absences: it.absences,
            };
            (it.id.into(), filling)
        })
        .collect())
}
