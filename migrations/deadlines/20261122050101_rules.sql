-- What regions, municipalities and schools decided about the rules of the
-- regulation (DLN-5), their own working days (DLN-2), and who was told of a
-- debt (DLN-4).

-- One decision about one rule, in force from a day until the next decision of
-- the same organisation about it. What it does not name stays as it is above.
create table deadlines.rule (
    org_id  bigint not null,
    rule    text not null,
    since   date not null,
    terms   jsonb not null default '{}',
    limits  jsonb,
    version integer not null default 1,
    constraint rule_pkey primary key (org_id, rule, since)
);
comment on column deadlines.rule.terms is 'any of on, when, before, remind, escalate; {} withdraws what was decided before';
comment on column deadlines.rule.limits is 'how far those below may go; null: as above';
select kernel.protect('deadlines.rule');
select kernel.track('deadlines.rule', 'rule', 'since');
-- A regulation is a public paper and holds nothing about persons; a school
-- has to read what its region decided.
create policy public_rules on deadlines.rule for select to zvonok_app using (true);

-- Days that are worked, or not, other than in the calendar of the country.
create table deadlines.day (
    org_id  bigint not null,
    day     date not null,
    works   boolean not null,
    name    text not null,
    constraint day_pkey primary key (org_id, day)
);
select kernel.protect('deadlines.day');
select kernel.track('deadlines.day', 'day');
grant delete on deadlines.day to zvonok_app;
create policy public_days on deadlines.day for select to zvonok_app using (true);

-- How many days a week the administration of the organisation works.
create table deadlines.week (
    org_id  bigint not null,
    days    smallint not null constraint week_days check (days in (5, 6)),
    version integer not null default 1,
    constraint week_pkey primary key (org_id)
);
select kernel.protect('deadlines.week');
select kernel.track('deadlines.week', 'org_id');

-- Somebody is to be told of a debt on one occasion; written in the
-- transaction that found it, and never twice.
create table deadlines.reminder (
    org_id      bigint not null,
    reminder_id bigint generated always as identity,
    debt_id     bigint not null,
    to_person   bigint,
    to_role     text,
    occasion    text not null,
    due_on      date not null,
    found_on    date not null,
    letter_id   bigint,
    constraint reminder_pkey primary key (org_id, reminder_id),
    constraint reminder_debt foreign key (org_id, debt_id) references deadlines.debt (org_id, debt_id),
    constraint reminder_once unique nulls not distinct (org_id, debt_id, to_person, to_role, occasion, due_on),
    constraint reminder_to check ((to_person is null) <> (to_role is null))
);
comment on column deadlines.reminder.to_role is 'everybody with the role in the organisation above: municipal_operator';
comment on column deadlines.reminder.occasion is 'before-3, before-1, day, after-1, after-3, after-5';
comment on column deadlines.reminder.due_on is 'the day it was reminded of: a day moved later is reminded of again';
comment on column deadlines.reminder.letter_id is 'of messaging; null while nobody wrote it';
select kernel.protect('deadlines.reminder');
create index reminder_waiting on deadlines.reminder (org_id, found_on) where letter_id is null;

select kernel.admit('deadlines.look', 'zvonok_worker', 'select');

-- Opens a look: waits until no other looks at the organisation, and only then
-- reads what was seen last. A function, because each of its statements sees
-- what was committed while it waited.
create function deadlines.open_look(line bigint[]) returns json language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('deadlines.look', kernel.org()));
    return json_build_object(
        'look', (select to_json(l) from deadlines.look l where l.org_id = kernel.org()),
        'decisions', coalesce((
            select json_agg(to_json(r)) from deadlines.rule r where r.org_id = any(line)), '[]'),
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
revoke execute on function deadlines.open_look(bigint[]) from public;
grant execute on function deadlines.open_look(bigint[]) to zvonok_app;
