-- How long what is kept, what may not be destroyed, and what was destroyed
-- (152-FZ art. 21; order of Roskomnadzor of 28.10.2022 No 179).
create schema if not exists privacy;

-- A region's decision about one kind of records; what it does not decide is
-- as the application comes.
create table privacy.term (
    org_id     bigint not null,
    kind       text not null,
    amount     integer not null,
    unit       text not null,
    from_year  boolean not null,
    law        text not null,
    confirmed  boolean not null,
    source     text not null default '',
    version    integer not null default 1,
    changed_at timestamptz not null default kernel.now(),
    constraint term_pkey primary key (org_id, kind),
    constraint term_kind check (kind in ('restricted', 'access', 'pupil_file', 'staff_file', 'journal', 'summary',
                                         'log', 'act', 'backup')),
    constraint term_unit check (unit in ('day', 'month', 'year')),
    constraint term_amount check (amount between 0 and 1000),
    constraint term_length check (length(law) between 1 and 300 and length(source) <= 500)
);
comment on column privacy.term.from_year is 'counted from the first of January after the day';
comment on column privacy.term.confirmed is 'somebody has read the clause and it says so';
select kernel.protect('privacy.term');
select kernel.track('privacy.term', 'kind');
-- Terms are public and hold nothing of persons; a school reads what its region decided.
create policy public_terms on privacy.term for select to zvonok_app using (true);

-- «Запрет уничтожения»: a court, a complaint, an inquiry.
create table privacy.hold (
    org_id      bigint not null,
    hold_id     bigint generated always as identity,
    person_id   bigint not null,
    reason      text not null,
    set_by      bigint not null,
    set_at      timestamptz not null,
    lifted_by   bigint,
    lifted_at   timestamptz,
    lift_reason text not null default '',
    constraint hold_pkey primary key (org_id, hold_id),
    constraint hold_person foreign key (org_id, person_id) references people.person (org_id, person_id),
    constraint hold_reason check (length(reason) between 1 and 500 and length(lift_reason) <= 500),
    constraint hold_lifted check (num_nulls(lifted_by, lifted_at) in (0, 2))
);
create unique index hold_in_force on privacy.hold (org_id, person_id) where lifted_at is null;
select kernel.protect('privacy.hold');
select kernel.track('privacy.hold', 'hold_id');

-- Proposed by one, carried out by another; what was done is its act.
create table privacy.erasure (
    org_id      bigint not null,
    erasure_id  bigint generated always as identity,
    person_id   bigint not null,
    subject     text not null,
    ground      text not null,
    reason      text not null default '',
    proposed_by bigint not null,
    proposed_as text not null,
    proposed_at timestamptz not null,
    expires_at  timestamptz not null,
    decided_by  bigint,
    decided_at  timestamptz,
    approved    boolean,
    act         jsonb,
    constraint erasure_pkey primary key (org_id, erasure_id),
    constraint erasure_person foreign key (org_id, person_id) references people.person (org_id, person_id),
    constraint erasure_ground check (ground in ('term', 'withdrawal', 'request')),
    constraint erasure_reason check (length(reason) <= 500),
    constraint erasure_decided check (num_nulls(decided_by, decided_at, approved) in (0, 3)
        and (act is not null) = (approved is true)),
    constraint erasure_not_alone check (approved is not true or decided_by <> proposed_by)
);
comment on column privacy.erasure.subject is 'whose data, by name: an act that does not say it proves nothing; goes with the act';
comment on column privacy.erasure.proposed_by is 'a person, as decided_by';
comment on column privacy.erasure.proposed_as is 'the role';
create unique index erasure_waiting on privacy.erasure (org_id, person_id) where decided_at is null;
create index erasure_of_person on privacy.erasure (org_id, person_id);
select kernel.protect('privacy.erasure');
grant delete on privacy.erasure to zvonok_app;
-- An act is never changed: it goes when its own time is over.
create trigger decided_once before update on privacy.erasure
    for each row when (old.decided_at is not null) execute function kernel.refuse_change();
