use chrono::NaiveDate;
use db::{Error, Tx};
use sqlx::types::Json;

use crate::{Enrolments, Unplaced};

/// Everything about who is enrolled that deadlines look at, in one statement.
///
/// Whether the book of a year may not balance is told here without its stays:
/// it does where every stay that no enrolment began follows another one, and
/// every stay that no leaving ended goes on in another one. Only where that
/// fails the stays are worth reading.
pub(crate) async fn enrolments(
    tx: &mut Tx,
    classes: &[i64],
    years: &[(NaiveDate, NaiveDate)],
) -> Result<Enrolments, Error> {
    let (from, to): (Vec<NaiveDate>, Vec<NaiveDate>) = years.iter().copied().unzip();
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
                where p.org_id = kernel.org() and o.state <> 'cancelled'), '[]'),
            'transfers', coalesce((select json_agg(json_build_object('transfer', t.transfer_id,
                    'side', case when t.org_id = kernel.org() then 'leaving' else 'accepting' end,
                    'since', case when t.org_id = kernel.org() then t.asked_at else t.offered_at end,
                    'pupil', coalesce(d.pupil_id, a.pupil_id), 'order', coalesce(d.order_id, a.order_id)))
                from movement.transfer t
                left join movement.departure d on d.org_id = t.org_id and d.transfer_id = t.transfer_id
                left join movement.arrival a on a.transfer_id = t.transfer_id
                where t.org_id = kernel.org() and t.state in ('asked', 'preparing') and t.asked_at is not null
                   or t.to_org = kernel.org() and t.state in ('offered', 'accepted')), '[]'),
            'withdrawn', coalesce((select json_agg(t.transfer_id) from movement.transfer t
                where (t.org_id = kernel.org() or t.to_org = kernel.org()) and t.state = 'withdrawn'
                  and t.decided_at > kernel.now() - interval '1 year'), '[]'),
            'broken', coalesce((select json_agg(y.first) from unnest($2::date[], $3::date[]) y (first, last)
                where exists (select from (
                    select m.during, b.kind as came, e.kind as gone,
                           lag(upper(m.during)) over stays as before_until, lag(e.kind) over stays as before_gone,
                           lead(lower(m.during)) over stays as next_since, lead(b.kind) over stays as next_came
                    from (select org_id, pupil_id, during, began_by, ended_by from movement.class_member
                          union all
                          select org_id, pupil_id, during, began_by, ended_by from movement.unplaced) m
                    join movement.order b on b.org_id = m.org_id and b.order_id = m.began_by
                    left join movement.order e on e.org_id = m.org_id and e.order_id = m.ended_by
                    where m.org_id = kernel.org() and m.during && daterange(y.first, y.last, '[]')
                    window stays as (partition by m.pupil_id order by lower(m.during))) s
                    where y.first < lower(s.during) and lower(s.during) <= y.last and s.came <> 'enrolment'
                      and (s.before_until is distinct from lower(s.during)
                           or coalesce(s.before_gone, '') in ('leaving', 'graduation'))
                       or y.first < upper(s.during) and upper(s.during) <= y.last
                      and coalesce(s.gone, '') not in ('leaving', 'graduation')
                      and (s.next_since is distinct from upper(s.during) or s.next_came = 'enrolment'))), '[]')
        ) as "enrolments!: Json<Enrolments>""#,
        classes,
        &from,
        &to,
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
