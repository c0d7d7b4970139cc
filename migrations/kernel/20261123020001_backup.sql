-- Backups of the whole installation (S2:1.3): that one was made, and that one
-- was restored. Nothing of any organisation, so it has no tenant.

create table kernel.backup (
    backup_id   bigint generated always as identity primary key,
    kind        text not null constraint backup_kind check (kind in ('dump', 'base', 'restore')),
    finished_at timestamptz not null,
    bytes       bigint constraint backup_bytes check (bytes >= 0),
    note        text not null default '' constraint backup_note check (length(note) <= 200),
    recorded_at timestamptz not null default now()
);
comment on column kernel.backup.kind is 'dump: pg_dump; base: pgBackRest or pg_basebackup; restore: one was restored and looked at';
create index backup_finished on kernel.backup (finished_at);
grant select on kernel.backup to zvonok_app, zvonok_worker;

-- Records one. Whoever makes backups may read everything and change nothing
-- but this, so the function writes with its owner's rights.
create function kernel.record_backup(kind text, finished_at timestamptz, bytes bigint, note text) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into kernel.backup (kind, finished_at, bytes, note) values ($1, $2, $3, $4) returning backup_id
$$;
grant usage on schema kernel to zvonok_backup, zvonok_login;
revoke execute on function kernel.record_backup(text, timestamptz, bigint, text) from public;
grant execute on function kernel.record_backup(text, timestamptz, bigint, text)
    to zvonok_backup, zvonok_login, zvonok_worker;

-- Whether anything changed after that moment in a schema other than these, for
-- statements that ask for something else as well.
create function kernel.newer_than(moment timestamptz, but_for text[]) returns boolean
language sql stable
return exists (select from kernel.history h
               where h.org_id = kernel.org() and h.at > moment and split_part(h.tbl, '.', 1) <> all (but_for));
