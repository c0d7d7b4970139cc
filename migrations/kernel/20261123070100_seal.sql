-- Seals over the history and the audit log (SEC-3, R-21): who changes,
-- removes or slips in a row afterwards, be it a superuser, breaks a seal.
-- The key of the seals lies on the application's host, never here.
create table kernel.seal (
    org_id    bigint not null,
    log       text not null constraint seal_log check (log in ('audit', 'history')),
    n         bigint not null constraint seal_n check (n > 0),
    last_id   bigint not null,
    rows      integer not null constraint seal_rows check (rows > 0),
    digest    bytea not null,
    prev      bytea not null,
    mac       bytea not null,
    sealed_at timestamptz not null,
    constraint seal_pkey primary key (org_id, log, n),
    constraint seal_sizes check (length(digest) = 32 and length(prev) = 32 and length(mac) = 32)
);
comment on table kernel.seal is 'the n-th batch of rows of one organisation: those after the last_id before it up to its own; org 0: rows of nobody';
select kernel.protect('kernel.seal');
revoke update on kernel.seal from zvonok_app;
select kernel.admit('kernel.seal', 'zvonok_worker', 'select', 'insert');
create trigger append_only before update or delete on kernel.seal
    for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.seal
    execute function kernel.refuse_change();

-- Up to where every row of every organisation is sealed.
create table kernel.seal_round (
    log       text not null constraint seal_round_log check (log in ('audit', 'history')),
    up_to     bigint not null,
    sealed_at timestamptz not null,
    constraint seal_round_pkey primary key (log, up_to)
);
grant select, insert on kernel.seal_round to zvonok_worker;
create trigger append_only before update or delete on kernel.seal_round
    for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.seal_round
    execute function kernel.refuse_change();

-- The sealer asks where something new is; content it reads in the name of
-- the organisation alone.
grant select (history_id) on kernel.history to zvonok_worker;
create policy worker on kernel.audit for select to zvonok_worker using (true);
grant select (audit_id, org_id) on kernel.audit to zvonok_worker;
grant select on sequence kernel.history_history_id_seq, kernel.audit_audit_id_seq to zvonok_worker;

-- Rows from before an organisation was known, which no organisation reads.
create policy functions on kernel.audit for select to zvonok_owner using (org_id is null);
create function kernel.audit_of_nobody(after bigint, up_to bigint, most bigint) returns setof kernel.audit
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select * from kernel.audit where org_id is null and audit_id > after and audit_id <= up_to
    order by audit_id limit most
$$;
revoke execute on function kernel.audit_of_nobody(bigint, bigint, bigint) from public;
grant execute on function kernel.audit_of_nobody(bigint, bigint, bigint) to zvonok_worker;

-- Rows lie in the order of their numbers: a summary per block range finds
-- the new ones and costs the writers nothing that can be measured.
create index history_by_id on kernel.history using brin (history_id) with (pages_per_range = 16, autosummarize = on);
