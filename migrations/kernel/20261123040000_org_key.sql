-- Data keys of organisations, each wrapped by a master key that only the
-- application has (ADR 0016). Without it these rows are of no use.
create table kernel.org_key (
    org_id     bigint not null,
    key_no     smallint not null,
    master     text not null,
    wrapped    bytea not null,
    created_at timestamptz not null default kernel.now(),
    constraint org_key_pkey primary key (org_id, key_no),
    constraint org_key_number check (key_no > 0)
);
comment on column kernel.org_key.master is 'the id of the master key that wrapped it';
select kernel.protect('kernel.org_key');
-- A data key goes when nothing is sealed with it any more.
grant delete on kernel.org_key to zvonok_app;
-- A node asks at its start whether its master keys open all of them.
create policy worker on kernel.org_key for select to zvonok_worker using (true);
grant select on kernel.org_key to zvonok_worker;
