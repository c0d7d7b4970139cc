-- A look reads and writes thousands of rows where other transactions touch a few,
-- and the first looks of an installation meet empty tables: plans that were made
-- once for a connection made its join of debts and reminders quadratic. So it
-- plans its own statements anew.
create or replace function deadlines.open_look(line bigint[]) returns json language plpgsql as $$
begin
    perform set_config('plan_cache_mode', 'force_custom_plan', true);
    perform pg_advisory_xact_lock(hashtextextended('deadlines.look', kernel.org()));
    return json_build_object(
        'look', (select to_json(l) from deadlines.look l where l.org_id = kernel.org()),
        'decisions', coalesce((
            select json_agg(to_json(r)) from deadlines.rule r where r.org_id = any(line)), '[]'),
        'acts', coalesce((
            select json_agg(json_build_object('year', a.year, 'moved', a.moved) order by array_position(line, a.org_id))
            from deadlines.act a where a.org_id = any(line)), '[]'),
        'days', coalesce((
            select json_agg(json_build_object('day', d.day, 'works', d.works) order by array_position(line, d.org_id))
            from deadlines.day d where d.org_id = any(line)), '[]'),
        'week', (select w.days from deadlines.week w where w.org_id = kernel.org()),
        'known', coalesce((
            select json_agg(json_build_object('id', d.debt_id, 'rule', d.rule, 'duty', d.duty,
                'key', d.key, 'due', coalesce(d.shifted_on, d.due_on), 'shifted_on', d.shifted_on,
                'person', d.owner_person, 'role', d.owner_role))
            from deadlines.debt d where d.org_id = kernel.org() and d.closed_at is null), '[]'));
end $$;
