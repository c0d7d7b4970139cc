-- Who handed which slip to whom and when (S3:2.6).
alter table identity.slip
    add column handed_at timestamptz,
    add column handed_by bigint,
    add column handed_to text not null default '',
    add constraint slip_handed check ((handed_at is null) = (handed_by is null));

-- Slips that a long job issued, to be printed by whoever asked for them. The
-- codes are sealed by the application and gone after an hour.
create table identity.slip_sheet (
    org_id     bigint not null,
    sheet_id   bigint generated always as identity,
    issued_by  bigint not null,
    sealed     bytea not null,
    issued     integer not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint slip_sheet_pkey primary key (org_id, sheet_id),
    constraint slip_sheet_membership foreign key (org_id, issued_by)
        references identity.membership (org_id, account_id)
);
select kernel.protect('identity.slip_sheet');
grant delete on identity.slip_sheet to zvonok_app;
create policy authentication on identity.slip_sheet to zvonok_auth using (true);
grant select, delete on identity.slip_sheet to zvonok_auth;
