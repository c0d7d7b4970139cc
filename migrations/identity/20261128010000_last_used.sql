-- When the account of each own member was last used: the newest of the last
-- entrance and of what its sessions saw. A session opened with the code of a
-- slip only chooses a password and does not count.
create function identity.last_used()
returns table (account_id bigint, last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.account_id,
           greatest(a.last_login_at, (select max(s.seen_at) from identity.session s
                                      where s.account_id = a.account_id and not s.by_code))
    from identity.membership m
    join identity.account a on a.account_id = m.account_id
    where m.org_id = kernel.org() and m.ended_at is null
$$;
revoke execute on function identity.last_used() from public;
grant execute on function identity.last_used() to zvonok_app;
