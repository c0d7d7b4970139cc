-- Accounts, first passwords, sessions, roles (PPL-5, SEC-3, SEC-4; security.md §5).

-- An account belongs to a human being, not to an organisation: one login for
-- all children in all schools (BEY-9). Only the authentication role reads it.
create table identity.account (
    account_id      bigint generated always as identity,
    -- Compared byte by byte, so that a search by prefix can use the index.
    login           text collate "C" not null,
    password_hash   text,
    password_set_at timestamptz,
    must_change     boolean not null default true,
    state           text not null default 'active',
    rights_version  integer not null default 1,
    last_login_at   timestamptz,
    failures_since  integer not null default 0,
    created_at      timestamptz not null default now(),
    constraint account_pkey primary key (account_id),
    constraint account_login unique (login),
    constraint account_login_shape check (login = lower(login) and length(login) between 3 and 64),
    constraint account_state check (state in ('active', 'blocked'))
);

-- `by_code`: opened with the code of a slip; good for choosing a password
-- and for nothing else. `session_id` is what the owner's list of sessions
-- shows, the token is known to the browser alone.
create table identity.session (
    token_hash bytea not null,
    session_id bigint generated always as identity,
    account_id bigint not null,
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    address    text not null default '',
    agent      text not null default '',
    by_code    boolean not null default false,
    constraint session_pkey primary key (token_hash),
    constraint session_id unique (session_id),
    constraint session_account foreign key (account_id) references identity.account (account_id)
);
create index session_by_account on identity.session (account_id);
create index session_expiry on identity.session (expires_at);

-- A browser that once logged in with success: its guesses do not count
-- against, and are not slowed by, what strangers try on the same account.
create table identity.device (
    device_hash bytea not null,
    account_id  bigint not null,
    created_at  timestamptz not null,
    constraint device_pkey primary key (device_hash, account_id),
    constraint device_account foreign key (account_id) references identity.account (account_id)
);

-- How often guesses failed, and whose accounts failed from an address
-- (security.md §5.3). Lost in a crash without harm.
create unlogged table identity.throttle (
    bucket    text not null,
    failures  integer not null,
    last_at   timestamptz not null,
    constraint throttle_pkey primary key (bucket)
);
create unlogged table identity.failed_from (
    address    text not null,
    login_hash bytea not null,
    last_at    timestamptz not null,
    constraint failed_from_pkey primary key (address, login_hash)
);

alter table identity.account enable row level security;
alter table identity.account force row level security;
alter table identity.session enable row level security;
alter table identity.session force row level security;
alter table identity.device enable row level security;
alter table identity.device force row level security;
create policy authentication on identity.account to zvonok_auth using (true) with check (true);
create policy authentication on identity.session to zvonok_auth using (true) with check (true);
create policy authentication on identity.device to zvonok_auth using (true) with check (true);
grant usage on schema identity to zvonok_app, zvonok_auth;
grant select, insert, update on identity.account to zvonok_auth;
grant select, insert, update, delete on identity.session, identity.device,
    identity.throttle, identity.failed_from to zvonok_auth;

-- Which card an account is in which organisation. The login is copied (it
-- never changes), so that an administrator sees the logins of the own
-- organisation and no others.
create table identity.membership (
    org_id     bigint not null,
    account_id bigint not null,
    person_id  bigint not null,
    login      text not null,
    name       text not null,
    created_at timestamptz not null default now(),
    ended_at   timestamptz,
    blocked_at timestamptz,
    constraint membership_pkey primary key (org_id, account_id),
    constraint membership_person unique (org_id, person_id),
    constraint membership_organisation foreign key (org_id) references org.organisation (org_id),
    constraint membership_account foreign key (account_id) references identity.account (account_id)
);
create index membership_by_account on identity.membership (account_id);
select kernel.protect('identity.membership');
select kernel.track('identity.membership', 'account_id');
create policy authentication on identity.membership to zvonok_auth using (true);
grant select on identity.membership to zvonok_auth;

-- One role with its scope (`reports-and-rules.md` §10).
create table identity.role_grant (
    org_id     bigint not null,
    grant_id   bigint generated always as identity,
    account_id bigint not null,
    role       text not null,
    scope_kind text not null default 'org',
    scope_id   bigint,
    granted_at timestamptz not null default now(),
    ended_at   timestamptz,
    constraint role_grant_pkey primary key (org_id, grant_id),
    constraint role_grant_membership foreign key (org_id, account_id)
        references identity.membership (org_id, account_id),
    constraint role_grant_scope check
        (scope_kind = 'org' and scope_id is null
         or scope_kind in ('class', 'group', 'child') and scope_id is not null)
);
create unique index role_grant_in_force on identity.role_grant
    (org_id, account_id, role, scope_kind, coalesce(scope_id, 0)) where ended_at is null;
create index role_grant_by_account on identity.role_grant (account_id) where ended_at is null;
select kernel.protect('identity.role_grant');
select kernel.track('identity.role_grant', 'grant_id');
create policy authentication on identity.role_grant to zvonok_auth using (true);
grant select on identity.role_grant to zvonok_auth;

-- Printed slips with a one-time code (S3:2.6, security.md §5.2).
create table identity.slip (
    org_id     bigint not null,
    slip_id    bigint generated always as identity,
    account_id bigint not null,
    code_hash  bytea not null,
    issued_by  bigint,
    issued_at  timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    voided_at  timestamptz,
    constraint slip_pkey primary key (org_id, slip_id),
    constraint slip_code unique (code_hash),
    constraint slip_membership foreign key (org_id, account_id)
        references identity.membership (org_id, account_id)
);
create index slip_by_account on identity.slip (account_id);
select kernel.protect('identity.slip');
create policy authentication on identity.slip to zvonok_auth using (true) with check (true);
grant select, update on identity.slip to zvonok_auth;

