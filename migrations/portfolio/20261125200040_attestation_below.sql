-- Attestation of the staff below, for «Аттестация педагогических кадров» of a
-- municipality (PPL-10): neither orders nor notes of the schools.
create policy below on portfolio.attestation for select to zvonok_owner using (org_id in (select org.below()));

create function portfolio.attestation_below()
returns table (org_id bigint, person_id bigint, category text, decided_on date, due_on date, wanted text,
               planned_on date)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.org_id, a.person_id, a.category, a.decided_on, a.due_on, a.wanted, a.planned_on
    from portfolio.attestation a where a.org_id in (select org.below())
$$;
revoke execute on function portfolio.attestation_below() from public;
grant execute on function portfolio.attestation_below() to zvonok_app;
