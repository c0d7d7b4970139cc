-- The days agreed upon that hold here: of the organisation and those above it,
-- the nearest first.
create function forms.agreed() returns table (code text, year smallint, due_on date, depth integer)
language sql stable set search_path = pg_catalog, pg_temp as $$
    select d.code, d.year, d.due_on, a.depth from forms.due d join org.above() a on a.org_id = d.org_id
$$;
revoke execute on function forms.agreed() from public;
grant execute on function forms.agreed() to zvonok_app;
