-- How many accounts of the schools below are used, by who holds them: numbers
-- and nobody's name, for «Статистика посещений» of a municipality (HUB-4).
-- Somebody of the staff who is a parent there too counts as both.
create function identity.visits_below(at timestamptz)
returns table (org_id bigint, holder text, accounts bigint, ever bigint, month bigint, week bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with member as (
        select m.org_id, m.account_id from identity.membership m
        where m.ended_at is null and m.org_id in (select org.below())
    ), seen as (
        select s.account_id, max(s.seen_at) as at from identity.session s
        where not s.by_code and s.account_id in (select account_id from member) group by s.account_id
    ), used as (
        select m.org_id, m.account_id, greatest(a.last_login_at, s.at) as at
        from member m
        join identity.account a on a.account_id = m.account_id
        left join seen s on s.account_id = m.account_id
    ), held as (
        select distinct g.org_id, g.account_id,
               case g.role when 'pupil' then 'pupils' when 'parent' then 'parents' when 'committee' then 'parents'
                    else 'staff' end as holder
        from identity.role_grant g
        where g.ended_at is null and g.org_id in (select org.below())
    )
    select h.org_id, h.holder, count(*), count(u.at),
           count(*) filter (where u.at >= visits_below.at - interval '30 days'),
           count(*) filter (where u.at >= visits_below.at - interval '7 days')
    from held h join used u on u.org_id = h.org_id and u.account_id = h.account_id
    group by h.org_id, h.holder
$$;
revoke execute on function identity.visits_below(timestamptz) from public;
grant execute on function identity.visits_below(timestamptz) to zvonok_app;
