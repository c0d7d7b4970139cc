-- Sign-in by a provider of identities, such as ЕСИА (security.md §5.7).

-- Whose account a person of the provider is, by its `sub`.
create table identity.oidc_link (
    issuer     text not null,
    subject    text not null,
    account_id bigint not null,
    -- How the provider calls the person, for the owner's page.
    label      text not null,
    linked_at  timestamptz not null,
    constraint oidc_link_pkey primary key (issuer, subject),
    constraint oidc_link_one unique (issuer, account_id),
    constraint oidc_link_account foreign key (account_id) references identity.account (account_id)
);

-- Somebody was sent to the provider and is awaited, once, in the same browser.
create table identity.oidc_try (
    state_hash   bytea not null,
    browser_hash bytea not null,
    nonce        text not null,
    verifier     text not null,
    next         text not null,
    expires_at   timestamptz not null,
    constraint oidc_try_pkey primary key (state_hash)
);

-- Somebody whom the provider knows and we do not: whoever signs in with
-- password or slip in the same browser may link the own account, and is asked.
create table identity.oidc_stranger (
    token_hash bytea not null,
    issuer     text not null,
    subject    text not null,
    label      text not null,
    expires_at timestamptz not null,
    constraint oidc_stranger_pkey primary key (token_hash)
);

alter table identity.oidc_link enable row level security;
alter table identity.oidc_link force row level security;
alter table identity.oidc_try enable row level security;
alter table identity.oidc_try force row level security;
alter table identity.oidc_stranger enable row level security;
alter table identity.oidc_stranger force row level security;
create policy authentication on identity.oidc_link to zvonok_auth using (true) with check (true);
create policy authentication on identity.oidc_try to zvonok_auth using (true) with check (true);
create policy authentication on identity.oidc_stranger to zvonok_auth using (true) with check (true);
grant select, insert, delete on identity.oidc_link, identity.oidc_try, identity.oidc_stranger to zvonok_auth;
