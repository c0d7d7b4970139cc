-- What regions and schools decided about the rights of roles (ORG-5, SEC-3).
-- The defaults of §10 are in the code; a row is a decision about one right of
-- one role, and a row that decides nothing any more stays for its history.
create table identity.right_rule (
    org_id     bigint not null,
    role       text not null,
    right_code text not null,
    reaches    smallint,
    locked     boolean not null default false,
    widest     smallint,
    reason     text not null,
    version    integer not null default 1,
    changed_at timestamptz not null default kernel.now(),
    constraint right_rule_pkey primary key (org_id, role, right_code),
    constraint right_rule_bits check (reaches between 0 and 31 and widest between 0 and 31),
    constraint right_rule_reason check (length(reason) between 1 and 500)
);
comment on column identity.right_rule.reaches is 'bits of kernel::Reaches; null: as above';
comment on column identity.right_rule.locked is 'those below keep what is decided here';
comment on column identity.right_rule.widest is 'how far those below may go; null: no further limit';
select kernel.protect('identity.right_rule');
select kernel.track('identity.right_rule', 'role', 'right_code');
create policy functions on identity.right_rule for select to zvonok_owner using (true);

-- The organisation of the transaction with its own decisions and those of the
-- region above it, the topmost first. A function, because a school reads of
-- another organisation what holds for itself, and nothing else.
create function identity.rights_book() returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive line (org_id, parent_id, kind, name, depth) as (
        select o.org_id, o.parent_id, o.kind, o.name, 0 from org.organisation o where o.org_id = kernel.org()
        union all
        select o.org_id, o.parent_id, o.kind, o.name, l.depth + 1
        from line l join org.organisation o on o.org_id = l.parent_id
    )
    select json_build_object(
        'kind', (select kind from line where depth = 0),
        'above', (select name from line where depth > 0 and kind in ('region', 'ministry') order by depth limit 1),
        'rules', coalesce((
            select json_agg(json_build_object('own', l.depth = 0, 'role', r.role, 'right', r.right_code,
                'reaches', r.reaches, 'locked', r.locked, 'widest', r.widest, 'version', r.version)
                order by l.depth desc)
            from line l join identity.right_rule r on r.org_id = l.org_id
            where l.depth = 0 or l.kind in ('region', 'ministry')), '[]'))
$$;
revoke execute on function identity.rights_book() from public;
grant execute on function identity.rights_book() to zvonok_app;

-- Whose session a token is, now with what was decided about the rights of the
-- roles held: a change acts on the next request. Three organisations above
-- are as deep as the tree is.
create or replace function identity.known_by(token bytea, at timestamptz) returns json
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select json_build_object(
        'account', a.account_id, 'login', a.login,
        'must_change', a.must_change or s.by_code, 'seen_at', s.seen_at, 'memberships', m.list)
    from identity.session s
    join identity.account a on a.account_id = s.account_id
    cross join lateral (
        select json_agg(json_build_object(
            'org', o.org_id, 'code', o.code, 'name', o.name, 'full_name', o.full_name, 'zone', o.zone,
            'person', m.person_id, 'person_name', m.name, 'grants', g.list, 'rules', r.list)
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
    ) m
    where s.token_hash = token and s.idle_until > at and s.expires_at > at
      and a.state = 'active' and m.list is not null);
end $$;
