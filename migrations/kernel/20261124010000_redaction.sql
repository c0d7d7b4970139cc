-- Values that were destroyed leave the history too (152-FZ; ADR 0019): they
-- give way to «*» and nothing else may change there. The seal over the row
-- stays whole, because what it was made over is kept: a digest that only the
-- key of the seals uncovers.
create table kernel.redaction (
    org_id bigint not null,
    row_id bigint not null,
    n      smallint not null,
    was    bytea not null,
    mac    bytea not null,
    at     timestamptz not null default kernel.now(),
    constraint redaction_pkey primary key (org_id, row_id, n),
    constraint redaction_n check (n > 0),
    constraint redaction_sizes check (length(was) = 32 and length(mac) = 32)
);
comment on column kernel.redaction.row_id is 'of kernel.history';
comment on column kernel.redaction.n is 'the n-th time that values of the row were masked';
comment on column kernel.redaction.was is 'the digest the row was sealed with, covered by the key of the seals';
comment on column kernel.redaction.mac is 'by the key of the seals, over that digest and the one of the masked row';
select kernel.protect('kernel.redaction');
revoke update on kernel.redaction from zvonok_app;
create trigger append_only before update or delete on kernel.redaction
    for each row execute function kernel.refuse_change();
create trigger no_truncate before truncate on kernel.redaction
    execute function kernel.refuse_change();

-- Whether the second is the first with some values masked, and nothing else.
create function kernel.is_masked(was jsonb, now jsonb) returns boolean
language sql immutable parallel safe
return was is not distinct from now
    or was is not null and now is not null and not exists (
        select from jsonb_each(was) w full join jsonb_each(now) n using (key)
        where w.value is null or n.value is null or n.value not in (w.value, '"*"'));

-- A row without what these columns said; with none named, without all but its
-- key and the numbers of other rows.
create function kernel.without(it jsonb, row_key text, columns text[]) returns jsonb
language sql immutable parallel safe
return it || coalesce(
    (select jsonb_object_agg(e.key, '*') from jsonb_each(it) e
     where e.value <> 'null'
       and case when columns is null then e.key !~ '_(id|by)$' and e.key <> 'version' and not row_key::jsonb ? e.key
                else e.key = any (columns) end), '{}');

create function kernel.refuse_all_but_masking() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if (new.org_id, new.history_id, new.tbl, new.key, new.op, new.account_id, new.person_id, new.request, new.at)
               is not distinct from
           (old.org_id, old.history_id, old.tbl, old.key, old.op, old.account_id, old.person_id, old.request, old.at)
           and kernel.is_masked(old.old, new.old) and kernel.is_masked(old.new, new.new) then
            return new;
        end if;
    end if;
    raise exception '%.% is append-only', tg_table_schema, tg_table_name
        using errcode = 'object_not_in_prerequisite_state';
end $$;

drop trigger append_only on kernel.history;
create trigger append_only before update or delete on kernel.history
    for each row execute function kernel.refuse_all_but_masking();
grant update (old, new) on kernel.history to zvonok_app;

-- Files of whoever is erased go with their bytes.
grant delete on kernel.file to zvonok_app;
