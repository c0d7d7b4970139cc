-- What all schemas stand on: the tenant policy, the change history, the
-- audit log, the outbox, jobs and files.

create extension if not exists btree_gist with schema public;
create extension if not exists pg_trgm with schema public;

create schema if not exists kernel;
create schema if not exists org;
create schema if not exists identity;
create schema if not exists people;
create schema if not exists curriculum;
create schema if not exists movement;
create schema if not exists schedule;
create schema if not exists journal;

grant usage on schema kernel to zvonok_app, zvonok_auth, zvonok_worker, zvonok_auditor;

-- The present as the application sees it; the server's own clock where no
-- application is at work.
create function kernel.now() returns timestamptz language sql stable parallel safe
return coalesce(nullif(current_setting('zvonok.now', true), '')::timestamptz, now());

-- Who acts, as told in the BEGIN message.
create function kernel.account() returns bigint language sql stable parallel safe
return nullif(current_setting('zvonok.account', true), '')::bigint;
create function kernel.person() returns bigint language sql stable parallel safe
return nullif(current_setting('zvonok.person', true), '')::bigint;
create function kernel.org() returns bigint language sql stable parallel safe
return nullif(current_setting('zvonok.org', true), '')::bigint;
create function kernel.request() returns text language sql stable parallel safe
return nullif(current_setting('zvonok.request', true), '');

