use db::{Error, Tx};
use kernel::ClassId;
use sqlx::types::Json;

use crate::Frame;

/// One statement for everything around these classes: the database puts it together
/// as one document for each, so a journal page does not pay a round trip per list. It is
/// `json` and not `jsonb`: nobody looks inside, and writing it costs a third.
pub(crate) async fn of_classes(
    tx: &mut Tx,
    classes: &[ClassId],
) -> Result<Vec<Frame>, crate::Error> {
    let ids: Vec<i64> = classes.iter().map(|it| it.get()).collect();
    let found = sqlx::query_scalar!(
        r#"select json_build_object(
            'class', json_build_object('id', c.class_id, 'year', c.year_id, 'grade', c.grade,
                'letter', c.letter, 'shift', c.shift, 'teacher', c.teacher_id, 'room', c.room_id),
            'year', json_build_object('id', y.year_id, 'starts_on', y.starts_on, 'ends_on', y.ends_on,
                'archived', y.state = 'archived', 'days_a_week', y.days_a_week),
            'periods', coalesce((select json_agg(json_build_object('id', p.period_id, 'kind', p.kind,
                    'number', p.number, 'grades', json_build_object('start', p.grade_from, 'end', p.grade_to),
                    'starts_on', p.starts_on, 'ends_on', p.ends_on) order by p.kind, p.number)
                from curriculum.period p
                where p.org_id = c.org_id and p.year_id = c.year_id
                  and c.grade between p.grade_from and p.grade_to), '[]'),
            'holidays', coalesce((select json_agg(json_build_object('name', h.name,
                    'grades', json_build_object('start', h.grade_from, 'end', h.grade_to),
                    'starts_on', h.starts_on, 'ends_on', h.ends_on) order by h.starts_on)
                from curriculum.holiday h
                where h.org_id = c.org_id and h.year_id = c.year_id
                  -- Kindergartens rest on public holidays only.
                  and (c.grade between h.grade_from and h.grade_to
                       or c.grade = 0 and h.kind = 'public')), '[]'),
            'subjects', coalesce((select json_agg(json_build_object('id', s.subject_id, 'name', s.name,
                    'short_name', s.short_name, 'scale', coalesce(k.kind, 'five'),
                    'without_marks', s.without_marks) order by s.name)
                from curriculum.subject s
                left join curriculum.scale k on k.org_id = s.org_id and k.scale_id = s.scale_id
                where s.org_id = c.org_id and s.subject_id in (select l.subject_id from curriculum.load l
                    where l.org_id = c.org_id and l.class_id = c.class_id)), '[]'),
            'work_kinds', coalesce((select json_agg(json_build_object('id', w.kind_id, 'code', w.code,
                    'name', w.name, 'abbr', w.abbr, 'weight', w.weight::text, 'is_control', w.is_control)
                    order by w.position)
                from curriculum.work_kind w where w.org_id = c.org_id and w.archived_on is null), '[]'),
            'loads', coalesce((select json_agg(json_build_object('id', l.load_id, 'class', l.class_id,
                    'group', l.group_id, 'subject', l.subject_id, 'teacher', l.teacher_id,
                    'hours_a_week', l.hours_a_week::text, 'since', lower(l.valid), 'until', upper(l.valid) - 1)
                    order by l.load_id)
                from curriculum.load l where l.org_id = c.org_id and l.class_id = c.class_id), '[]'),
            'groups', coalesce((select json_agg(json_build_object('id', g.group_id, 'class', g.class_id,
                    'subject', g.subject_id, 'part', g.part, 'name', g.name) order by g.subject_id, g.part)
                from curriculum.study_group g where g.org_id = c.org_id and g.class_id = c.class_id), '[]'),
            'group_members', coalesce((select json_agg(json_build_object('group', m.group_id, 'pupil', m.pupil_id))
                from curriculum.group_member m
                join curriculum.study_group g on g.org_id = m.org_id and g.group_id = m.group_id
                where g.org_id = c.org_id and g.class_id = c.class_id), '[]')
        ) as "frame!: Json<Frame>"
        from curriculum.class c
        join curriculum.year y on y.org_id = c.org_id and y.year_id = c.year_id
        where c.class_id = any($1)"#,
        &ids,
    )
    .fetch_all(tx.conn())
    .await
    .map_err(Error::from)?;
    Ok(found.into_iter().map(|it| it.0).collect())
}
