-- Lists that a school brings as files: what was read, written and taken back (`ux.md` §0, rule 4).
create schema if not exists intake;

create table intake.run (
    org_id       bigint not null,
    run_id       bigint generated always as identity,
    kind         text not null,
    state        text not null default 'previewed',
    file_name    text not null,
    creates      integer not null,
    updates      integer not null,
    skips        integer not null,
    errors       integer not null,
    undo         jsonb,
    started_by   bigint,
    started_name text not null,
    created_at   timestamptz not null default kernel.now(),
    committed_by bigint,
    committed_at timestamptz,
    reverted_at  timestamptz,
    version      integer not null default 1,
    constraint run_pkey primary key (org_id, run_id),
    constraint run_state check (state in ('previewed', 'committed', 'reverted', 'abandoned')),
    constraint run_committed_at check (state in ('previewed', 'abandoned') or committed_at is not null)
);
comment on column intake.run.undo is 'what a revert needs; forgotten when it is too late for one';
comment on column intake.run.started_name is 'the person as the list of runs shows them';
select kernel.protect('intake.run');
select kernel.track('intake.run', 'run_id', '-undo');
select kernel.admit('intake.run', 'zvonok_worker', 'select', 'update');

-- The file itself. It may hold more than may be stored (S2:5.4), so it goes
-- when its rows are written or given up, and after a day in any case.
create table intake.upload (
    org_id     bigint not null,
    run_id     bigint not null,
    bytes      bytea not null,
    created_at timestamptz not null default kernel.now(),
    constraint upload_pkey primary key (org_id, run_id),
    constraint upload_run foreign key (org_id, run_id) references intake.run (org_id, run_id)
);
select kernel.protect('intake.upload');
revoke update on intake.upload from zvonok_app;
grant delete on intake.upload to zvonok_app;
select kernel.admit('intake.upload', 'zvonok_worker', 'select', 'delete');
