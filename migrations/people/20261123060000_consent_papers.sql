-- The papers of consents (PPL-4, S2:5.4, S4:11,13): who signed as whom, which
-- edition of the text, scans, and what is still to be done after a withdrawal.
-- New columns are empty: older code does not see them.
alter table people.consent
    add column given_as text,
    add column edition integer not null default 0,
    add column settled_on date,
    add column settled_note text not null default '',
    add constraint consent_given_as check (given_as in ('self', 'mother', 'father', 'guardian', 'other')),
    add constraint consent_settled check (settled_on is null or withdrawn_on is not null);
comment on column people.consent.given_as is 'as whom the signer stood to the subject on that day';
comment on column people.consent.edition is 'the edition of the text (people.consent_text); 0 is the text of the system';
comment on column people.consent.settled_on is 'when what the system cannot undo itself was done (152-FZ art. 21: 30 days)';

-- Editions of the text that a school asks people to sign. Never changed: a
-- new wording is a new edition, and every consent keeps the number of its own.
create table people.consent_text (
    org_id     bigint not null,
    kind       text not null,
    edition    integer not null,
    body       text not null,
    since      date not null,
    created_by bigint,
    created_at timestamptz not null default kernel.now(),
    constraint consent_text_pkey primary key (org_id, kind, edition),
    constraint consent_text_organisation foreign key (org_id) references org.organisation (org_id),
    constraint consent_text_kind check (kind in ('processing', 'special', 'photo', 'notices', 'transfer')),
    constraint consent_text_body check (length(body) between 1 and 8000),
    constraint consent_text_edition check (edition > 0)
);
select kernel.protect('people.consent_text');

create table people.consent_file (
    org_id     bigint not null,
    consent_id bigint not null,
    file_id    bigint not null,
    name       text not null,
    size       bigint not null,
    added_by   bigint not null,
    added_at   timestamptz not null,
    removed_at timestamptz,
    constraint consent_file_pkey primary key (org_id, consent_id, file_id),
    constraint consent_file_consent foreign key (org_id, consent_id) references people.consent (org_id, consent_id),
    constraint consent_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
select kernel.protect('people.consent_file');
select kernel.track('people.consent_file', 'consent_id', 'file_id');
