-- The organisations below that of the transaction: its own tree, and nobody
-- else's. Places in the tree are public (S2:4.1), what they hold is not.
create function org.below() returns setof bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
    with recursive below as (
        select o.org_id from org.organisation o where o.parent_id = kernel.org()
        union all
        select o.org_id from org.organisation o join below b on o.parent_id = b.org_id
    )
    select org_id from below
$$;
revoke execute on function org.below() from public;
grant execute on function org.below() to zvonok_app, zvonok_owner;
