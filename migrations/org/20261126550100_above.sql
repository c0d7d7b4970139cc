-- The organisation of the transaction and those above it, the own one first:
-- what is decided nearest holds.
create function org.above() returns table (org_id bigint, depth integer)
language sql stable set search_path = pg_catalog, pg_temp as $$
    with recursive line as (
        select o.org_id, o.parent_id, 0 as depth from org.organisation o where o.org_id = kernel.org()
        union all
        select o.org_id, o.parent_id, l.depth + 1 from org.organisation o join line l on o.org_id = l.parent_id
    )
    select line.org_id, line.depth from line
$$;
revoke execute on function org.above() from public;
grant execute on function org.above() to zvonok_app, zvonok_owner;
