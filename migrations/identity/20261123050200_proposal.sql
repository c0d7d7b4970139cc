-- What one administrator alone may not do: it waits for a second one
-- (security.md §5.4, ux.md §2.5 A3).
create table identity.proposal (
    org_id      bigint not null,
    proposal_id bigint generated always as identity,
    kind        text not null,
    account_id  bigint not null,
    role        text not null default '',
    reason      text not null default '',
    proposed_by bigint not null,
    proposed_at timestamptz not null,
    expires_at  timestamptz not null,
    decided_by  bigint,
    decided_at  timestamptz,
    approved    boolean,
    constraint proposal_pkey primary key (org_id, proposal_id),
    constraint proposal_kind check (kind in ('grant', 'reset_factor')),
    constraint proposal_account foreign key (org_id, account_id)
        references identity.membership (org_id, account_id),
    constraint proposal_decided check (num_nulls(decided_by, decided_at, approved) in (0, 3)),
    constraint proposal_not_alone check (decided_by is distinct from proposed_by or approved is not true)
);
create unique index proposal_waiting on identity.proposal (org_id, kind, account_id, role) where decided_at is null;
select kernel.protect('identity.proposal');
select kernel.track('identity.proposal', 'proposal_id');
create policy functions on identity.proposal for select to zvonok_owner using (true);

-- The administrators of an organisation who could decide: members in force.
create function identity.administrators_of(org bigint) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct g.account_id from identity.role_grant g
    join identity.membership m on m.org_id = g.org_id and m.account_id = g.account_id
    where g.org_id = org and g.role in ('admin', 'region_admin') and g.scope_kind = 'org' and g.ended_at is null
      and m.ended_at is null and m.blocked_at is null
$$;

-- The waiting proposals of organisations below the own one that have nobody
-- else to decide: at most one administrator, who proposed it.
create function identity.proposals_below(at timestamptz)
returns table (org_id bigint, org_name text, proposal_id bigint, kind text, account_name text, account_login text,
               role text, reason text, proposed_by bigint, proposed_by_name text, proposed_at timestamptz,
               expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive below as (
        select o.org_id, o.name from org.organisation o where o.parent_id = kernel.org()
        union all
        select o.org_id, o.name from org.organisation o join below b on o.parent_id = b.org_id
    )
    select p.org_id, b.name, p.proposal_id, p.kind, m.name, m.login, p.role, p.reason,
           p.proposed_by, coalesce(w.name, ''), p.proposed_at, p.expires_at
    from below b
    join identity.proposal p on p.org_id = b.org_id and p.decided_at is null and p.expires_at > at
    join identity.membership m on m.org_id = p.org_id and m.account_id = p.account_id
    left join identity.membership w on w.org_id = p.org_id and w.account_id = p.proposed_by
    where (select count(*) from identity.administrators_of(p.org_id) a where a <> p.proposed_by) = 0
    order by p.proposed_at, p.proposal_id
$$;
-- The same for one that is to be decided now: its organisation.
create function identity.proposal_below(wanted bigint, at timestamptz) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select org_id from identity.proposals_below(at) where proposal_id = wanted
$$;
revoke execute on function identity.administrators_of(bigint), identity.proposals_below(timestamptz),
    identity.proposal_below(bigint, timestamptz) from public;
grant execute on function identity.proposals_below(timestamptz), identity.proposal_below(bigint, timestamptz)
    to zvonok_app;