-- Puts a table under the one tenant policy: the application sees and writes
-- only rows of the organisation named in its BEGIN message, and even the
-- owner sees none. Only the tenant column belongs into a policy; finer rules
-- live in the domains. The application may not delete: a table whose rows
-- may really go grants that itself.
create function kernel.protect(tbl regclass) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', tbl);
    execute format('alter table %s force row level security', tbl);
    execute format(
        'create policy tenant on %s for all to zvonok_app
         using (org_id = nullif(current_setting(''zvonok.org'', true), '''')::bigint)
         with check (org_id = nullif(current_setting(''zvonok.org'', true), '''')::bigint)',
        tbl);
    execute format('grant select, insert, update on %s to zvonok_app', tbl);
    execute format('grant usage on schema %I to zvonok_app', (
        select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = tbl));
end $$;

-- Opens a protected table to zvonok_auth or zvonok_worker, which act before
-- or beside a tenant: all rows, for the named privileges only.
create function kernel.admit(tbl regclass, role_name text, variadic privileges text[]) returns void
language plpgsql as $$
begin
    if role_name not in ('zvonok_auth', 'zvonok_worker', 'zvonok_auditor') then
        raise exception 'kernel.admit is not for %', role_name;
    end if;
    execute format('create policy %I on %s for all to %I using (true) with check (true)',
        replace(role_name, 'zvonok_', ''), tbl, role_name);
    execute format('grant %s on %s to %I', array_to_string(privileges, ', '), tbl, role_name);
    execute format('grant usage on schema %I to %I', (
        select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = tbl), role_name);
end $$;

-- Refuses what an append-only table must never see, whoever asks.
create function kernel.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append-only', tg_table_schema, tg_table_name
        using errcode = 'object_not_in_prerequisite_state';
end $$;

-- ---------------------------------------------------------------- history

-- Every change of a tracked row, written by triggers in the transaction of
-- the change (S2 annex 1, 1.2: information is kept when it changes).
create table kernel.history (
    org_id     bigint not null,
    history_id bigint generated always as identity,
    tbl        text not null,
    key        text collate "C" not null,
    op         char(1) not null constraint history_op check (op in ('I', 'U', 'D')),
    old        jsonb,
    new        jsonb,
    account_id bigint,
    person_id  bigint,
    request    text,
    at         timestamptz not null
) partition by range (at);
-- No primary key: nothing points here, the identity is unique by itself, and
-- one index less is a quarter less time for a large COPY.
comment on column kernel.history.key is
    'jsonb of the columns that name the row, as text: under row policies only leakproof comparisons use an index, and that of jsonb is none';
comment on column kernel.history.old is 'I: null; U: only the columns that changed; D: the whole row';
comment on column kernel.history.new is 'I: the whole row; U: only the columns that changed; D: null';

create index history_of_row on kernel.history (org_id, tbl, key);

-- One partition per academic year, so that a year can be moved to slow disks
-- or dropped with its seal kept.
do $$
begin
    for year in 2024 .. 2032 loop
        execute format(
            'create table kernel.history_%s partition of kernel.history
             for values from (%L) to (%L)',
            year, format('%s-08-01 00:00+00', year), format('%s-08-01 00:00+00', year + 1));
        execute format('alter table kernel.history_%s enable row level security', year);
        execute format('alter table kernel.history_%s force row level security', year);
        execute format('create trigger no_truncate before truncate on kernel.history_%s
                        execute function kernel.refuse_change()', year);
    end loop;
end $$;
create table kernel.history_default partition of kernel.history default;
alter table kernel.history_default enable row level security;
alter table kernel.history_default force row level security;
create trigger no_truncate before truncate on kernel.history_default
    execute function kernel.refuse_change();

alter table kernel.history enable row level security;
alter table kernel.history force row level security;
create policy tenant on kernel.history for all to zvonok_app
    using (org_id = nullif(current_setting('zvonok.org', true), '')::bigint)
    with check (org_id = nullif(current_setting('zvonok.org', true), '')::bigint);
-- The triggers write with the owner's rights; the application only reads.
create policy writer on kernel.history for insert to zvonok_owner with check (true);
create policy auditor on kernel.history for select to zvonok_auditor using (true);
grant select on kernel.history to zvonok_app, zvonok_auditor;

create trigger append_only before update or delete on kernel.history
    for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.history
    execute function kernel.refuse_change();

-- Values of hidden columns give way to «*»: that they changed is kept, what
-- they were is not.
create function kernel.masked(it jsonb, hidden text[]) returns jsonb
language sql immutable parallel safe
return it || coalesce(
    (select jsonb_object_agg(name, '*') from unnest(hidden) name
     where it -> name is not null and it -> name <> 'null'), '{}');

-- Keeps the history of a table from now on: one history row per inserted,
-- changed or deleted row, in one statement per statement, so that COPY stays
-- cheap. `key_columns` name the row inside its organisation; a name with a
-- leading minus is no key but a column whose values must not be kept.
--
-- The trigger function is written out for the table: its plans are kept, and
-- it calls no function per row.
create function kernel.track(tbl regclass, variadic key_columns text[]) returns void
language plpgsql as $outer$
declare
    name   text := (select n.nspname || '.' || c.relname
                    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = tbl);
    writer text := 'track_' || replace(name, '.', '_');
    keys   text[] := array(select k from unnest(key_columns) k where k not like '-%');
    hidden text[] := array(select substr(k, 2) from unnest(key_columns) k where k like '-%');
    new_key text := (select string_agg(format('%L, n.%I', k, k), ', ') from unnest(keys) k);
    old_key text := (select string_agg(format('%L, o.%I', k, k), ', ') from unnest(keys) k);
    same    text := (select string_agg(format('n.%I = o.%I', k, k), ' and ')
                     from unnest(array_prepend('org_id', keys)) k);
    -- How a set of columns goes into the history.
    shown   text := case when hidden = '{}' then '%s' else format('kernel.masked(%%s, %L)', hidden) end;
    whole   text := format(shown, 'jsonb_strip_nulls(%s - ''org_id'')');
    changed text := format(shown, '(select jsonb_object_agg(e.key, e.value) from jsonb_each(%s) e
                                    where e.value is distinct from %s -> e.key)');
begin
    execute format($fn$
        create function kernel.%1$I() returns trigger language plpgsql
        security definer set search_path = pg_catalog, pg_temp as $body$
        declare
            account constant bigint := kernel.account();
            person  constant bigint := kernel.person();
            request constant text := kernel.request();
            at      constant timestamptz := kernel.now();
        begin
            if tg_op = 'INSERT' then
                insert into kernel.history (org_id, tbl, key, op, new, account_id, person_id, request, at)
                select n.org_id, %2$L, jsonb_build_object(%3$s)::text, 'I', %6$s, account, person, request, at
                from new_rows n;
            elsif tg_op = 'DELETE' then
                insert into kernel.history (org_id, tbl, key, op, old, account_id, person_id, request, at)
                select o.org_id, %2$L, jsonb_build_object(%4$s)::text, 'D', %7$s, account, person, request, at
                from old_rows o;
            else
                -- A full join: a row whose key itself changed is one that
                -- went and one that came.
                insert into kernel.history (org_id, tbl, key, op, old, new, account_id, person_id, request, at)
                select p.org_id, %2$L, p.key, p.op,
                       case p.op when 'U' then %8$s when 'D' then %9$s end,
                       case p.op when 'U' then %10$s when 'I' then %11$s end,
                       account, person, request, at
                from (select coalesce(n.org_id, o.org_id) as org_id,
                             case when n.org_id is null then jsonb_build_object(%4$s)
                                  else jsonb_build_object(%3$s) end::text as key,
                             case when n.org_id is null then 'D' when o.org_id is null then 'I' else 'U' end as op,
                             to_jsonb(o) as old, to_jsonb(n) as new
                      from new_rows n full join old_rows o on %5$s offset 0) p
                where p.new is distinct from p.old;
            end if;
            return null;
        end $body$
    $fn$, writer, name, new_key, old_key, same,
        format(whole, 'to_jsonb(n)'), format(whole, 'to_jsonb(o)'),
        format(changed, 'p.old', 'p.new'), format(whole, 'p.old'),
        format(changed, 'p.new', 'p.old'), format(whole, 'p.new'));
    execute format('create trigger track_insert after insert on %s referencing new table as new_rows
                    for each statement execute function kernel.%I()', tbl, writer);
    execute format('create trigger track_update after update on %s referencing old table as old_rows new table as new_rows
                    for each statement execute function kernel.%I()', tbl, writer);
    execute format('create trigger track_delete after delete on %s referencing old table as old_rows
                    for each statement execute function kernel.%I()', tbl, writer);
end $outer$;

-- ------------------------------------------------------------------ audit

-- Who did what that a table's history does not show: sign-ins, exports,
-- prints, reads of restricted fields. `org_id` is null before one is known.
create table kernel.audit (
    audit_id   bigint generated always as identity primary key,
    org_id     bigint,
    account_id bigint,
    person_id  bigint,
    action     text not null,
    object     text,
    details    jsonb not null default '{}',
    request    text,
    ip         inet,
    at         timestamptz not null default kernel.now()
);
create index audit_of_org on kernel.audit (org_id, at desc);
create index audit_of_object on kernel.audit (org_id, object, at desc);
create index audit_of_account on kernel.audit (account_id, at desc);
create index audit_at on kernel.audit using brin (at);
select kernel.protect('kernel.audit');
revoke update on kernel.audit from zvonok_app;
create policy auth on kernel.audit for insert to zvonok_auth with check (true);
grant insert on kernel.audit to zvonok_auth;
create policy auditor on kernel.audit for select to zvonok_auditor using (true);
grant select on kernel.audit to zvonok_auditor;
create trigger append_only before update or delete on kernel.audit
    for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.audit
    execute function kernel.refuse_change();

-- ----------------------------------------------------------------- outbox

-- What happened and concerns somebody else, written in the transaction in
-- which it happened; workers deliver it at least once.
create table kernel.outbox (
    org_id     bigint not null,
    event_id   bigint generated always as identity,
    kind       text not null,
    key        text not null,
    payload    jsonb not null,
    created_at timestamptz not null default kernel.now(),
    attempts   integer not null default 0,
    next_at    timestamptz not null default kernel.now(),
    done_at    timestamptz,
    error      text,
    primary key (org_id, event_id),
    constraint outbox_once unique (org_id, kind, key)
);
create index outbox_due on kernel.outbox (next_at) where done_at is null;
select kernel.protect('kernel.outbox');
revoke update on kernel.outbox from zvonok_app;
select kernel.admit('kernel.outbox', 'zvonok_worker', 'select', 'update', 'delete');

-- ------------------------------------------------------------------- jobs

-- Which tick of which job some node has taken.
create table kernel.job_tick (
    job      text not null,
    tick     timestamptz not null,
    taken_at timestamptz not null default kernel.now(),
    primary key (job, tick)
);
grant select, insert, delete on kernel.job_tick to zvonok_worker;

-- Long work that somebody started and waits for: import, reports, year closing.
create table kernel.job_run (
    org_id       bigint not null,
    run_id       bigint generated always as identity,
    kind         text not null,
    state        text not null default 'queued'
                 constraint job_run_state check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    done         integer not null default 0,
    total        integer,
    title        text not null,
    params       jsonb not null,
    result       jsonb,
    log          text not null default '',
    started_by   bigint,
    attempt      integer not null default 0,
    lease_until  timestamptz,
    heartbeat_at timestamptz,
    created_at   timestamptz not null default kernel.now(),
    finished_at  timestamptz,
    primary key (org_id, run_id)
);
comment on column kernel.job_run.title is 'what the person named it by, such as the name of the imported file';
comment on column kernel.job_run.attempt is 'who holds the lease: a holder that lost it writes nothing more';
create index job_run_waiting on kernel.job_run (created_at) where state in ('queued', 'running');
select kernel.protect('kernel.job_run');
select kernel.admit('kernel.job_run', 'zvonok_worker', 'select', 'update');

-- ------------------------------------------------------------------ files

-- What the database knows of a file; its bytes lie in the object store.
create table kernel.file (
    org_id     bigint not null,
    file_id    bigint generated always as identity,
    name       text not null,
    media_type text not null,
    size       bigint not null constraint file_size check (size >= 0),
    sha256     bytea not null constraint file_sha256 check (length(sha256) = 32),
    store_path text not null,
    created_by bigint,
    created_at timestamptz not null default kernel.now(),
    primary key (org_id, file_id)
);
select kernel.protect('kernel.file');
revoke update on kernel.file from zvonok_app;

revoke execute on function
    kernel.protect(regclass), kernel.admit(regclass, text, text[]), kernel.track(regclass, text[])
    from public;
