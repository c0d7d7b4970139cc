-- Dictionaries of the cards (ORG-4): the region says the values and how
-- strictly they are kept, those below add their own where they may.
create table people.dictionary_rule (
    org_id     bigint not null,
    kind       text not null,
    strict     boolean not null,
    extendable boolean not null,
    changed_at timestamptz not null default kernel.now(),
    constraint dictionary_rule_pkey primary key (org_id, kind)
);
comment on column people.dictionary_rule.strict is 'a card takes a value of the list only';
comment on column people.dictionary_rule.extendable is 'those below may add values';
select kernel.protect('people.dictionary_rule');
select kernel.track('people.dictionary_rule', 'kind');

create table people.dictionary_value (
    org_id     bigint not null,
    kind       text not null,
    -- Folded, so that «Учитель» and «учитель» are one value.
    key        text not null,
    name       text not null,
    retired    boolean not null default false,
    -- What is written now instead of a retired value.
    instead    text not null default '',
    version    integer not null default 1,
    changed_at timestamptz not null default kernel.now(),
    constraint dictionary_value_pkey primary key (org_id, kind, key),
    constraint dictionary_value_name check (length(name) between 1 and 200),
    constraint dictionary_value_instead check (instead = '' or retired)
);
select kernel.protect('people.dictionary_value');
select kernel.track('people.dictionary_value', 'kind', 'key');

create policy functions on people.dictionary_rule for select to zvonok_owner using (true);
create policy functions on people.dictionary_value for select to zvonok_owner using (true);

-- The dictionaries of the organisation of the transaction with those of the
-- organisations above it, the topmost first. A function, because a school
-- reads of another organisation what holds for itself, and nothing else.
create function people.dictionaries() returns json
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive line (org_id, parent_id, kind, name, depth) as (
        select o.org_id, o.parent_id, o.kind, o.name, 0 from org.organisation o where o.org_id = kernel.org()
        union all
        select o.org_id, o.parent_id, o.kind, o.name, l.depth + 1
        from line l join org.organisation o on o.org_id = l.parent_id where l.depth < 8
    )
    select json_build_object(
        'authority', (select kind in ('region', 'ministry', 'municipality') from line where depth = 0),
        'top', (select max(depth) from line),
        'rules', coalesce((
            select json_agg(json_build_object('kind', r.kind, 'strict', r.strict, 'extendable', r.extendable)
                order by r.kind)
            from line l join people.dictionary_rule r on r.org_id = l.org_id
            where l.parent_id is null), '[]'),
        'values', coalesce((
            select json_agg(json_build_object('kind', v.kind, 'key', v.key, 'name', v.name,
                'retired', v.retired, 'instead', v.instead, 'depth', l.depth, 'unit', l.name)
                order by l.depth desc, v.name)
            from line l join people.dictionary_value v on v.org_id = l.org_id), '[]'))
$$;
revoke execute on function people.dictionaries() from public;
grant execute on function people.dictionaries() to zvonok_app;
