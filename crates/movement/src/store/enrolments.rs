use chrono::NaiveDate;
use db::{Error, Tx};
use sqlx::types::Json;

use crate::{Enrolments, Unplaced};

/// Everything about who is enrolled that deadlines look at, in one statement.
pub(crate) async fn enrolments(tx: &mut Tx, classes: &[i64]) -> Result<Enrolments, Error> {
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
            'stays', coalesce((select json_agg(json_build_object('pupil', m.pupil_id, 'class', m.class_id,
                    'since', lower(m.during), 'until', upper(m.during) - 1, 'kind', o.kind,
                    'issued_at', o.issued_at, 'effective_on', o.effective_on))
                from movement.class_member m
                join movement.order o on o.org_id = m.org_id and o.order_id = m.began_by
                where m.org_id = kernel.org() and m.class_id = any($1)), '[]'),
            'drafts', coalesce((select json_agg(json_build_object('order', o.order_id, 'kind', o.kind,
                    'effective_on', o.effective_on, 'created_at', o.created_at,
                    'pupils', (select count(*) from movement.order_pupil p
                                where p.org_id = o.org_id and p.order_id = o.order_id)))
                from movement.order o
                where o.org_id = kernel.org() and o.state in ('draft', 'submitted')), '[]'),
            'unplaced', coalesce((select json_agg(json_build_object('pupil', u.pupil_id, 'grade', u.grade,
                    'since', lower(u.during)))
                from movement.unplaced u
                where u.org_id = kernel.org() and upper_inf(u.during)), '[]'),
            'named', coalesce((select json_agg(distinct p.pupil_id)
                from movement.order_pupil p
                join movement.order o on o.org_id = p.org_id and o.order_id = p.order_id
                where p.org_id = kernel.org() and o.state <> 'cancelled'), '[]')
        ) as "enrolments!: Json<Enrolments>""#,
        classes,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// Who was in a parallel and in no class on at least one day of the range.
pub(crate) async fn unplaced(
    tx: &mut Tx,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Unplaced>, Error> {
    let rows = sqlx::query!(
        r#"select pupil_id, grade, lower(during) as "since!", upper(during) - 1 as until
           from movement.unplaced where during && daterange($1, $2, '[]')
           order by grade, pupil_id"#,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Unplaced {
            pupil: it.pupil_id.into(),
            grade: it.grade,
            since: it.since,
            until: it.until,
        })
        .collect())
}
