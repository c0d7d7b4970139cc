-- Accounts, first passwords, sessions, roles (PPL-5, SEC-3, SEC-4; security.md §5).

-- An account belongs to a human being, not to an organisation: one login for
-- all children in all schools (BEY-9). Only the authentication role reads it.
create table identity.account (
    account_id      bigint generated always as identity,
    login           text not null,
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

create table identity.session (
    token_hash bytea not null,
    account_id bigint not null,
    created_at timestamptz not null,
    seen_at    timestamptz not null,
    idle_until timestamptz not null,
    expires_at timestamptz not null,
    address    text not null default '',
    agent      text not null default '',
    constraint session_pkey primary key (token_hash),
    constraint session_account foreign key (account_id) references identity.account (account_id)
);
create index session_by_account on identity.session (account_id);

-- A browser that once logged in with success: its guesses do not count
-- against, and are not slowed by, what strangers try on the same account.
create table identity.device (
    device_hash bytea not null,
    account_id  bigint not null,
    created_at  timestamptz not null,
    constraint device_pkey primary key (device_hash, account_id),
    constraint device_account foreign key (account_id) references identity.account (account_id)
);

create unlogged table identity.throttle (
    bucket    text not null,
    failures  integer not null,
    last_at   timestamptz not null,
    constraint throttle_pkey primary key (bucket)
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
grant select, insert, update, delete on identity.session, identity.device, identity.throttle to zvonok_auth;

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
    constraint membership_pkey primary key (org_id, account_id),
    constraint membership_person unique (org_id, person_id),
    constraint membership_organisation foreign key (org_id) references org.organisation (org_id),
    constraint membership_account foreign key (account_id) references identity.account (account_id)
);
create index membership_by_account on identity.membership (account_id);
select kernel.protect('identity.membership');
select kernel.track('identity.membership', 'org_id', 'account_id');
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
create index role_grant_by_account on identity.role_grant (account_id) where ended_at is null;
select kernel.protect('identity.role_grant');
select kernel.track('identity.role_grant', 'org_id', 'grant_id');
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
