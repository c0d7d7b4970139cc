use std::collections::HashMap;

use db::{Error, Tx};
use kernel::{PersonId, SubjectId, YearId};
use serde::Deserialize;
use sqlx::types::Json;

use crate::{NOT_ATTESTED, Slot, YearEnd, finals::FAILED};

/// Marks of the year that do not pass (ст. 58 273-ФЗ).
const FAILING: [&str; 4] = ["1", "2", NOT_ATTESTED, FAILED];

#[derive(Debug, Deserialize)]
struct Marked {
    subject: SubjectId,
    pupils: Vec<PersonId>,
}

#[derive(Debug, Deserialize)]
struct Failing {
    pupil: PersonId,
    count: u32,
}

#[derive(Debug, Deserialize)]
struct Signed {
    class: i64,
    subject: i64,
    kind: String,
    number: i16,
}

/// Everything in one statement, as `dues` does it.
pub(crate) async fn year_end(tx: &mut Tx, year: YearId, classes: &[i64]) -> Result<YearEnd, Error> {
    let found = sqlx::query!(
        r#"with f as materialized (
               select subject_id, pupil_id, value from journal.final_mark
                where org_id = kernel.org() and year_id = $1 and kind = 'year' and value <> ''
           )
           select (select coalesce(json_agg(json_build_object('subject', m.subject_id, 'pupils', m.pupils)), '[]')
                     from (select subject_id, array_agg(pupil_id) as pupils from f group by subject_id) m)
                      as "marked!: Json<Vec<Marked>>",
                  (select coalesce(json_agg(json_build_object('pupil', m.pupil_id, 'count', m.count)), '[]')
                     from (select pupil_id, count(*) as count from f
                            where value = any($3) group by pupil_id) m)
                      as "failing!: Json<Vec<Failing>>",
                  (select coalesce(json_agg(json_build_object('class', s.class_id, 'subject', s.subject_id,
                              'kind', s.kind, 'number', s.number)), '[]')
                     from journal.signed_period s
                    where s.org_id = kernel.org() and s.class_id = any($2) and s.reopened_at is null)
                      as "signed!: Json<Vec<Signed>>",
                  (select count(*) from journal.correction c
                    where c.org_id = kernel.org() and c.class_id = any($2) and c.state = 'asked')
                      as "corrections!""#,
        year.get(),
        classes,
        &FAILING.map(str::to_owned),
    )
    .fetch_one(tx.conn())
    .await?;
    let signed = found.signed.0.into_iter().filter_map(|it| {
        let slot = Slot::from_parts(&it.kind, it.number)?;
        Some((it.class.into(), it.subject.into(), slot))
    });
    Ok(YearEnd {
        marked: found
            .marked
            .0
            .into_iter()
            .map(|it| (it.subject, it.pupils.into_iter().collect()))
            .collect(),
        failing: found
            .failing
            .0
            .into_iter()
            .map(|it| (it.pupil, it.count))
            .collect(),
        signed: signed.collect(),
        corrections: u32::try_from(found.corrections).unwrap_or(u32::MAX),
    })
}

/// Who has a mark of the year that does not pass, and in how many subjects.
pub(crate) async fn failing(tx: &mut Tx, year: YearId) -> Result<HashMap<PersonId, u32>, Error> {
    let rows = sqlx::query!(
        r#"select pupil_id, count(*) as "count!" from journal.final_mark
            where year_id = $1 and kind = 'year' and value = any($2)
            group by pupil_id"#,
        year.get(),
        &FAILING.map(str::to_owned),
    )
    .fetch_all(tx.conn())
    .await?;
    let count = |it: i64| u32::try_from(it).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|it| (it.pupil_id.into(), count(it.count)))
        .collect())
}
