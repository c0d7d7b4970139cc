-- What those above decide reaches those below without a walk over them
-- (DLN-5), and what the schools owe them reaches those above (S2:3.2, 3.3).

-- How the government moved the days off of a year, entered by the topmost
-- organisation where the application does not know it yet (DLN-2).
create table deadlines.act (
    org_id  bigint not null,
    year    integer not null constraint act_year check (year between 2020 and 2100),
    -- [["2028-01-01", "2028-05-08"]]: from, to
    moved   jsonb not null,
    -- «Постановление от 24.09.2027 № 1000»
    paper   text not null constraint act_paper check (length(paper) <= 200),
    version integer not null default 1,
    constraint act_pkey primary key (org_id, year)
);
select kernel.protect('deadlines.act');
select kernel.track('deadlines.act', 'year');
grant delete on deadlines.act to zvonok_app;
create policy public_acts on deadlines.act for select to zvonok_app using (true);

-- When an organisation decided something that counts for those below it.
create table deadlines.decided (
    org_id bigint not null,
    at     timestamptz not null,
    constraint decided_pkey primary key (org_id)
);
select kernel.protect('deadlines.decided');
select kernel.admit('deadlines.decided', 'zvonok_worker', 'select');
create policy public_moments on deadlines.decided for select to zvonok_app using (true);

-- The organisation and those above it as they were at the look, the topmost
-- first: whose decisions it followed.
alter table deadlines.look add column line bigint[] not null default '{}';
comment on column deadlines.look.line is '{}: looked at before lines were kept, so it is time to look again';

create or replace function deadlines.open_look(line bigint[]) returns json language plpgsql as $$
begin
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

-- What a school owes, as the unit above it is told by the ladder: counts, no
-- person among them. Written when the unit is told how its schools stand.
create table deadlines.unit_owed (
    org_id    bigint not null,
    school_id bigint not null,
    rule      text not null,
    due_on    date not null,
    to_role   text not null,
    things    integer not null,
    -- The day of the letter that told it; null while it waits.
    told_on   date,
    constraint unit_owed_pkey primary key (org_id, school_id, rule, due_on, to_role),
    constraint unit_owed_school foreign key (org_id, school_id)
        references deadlines.unit_school (org_id, school_id) on delete cascade
);
select kernel.protect('deadlines.unit_owed');
select kernel.admit('deadlines.unit_owed', 'zvonok_worker', 'select');
grant delete on deadlines.unit_owed to zvonok_app;
create index unit_owed_untold on deadlines.unit_owed (org_id) where told_on is null;

-- Somebody of a unit reminded a school of what it owes.
create table deadlines.unit_nudge (
    org_id    bigint not null,
    nudge_id  bigint generated always as identity,
    school_id bigint not null,
    things    integer not null,
    sent_by   bigint not null,
    sent_at   timestamptz not null,
    constraint unit_nudge_pkey primary key (org_id, nudge_id)
);
select kernel.protect('deadlines.unit_nudge');
create index unit_nudge_sent on deadlines.unit_nudge (org_id, sent_at);

-- What the ladder tells those above is looked for after every look of a school.
create index reminder_above on deadlines.reminder (org_id) where to_role is not null;
