use db::{Error, Tx};
use dues::Ask;
use sqlx::types::Json;

use crate::Study;

/// One statement for all years that are asked about, as [`super::frame`] does
/// it for a class.
pub(crate) async fn study(tx: &mut Tx, ask: &Ask<'_>) -> Result<Study, Error> {
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
            'all', coalesce((select json_agg(json_build_object('id', y.year_id, 'starts_on', y.starts_on,
                    'ends_on', y.ends_on, 'archived', y.state = 'archived', 'days_a_week', y.days_a_week)
                    order by y.starts_on)
                from curriculum.year y where y.org_id = kernel.org()), '[]'),
            'years', coalesce((select json_agg(json_build_object(
            'year', json_build_object('id', y.year_id, 'starts_on', y.starts_on, 'ends_on', y.ends_on,
                'archived', y.state = 'archived', 'days_a_week', y.days_a_week),
            'periods', coalesce((select json_agg(json_build_object('id', p.period_id, 'kind', p.kind,
                    'number', p.number, 'grades', json_build_object('start', p.grade_from, 'end', p.grade_to),
                    'starts_on', p.starts_on, 'ends_on', p.ends_on) order by p.starts_on)
                from curriculum.period p
                where p.org_id = y.org_id and p.year_id = y.year_id), '[]'),
            'holidays', coalesce((select json_agg(json_build_object('name', h.name,
                    'grades', json_build_object('start', h.grade_from, 'end', h.grade_to),
                    'starts_on', h.starts_on, 'ends_on', h.ends_on) order by h.starts_on)
                from curriculum.holiday h
                where h.org_id = y.org_id and h.year_id = y.year_id), '[]'),
            'classes', coalesce((select json_agg(json_build_object('id', c.class_id, 'year', c.year_id,
                    'grade', c.grade, 'letter', c.letter, 'shift', c.shift, 'teacher', c.teacher_id,
                    'room', c.room_id) order by c.grade, c.letter)
                from curriculum.class c
                where c.org_id = y.org_id and c.year_id = y.year_id), '[]'),
            'loads', coalesce((select json_agg(json_build_object('id', l.load_id, 'class', l.class_id,
                    'group', l.group_id, 'subject', l.subject_id, 'teacher', l.teacher_id,
                    'hours_a_week', l.hours_a_week::text, 'since', lower(l.valid), 'until', upper(l.valid) - 1)
                    order by l.load_id)
                from curriculum.load l
                where l.org_id = y.org_id and l.year_id = y.year_id), '[]'),
            'plans', coalesce((select json_agg(json_build_object('load', u.load_id, 'plan', u.plan_id,
                    'items', n.items))
                from (select i.plan_id, count(*) as items
                        from curriculum.plan p
                        join curriculum.plan_item i on i.org_id = p.org_id and i.plan_id = p.plan_id
                       where p.org_id = y.org_id and p.year_id = y.year_id group by i.plan_id) n
                join curriculum.plan_use u on u.org_id = y.org_id and u.plan_id = n.plan_id), '[]'),
            'groups', coalesce((select json_agg(json_build_object('group', m.group_id, 'pupils', m.pupils))
                from (select g.group_id, array_agg(m.pupil_id) as pupils
                        from curriculum.class c
                        join curriculum.study_group g on g.org_id = c.org_id and g.class_id = c.class_id
                        join curriculum.group_member m on m.org_id = g.org_id and m.group_id = g.group_id
                       where c.org_id = y.org_id and c.year_id = y.year_id group by g.group_id) m), '[]'),
            'without_marks', coalesce((select json_agg(s.subject_id)
                from curriculum.subject s where s.org_id = y.org_id and s.without_marks), '[]')
            ) order by y.starts_on)
                from curriculum.year y
                where y.org_id = kernel.org()
                  and (y.ends_on >= $1 and y.starts_on <= $2
                       or extract(year from y.starts_on)::int = any($3))), '[]')
        ) as "study!: Json<Study>""#,
        ask.from.min(ask.today),
        ask.until.max(ask.today),
        &ask.known_years(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}
