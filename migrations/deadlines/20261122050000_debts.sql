-- Who owes what, since when, until when (DLN-1, DLN-3), as last seen in live data.

create schema if not exists deadlines;

-- One thing owed under one rule. Found when it comes near, closed when the
-- data says that it is done; never deleted, so that discipline over time can
-- be counted (DLN-6).
create table deadlines.debt (
    org_id       bigint not null,
    debt_id      bigint generated always as identity,
    rule         text not null,
    duty         text not null,
    key          text not null,
    on_day       date not null,
    due_on       date not null,
    owner_kind   text not null
                 constraint debt_owner_kind check (owner_kind in ('person', 'class_teacher', 'role')),
    owner_person bigint,
    owner_role   text,
    class_id     bigint,
    group_id     bigint,
    subject_id   bigint,
    person_id    bigint,
    lesson       smallint,
    text         text not null default '',
    place        text not null,
    parts_done   integer,
    parts_of     integer,
    found_at     timestamptz not null,
    -- When it was first seen open after its day: it is late from then on, also when done.
    late_at      timestamptz,
    closed_at    timestamptz,
    closed_how   text constraint debt_closed_how check (closed_how in ('done', 'lifted', 'gone')),
    closed_by    bigint,
    -- A day set by hand instead of the one of the rule, and why.
    shifted_on   date,
    shifted_by   bigint,
    reason       text not null default '',
    version      integer not null default 1,
    constraint debt_pkey primary key (org_id, debt_id),
    constraint debt_once unique (org_id, rule, key),
    constraint debt_closed check ((closed_at is null) = (closed_how is null)),
    constraint debt_owner check (
        case owner_kind
            when 'person' then owner_person is not null
            when 'class_teacher' then class_id is not null
            else owner_role is not null
        end)
);
comment on column deadlines.debt.on_day is 'the day the rule counts from';
comment on column deadlines.debt.closed_how is 'done: the data says so; lifted: by hand, with a reason; gone: the thing itself is no more, or the rule is off';
comment on column deadlines.debt.owner_person is 'for class_teacher: who led the class when last looked';
select kernel.protect('deadlines.debt');
select kernel.track('deadlines.debt', 'debt_id');

create index debt_open on deadlines.debt (org_id, due_on) where closed_at is null;
create index debt_of_rule on deadlines.debt (org_id, rule, on_day);

-- How many things there were to do under a rule, by month of their day.
create table deadlines.whole (
    org_id       bigint not null,
    rule         text not null,
    month        date not null,
    owner_person bigint not null,
    class_id     bigint not null,
    things       integer not null,
    looked_at    timestamptz not null,
    constraint whole_pkey primary key (org_id, rule, month, owner_person, class_id)
);
comment on column deadlines.whole.owner_person is '0: nobody in particular (a role)';
comment on column deadlines.whole.class_id is '0: no class';
select kernel.protect('deadlines.whole');

-- When an organisation was looked at.
create table deadlines.look (
    org_id    bigint not null,
    looked_at timestamptz not null,
    -- When everything was looked at, not only what is near or known.
    whole_at  timestamptz,
    -- The next moment at which something changes by itself: midnight, a letter's hour.
    next_at   timestamptz not null,
    constraint look_pkey primary key (org_id)
);
select kernel.protect('deadlines.look');
