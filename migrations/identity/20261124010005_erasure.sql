-- The login of somebody who left is destroyed (152-FZ): nobody can enter with
-- it, and it tells no name. Slips go; the account's number stays, because what
-- it did is told by it.
grant delete on identity.slip to zvonok_app;
create policy functions on identity.device to zvonok_owner using (true);
create policy functions on identity.half_entry to zvonok_owner using (true);
create policy functions on identity.oidc_link to zvonok_owner using (true);

-- Whoever is a member elsewhere too keeps the account.
create function identity.forget_account(account bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from identity.membership m where m.org_id = kernel.org() and m.account_id = account)
       or exists (select from identity.membership o
                  where o.account_id = account and o.org_id <> kernel.org() and o.ended_at is null) then
        return false;
    end if;
    delete from identity.session s where s.account_id = account;
    delete from identity.device d where d.account_id = account;
    delete from identity.half_entry h where h.account_id = account;
    delete from identity.recovery_code c where c.account_id = account;
    delete from identity.factor f where f.account_id = account;
    delete from identity.oidc_link l where l.account_id = account;
    update identity.account a set login = 'erased-' || a.account_id, password_hash = null, password_set_at = null,
           must_change = true, state = 'blocked'
    where a.account_id = account;
    return found;
end $$;
revoke execute on function identity.forget_account(bigint) from public;
grant execute on function identity.forget_account(bigint) to zvonok_app;
