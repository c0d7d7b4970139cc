-- «Ограниченные сведения о работниках» (S2 annex 1, 2.3): what an organisation
-- sees of the staff of those below it, and nothing else of their cards. Even
-- the owner of the functions sees only rows below the transaction's organisation.
create policy below on people.staff for select to zvonok_owner using (org_id in (select org.below()));
create policy below on people.person for select to zvonok_owner using (org_id in (select org.below()));

create function people.staff_below(day date)
returns table (org_id bigint, person_id bigint, last_name text, first_name text, middle_name text, post text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.org_id, p.person_id, p.last_name, p.first_name, p.middle_name, s.post
    from people.staff s
    join people.person p on p.org_id = s.org_id and p.person_id = s.person_id
    where s.org_id in (select org.below()) and (s.dismissed_on is null or s.dismissed_on > day)
$$;
revoke execute on function people.staff_below(date) from public;
grant execute on function people.staff_below(date) to zvonok_app;
