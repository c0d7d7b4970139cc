-- The transition to the next academic year (MOV-4; S3:3, S4:20). What is
-- prepared for the coming year is ordinary data of `curriculum` and drafts of
-- `movement`; here is only what belongs to the transition itself.
create schema if not exists rollover;

create table rollover.transition (
    org_id        bigint not null,
    transition_id bigint generated always as identity,
    from_year_id  bigint not null,
    to_year_id    bigint,
    state         text not null default 'open',
    -- Of the orders: their day, the day of moving up, the day of graduation.
    ordered_on    date,
    effective_on  date,
    graduated_on  date,
    basis         text not null default '',
    -- The orders that were drawn up, in the order of issuing.
    orders        bigint[] not null default '{}',
    -- The table of numbers of the dry run, and of the run.
    trial         jsonb,
    numbers       jsonb,
    -- What taking it back needs to know besides the orders.
    undo          jsonb,
    remarks       integer not null default 0,
    ran_by        bigint,
    ran_at        timestamptz,
    taken_back_by bigint,
    taken_back_at timestamptz,
    version       integer not null default 1,
    created_at    timestamptz not null default kernel.now(),
    constraint transition_pkey primary key (org_id, transition_id),
    -- A year is closed once: a second run is not refused, it cannot be.
    constraint transition_of_year unique (org_id, from_year_id),
    constraint transition_from foreign key (org_id, from_year_id) references curriculum.year (org_id, year_id),
    constraint transition_to foreign key (org_id, to_year_id) references curriculum.year (org_id, year_id),
    constraint transition_state check (state in ('open', 'done')),
    constraint transition_done check (state = 'open' or (ran_at is not null and to_year_id is not null)),
    constraint transition_basis check (length(basis) <= 500)
);
select kernel.protect('rollover.transition');
select kernel.track('rollover.transition', 'transition_id');

-- Where a class goes: into a class of the coming year, or out of the school.
create table rollover.class_move (
    org_id        bigint not null,
    transition_id bigint not null,
    from_class_id bigint not null,
    to_class_id   bigint,
    constraint class_move_pkey primary key (org_id, transition_id, from_class_id),
    constraint class_move_transition foreign key (org_id, transition_id)
        references rollover.transition (org_id, transition_id),
    constraint class_move_from foreign key (org_id, from_class_id) references curriculum.class (org_id, class_id),
    constraint class_move_to foreign key (org_id, to_class_id) references curriculum.class (org_id, class_id)
);
select kernel.protect('rollover.class_move');
grant delete on rollover.class_move to zvonok_app;

-- A pupil who does not simply go with the class.
create table rollover.exception (
    org_id        bigint not null,
    transition_id bigint not null,
    pupil_id      bigint not null,
    outcome       text not null,
    to_class_id   bigint,
    -- Of a graduate which document, of a leaver why.
    kind          text not null default '',
    -- Of a graduate its number, of a leaver where to.
    note          text not null default '',
    constraint exception_pkey primary key (org_id, transition_id, pupil_id),
    constraint exception_transition foreign key (org_id, transition_id)
        references rollover.transition (org_id, transition_id),
    constraint exception_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint exception_class foreign key (org_id, to_class_id) references curriculum.class (org_id, class_id),
    constraint exception_outcome check (outcome in ('promote', 'conditional', 'repeat', 'graduate', 'leave')),
    constraint exception_place check ((to_class_id is null) = (outcome in ('graduate', 'leave'))),
    constraint exception_note check (length(note) <= 200 and length(kind) <= 30)
);
select kernel.protect('rollover.exception');
grant delete on rollover.exception to zvonok_app;
