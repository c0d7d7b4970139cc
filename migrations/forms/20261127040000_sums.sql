-- The sum of the schools' forms, cell by cell, worked out where the figures
-- lie: a region has thousands of schools. `ones` says how many figures are 1:
-- of cells that say yes (1) or no (2) a sum tells how many say yes.
create function forms.sums_below(wanted text, of_year smallint, of_states text[], of_schools bigint[])
returns table (place text, figure bigint, ones bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.key, sum(e.value::bigint)::bigint, count(*) filter (where e.value::bigint = 1)
    from forms.form f
    join lateral (select * from forms.submission s
                  where s.org_id = f.org_id and s.form_id = f.form_id order by s.number desc limit 1) s on true
    cross join lateral jsonb_each_text(s.figures) e
    where f.code = wanted and f.year = of_year and f.org_id in (select org.below())
      and f.state = any (of_states) and f.org_id = any (of_schools)
    group by e.key
$$;
revoke execute on function forms.sums_below(text, smallint, text[], bigint[]) from public;
grant execute on function forms.sums_below(text, smallint, text[], bigint[]) to zvonok_app;
