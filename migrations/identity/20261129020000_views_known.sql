create policy functions on identity.saved_view for select to zvonok_owner using (true);

-- As before, and of which lists the member keeps views: other lists need not ask for them.
create or replace function identity.known_by(token bytea, at timestamptz) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    s identity.session;
    looking boolean;
begin
    select * into s from identity.session k
    where k.token_hash = token and k.idle_until > at and k.expires_at > at;
    if not found then
        return null;
    end if;
    looking := s.as_until > at;
    return (select json_build_object(
        'account', a.account_id, 'login', a.login,
        'must_change', (a.must_change or s.by_code) and looking is not true,
        'must_enrol', s.must_enrol, 'seen_at', s.seen_at, 'memberships', m.list,
        'looking', case when looking then (
            select json_build_object('by', v.account_id, 'person', v.person_id, 'name', v.name, 'until', s.as_until)
            from identity.membership v
            where v.org_id = s.as_org and v.account_id = s.account_id
              and v.ended_at is null and v.blocked_at is null) end)
    from identity.account a
    cross join lateral (
        select json_agg(json_build_object(
            'org', o.org_id, 'code', o.code, 'name', o.name, 'full_name', o.full_name, 'zone', o.zone,
            'person', m.person_id, 'person_name', m.name, 'grants', g.list, 'rules', r.list,
            'views_at', (select json_agg(distinct v.place) from identity.saved_view v
                         where v.org_id = m.org_id and v.account_id = m.account_id))
            order by o.name, o.org_id) as list
        from identity.membership m
        join org.organisation o on o.org_id = m.org_id
        left join org.organisation p on p.org_id = o.parent_id
        left join org.organisation q on q.org_id = p.parent_id
        left join org.organisation t on t.org_id = q.parent_id
        cross join lateral (
            select json_agg(json_build_object('role', g.role, 'scope', g.scope_kind, 'id', g.scope_id)
                             order by g.grant_id) as list, array_agg(g.role) as roles
            from identity.role_grant g
            where g.org_id = m.org_id and g.account_id = m.account_id and g.ended_at is null
        ) g
        cross join lateral (
            select json_agg(json_build_object('own', r.org_id = o.org_id, 'role', r.role, 'right', r.right_code,
                'reaches', r.reaches, 'locked', r.locked, 'widest', r.widest)
                order by array_position(array[t.org_id, q.org_id, p.org_id, o.org_id], r.org_id)) as list
            from identity.right_rule r
            where r.org_id = any (array[o.org_id,
                      case when p.kind in ('region', 'ministry') then p.org_id end,
                      case when q.kind in ('region', 'ministry') then q.org_id end,
                      case when t.kind in ('region', 'ministry') then t.org_id end])
              and r.role = any (g.roles)
        ) r
        where m.account_id = a.account_id and m.ended_at is null and m.blocked_at is null
          and g.list is not null
          and (looking is not true or m.org_id = s.as_org)
    ) m
    where a.account_id = case when looking then s.as_account else s.account_id end
      and a.state = 'active' and m.list is not null
      -- Whoever looks must still be somebody here.
      and (looking is not true or exists (
          select from identity.membership v
          join identity.account w on w.account_id = v.account_id and w.state = 'active'
          where v.org_id = s.as_org and v.account_id = s.account_id
            and v.ended_at is null and v.blocked_at is null)));
end $$;
