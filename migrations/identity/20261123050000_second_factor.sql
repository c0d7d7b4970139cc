-- The second factor (security.md §5.4), what a session may do besides the
-- rights of its account, and whose eyes it looks with.

-- The seed is sealed by the application: whoever reads the database makes no codes.
-- `last_step`: of two uses of one code the second is refused.
create table identity.factor (
    account_id   bigint not null,
    sealed_seed  bytea not null,
    begun_at     timestamptz not null,
    confirmed_at timestamptz,
    last_step    bigint not null default 0,
    constraint factor_pkey primary key (account_id),
    constraint factor_account foreign key (account_id) references identity.account (account_id)
);

create table identity.recovery_code (
    account_id bigint not null,
    code_hash  bytea not null,
    used_at    timestamptz,
    constraint recovery_code_pkey primary key (account_id, code_hash),
    constraint recovery_code_account foreign key (account_id) references identity.account (account_id)
);

-- The password was right and the code is awaited. No session: nothing opens with it.
create table identity.half_entry (
    token_hash bytea not null,
    account_id bigint not null,
    by_code    boolean not null,
    failures   integer not null default 0,
    expires_at timestamptz not null,
    constraint half_entry_pkey primary key (token_hash),
    constraint half_entry_account foreign key (account_id) references identity.account (account_id)
);

alter table identity.factor enable row level security;
alter table identity.factor force row level security;
alter table identity.recovery_code enable row level security;
alter table identity.recovery_code force row level security;
alter table identity.half_entry enable row level security;
alter table identity.half_entry force row level security;
create policy authentication on identity.factor to zvonok_auth using (true) with check (true);
create policy authentication on identity.recovery_code to zvonok_auth using (true) with check (true);
create policy authentication on identity.half_entry to zvonok_auth using (true) with check (true);
grant select, insert, update, delete on identity.factor, identity.recovery_code, identity.half_entry to zvonok_auth;
create policy functions on identity.factor to zvonok_owner using (true);
create policy functions on identity.recovery_code to zvonok_owner using (true);

-- From which role of the organisation the second factor is asked, and since when.
create table identity.factor_rule (
    org_id     bigint not null,
    role       text not null,
    obligatory boolean not null,
    since      date not null,
    constraint factor_rule_pkey primary key (org_id, role),
    constraint factor_rule_organisation foreign key (org_id) references org.organisation (org_id)
);
select kernel.protect('identity.factor_rule');
select kernel.track('identity.factor_rule', 'role');
create policy authentication on identity.factor_rule to zvonok_auth using (true);
grant select on identity.factor_rule to zvonok_auth;

-- `proved_at`: when password or code were last asked; without one, at the sign-in.
-- `as_*`: until then the session looks with the eyes of another and changes nothing.
alter table identity.session
    add column proved_at  timestamptz,
    add column must_enrol boolean not null default false,
    add column as_account bigint,
    add column as_org     bigint,
    add column as_until   timestamptz,
    add constraint session_as check (num_nulls(as_account, as_org, as_until) in (0, 3));

alter table identity.membership add column block_reason text not null default '';

-- Which members have a second factor.
create function identity.factors() returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.account_id from identity.factor f
    join identity.membership m on m.account_id = f.account_id
    where m.org_id = kernel.org() and m.ended_at is null and f.confirmed_at is not null
$$;

-- Takes the lost factor of an own member away. Whoever is a member elsewhere
-- too is left alone: one school must not open an account that opens another.
create function identity.forget_factor(account bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from identity.membership m
                   where m.org_id = kernel.org() and m.account_id = account and m.ended_at is null)
       or exists (select from identity.membership o
                  where o.account_id = account and o.org_id <> kernel.org() and o.ended_at is null) then
        return false;
    end if;
    delete from identity.recovery_code c where c.account_id = account;
    delete from identity.session s where s.account_id = account;
    delete from identity.factor f where f.account_id = account;
    return found;
end $$;

-- The open sessions of an own member.
create function identity.sessions_of(account bigint, at timestamptz)
returns table (session_id bigint, created_at timestamptz, seen_at timestamptz, address text, agent text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.session_id, s.created_at, s.seen_at, s.address, s.agent
    from identity.session s
    where s.account_id = account and s.idle_until > at and s.expires_at > at
      and exists (select from identity.membership m
                  where m.org_id = kernel.org() and m.account_id = account and m.ended_at is null)
    order by s.seen_at desc, s.session_id desc
$$;

-- Ends one session of an own member, or all; how many.
create function identity.end_sessions_of(account bigint, one bigint) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with ended as (
        delete from identity.session s
        where s.account_id = account and (one is null or s.session_id = one)
          and exists (select from identity.membership m
                      where m.org_id = kernel.org() and m.account_id = account)
        returning 1)
    select count(*) from ended
$$;

-- Lets a session look with the eyes of a member of the organisation.
create function identity.look_as(token bytea, viewer bigint, target bigint, until timestamptz) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update identity.session s set as_account = target, as_org = kernel.org(), as_until = until
    where s.token_hash = token and s.account_id = viewer
      and exists (select from identity.membership m
                  where m.org_id = kernel.org() and m.account_id = target
                    and m.ended_at is null and m.blocked_at is null)
    returning true
$$;

revoke execute on function identity.factors(), identity.forget_factor(bigint),
    identity.sessions_of(bigint, timestamptz), identity.end_sessions_of(bigint, bigint),
    identity.look_as(bytea, bigint, bigint, timestamptz) from public;
grant execute on function identity.factors(), identity.forget_factor(bigint),
    identity.sessions_of(bigint, timestamptz), identity.end_sessions_of(bigint, bigint),
    identity.look_as(bytea, bigint, bigint, timestamptz) to zvonok_app;

-- What the roles of an account ask of it: since when an organisation or one
-- above it made the second factor obligatory, and whether the own one waived it.
create function identity.factor_demands(account bigint)
returns table (role text, granted_at timestamptz, since date, waived boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
    with recursive place as (
        select m.org_id as own, m.org_id as at from identity.membership m
        where m.account_id = account and m.ended_at is null and m.blocked_at is null
        union all
        select p.own, o.parent_id from place p
        join org.organisation o on o.org_id = p.at
        where o.parent_id is not null
    )
    select g.role, g.granted_at,
           (select min(r.since) from place p
            join identity.factor_rule r on r.org_id = p.at and r.role = g.role and r.obligatory
            where p.own = g.org_id),
           exists (select from identity.factor_rule r
                   where r.org_id = g.org_id and r.role = g.role and not r.obligatory)
    from identity.role_grant g
    where g.account_id = account and g.ended_at is null
      and exists (select from place p where p.own = g.org_id)
$$;
revoke execute on function identity.factor_demands(bigint) from public;
grant execute on function identity.factor_demands(bigint) to zvonok_auth;

-- How many sessions of own members are open.
create function identity.open_sessions(at timestamptz) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) from identity.session s
    where s.idle_until > at and s.expires_at > at
      and exists (select from identity.membership m
                  where m.org_id = kernel.org() and m.account_id = s.account_id and m.ended_at is null)
$$;
revoke execute on function identity.open_sessions(timestamptz) from public;
grant execute on function identity.open_sessions(timestamptz) to zvonok_app;
