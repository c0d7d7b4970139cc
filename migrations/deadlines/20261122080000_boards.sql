-- What people do about debts, and what the organisations above see of them
-- (DLN-3, DLN-6, S2:3.2, 3.3).

-- Somebody reminded somebody else of what they owe. One press of the button is
-- the rows of one moment and one sender.
create table deadlines.nudge (
    org_id    bigint not null,
    nudge_id  bigint generated always as identity,
    to_person bigint not null,
    debts     bigint[] not null,
    sent_by   bigint not null,
    sent_at   timestamptz not null,
    constraint nudge_pkey primary key (org_id, nudge_id),
    constraint nudge_debts check (cardinality(debts) > 0)
);
select kernel.protect('deadlines.nudge');
create index nudge_sent on deadlines.nudge (org_id, sent_at);

-- A day set by hand, or debts lifted, with the reason; taken back it stays.
create table deadlines.relief (
    org_id      bigint not null,
    relief_id bigint generated always as identity,
    kind        text not null constraint relief_kind check (kind in ('shift', 'lift')),
    rule        text not null,
    debts       bigint[] not null,
    to_day      date,
    reason      text not null constraint relief_reason check (length(reason) between 1 and 500),
    made_by     bigint not null,
    made_at     timestamptz not null,
    undone_by   bigint,
    undone_at   timestamptz,
    constraint relief_pkey primary key (org_id, relief_id),
    constraint relief_debts check (cardinality(debts) > 0),
    constraint relief_day check ((kind = 'shift') = (to_day is not null)),
    constraint relief_undone check ((undone_by is null) = (undone_at is null))
);
select kernel.protect('deadlines.relief');
select kernel.track('deadlines.relief', 'relief_id');
create index relief_of_rule on deadlines.relief (org_id, rule, made_at);

-- The three tables of a unit (a municipality, a ministry, a region): org_id is
-- the unit, the rows tell counts of a school below it, no person among them.
create table deadlines.unit_school (
    org_id    bigint not null,
    school_id bigint not null,
    code      text not null,
    name      text not null,
    -- The organisation right above the school.
    district  text not null,
    looked_at timestamptz not null,
    constraint unit_school_pkey primary key (org_id, school_id)
);
select kernel.protect('deadlines.unit_school');
grant delete on deadlines.unit_school to zvonok_app;

create table deadlines.unit_state (
    org_id    bigint not null,
    school_id bigint not null,
    rule      text not null,
    -- '': things of no class
    class     text not null,
    things    integer not null,
    open      integer not null,
    overdue   integer not null,
    today     integer not null,
    week      integer not null,
    oldest    date,
    constraint unit_state_pkey primary key (org_id, school_id, rule, class),
    constraint unit_state_school foreign key (org_id, school_id)
        references deadlines.unit_school (org_id, school_id) on delete cascade
);
comment on column deadlines.unit_state.things is 'of the academic year, done or not';
select kernel.protect('deadlines.unit_state');
grant delete on deadlines.unit_state to zvonok_app;

create table deadlines.unit_month (
    org_id    bigint not null,
    school_id bigint not null,
    month     date not null,
    -- Things whose outcome is known: done, or late.
    things    integer not null,
    late      integer not null,
    constraint unit_month_pkey primary key (org_id, school_id, month),
    constraint unit_month_school foreign key (org_id, school_id)
        references deadlines.unit_school (org_id, school_id) on delete cascade
);
select kernel.protect('deadlines.unit_month');
grant delete on deadlines.unit_month to zvonok_app;