-- Members with what may be known of their organisation before anybody is
-- signed in: its name, its place in URLs and its time.
create view identity.member_of with (security_invoker = true) as
    select m.org_id, m.account_id, m.login, m.name, o.code as org_code, o.name as org_name, o.zone
    from identity.membership m
    join org.organisation o on o.org_id = m.org_id
    where m.ended_at is null and m.blocked_at is null;
grant select on identity.member_of to zvonok_auth;

-- What follows runs with the owner's rights, whom the forced policies would
-- show nothing: these open to it what the functions need.
create policy functions on identity.account to zvonok_owner using (true) with check (true);
create policy functions on identity.session to zvonok_owner using (true);
create policy functions on identity.membership for select to zvonok_owner using (true);
create policy functions on identity.role_grant for select to zvonok_owner using (true);

-- Who stands behind a session, with all organisations and roles, in one
-- statement; null where the session, the account or every membership ended.
-- It runs on every request: plpgsql keeps its plan, sql would plan each time.
create function identity.whois(token bytea, at timestamptz) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select jsonb_build_object(
        'account', a.account_id, 'login', a.login, 'session', s.session_id,
        'must_change', a.must_change or s.by_code, 'seen_at', s.seen_at, 'memberships', m.list)
    from identity.session s
    join identity.account a on a.account_id = s.account_id
    cross join lateral (
        select jsonb_agg(jsonb_build_object(
            'org', o.org_id, 'code', o.code, 'name', o.name, 'full_name', o.full_name, 'zone', o.zone,
            'person', m.person_id, 'person_name', m.name, 'grants', g.list) order by o.name, o.org_id) as list
        from identity.membership m
        join org.organisation o on o.org_id = m.org_id
        cross join lateral (
            select jsonb_agg(jsonb_build_object('role', g.role, 'scope', g.scope_kind, 'id', g.scope_id)
                             order by g.grant_id) as list
            from identity.role_grant g
            where g.org_id = m.org_id and g.account_id = m.account_id and g.ended_at is null
        ) g
        where m.account_id = a.account_id and m.ended_at is null and m.blocked_at is null
          and g.list is not null
    ) m
    where s.token_hash = token and s.idle_until > at and s.expires_at > at
      and a.state = 'active' and m.list is not null);
end $$;
revoke execute on function identity.whois(bytea, timestamptz) from public;
grant execute on function identity.whois(bytea, timestamptz) to zvonok_login, zvonok_auth;
grant usage on schema identity to zvonok_login;

-- Opens an account per wished login, in the order given; a taken one gets
-- the next free number (`ivanovamp2`). A login that another school's import
-- is taking at this moment counts as taken: nobody waits for nobody.
create function identity.open_accounts(wishes text[])
returns table (ord bigint, account_id bigint, login text)
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '50ms' as $$
#variable_conflict use_column
declare
    wish   text;
    number bigint := 0;
begin
    for ord, wish in select w.ord, w.wish from unnest(wishes) with ordinality w (wish, ord) loop
        select max(case when a.login = wish then 1 else substr(a.login, length(wish) + 1)::bigint end) into number
        from identity.account a
        where a.login collate "C" >= wish and a.login collate "C" < wish || ':'
          and substr(a.login, length(wish) + 1) ~ '^[0-9]{0,9}$';
        loop
            login := wish || case when number is null then '' else (number + 1)::text end;
            account_id := null;
            begin
                insert into identity.account as a (login, created_at) values (login, kernel.now())
                on conflict do nothing returning a.account_id into account_id;
            exception when lock_not_available then
                null;
            end;
            exit when account_id is not null;
            number := coalesce(number, 0) + 1;
        end loop;
        return next;
    end loop;
end $$;

-- The account of a login, so that somebody known elsewhere gets a role here
-- too. Called by the operator's command only.
create function identity.account_of(wanted text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select account_id from identity.account where login = wanted
$$;

-- What the organisation may know of the accounts of its own members.
create function identity.standing()
returns table (account_id bigint, has_password boolean, state text, last_login_at timestamptz, elsewhere boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select a.account_id, a.password_hash is not null, a.state, a.last_login_at,
           exists (select from identity.membership o
                   where o.account_id = a.account_id and o.org_id <> m.org_id and o.ended_at is null)
    from identity.membership m
    join identity.account a on a.account_id = m.account_id
    where m.org_id = kernel.org()
$$;

-- Makes the passwords of own members void and ends their sessions. Whoever
-- is a member elsewhere too is left alone: one school must not take over an
-- account that opens another.
create function identity.forget_passwords(accounts bigint[]) returns setof bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
    with mine as (
        select m.account_id from identity.membership m
        where m.org_id = kernel.org() and m.account_id = any (accounts)
          and not exists (select from identity.membership o
                          where o.account_id = m.account_id and o.org_id <> m.org_id and o.ended_at is null)
    ), closed as (
        delete from identity.session s using mine where s.account_id = mine.account_id
    )
    update identity.account a set password_hash = null, password_set_at = null, must_change = true
    from mine where a.account_id = mine.account_id
    returning a.account_id
$$;

revoke execute on function identity.open_accounts(text[]), identity.account_of(text), identity.standing(),
    identity.forget_passwords(bigint[]) from public;
grant execute on function identity.open_accounts(text[]), identity.account_of(text), identity.standing(),
    identity.forget_passwords(bigint[]) to zvonok_app;
