-- A consent is withdrawn, never destroyed. One that came with an import that
-- was taken back was never given as far as the school knows: it becomes void.
-- The people it named may go with the import, so a void row names them beside
-- the references, and no query for consents of people meets it.
alter table people.consent alter column subject_id drop not null;
alter table people.consent
    add column voided_at timestamptz,
    add column void_reason text,
    add column void_subject_id bigint,
    add column void_given_by bigint,
    add constraint consent_void check (
        (voided_at is null and subject_id is not null
             and void_reason is null and void_subject_id is null and void_given_by is null)
        or (voided_at is not null and subject_id is null and given_by is null
             and void_reason is not null and void_subject_id is not null));
comment on column people.consent.voided_at is 'when an import that had entered it was taken back';
comment on column people.consent.void_subject_id is 'whose consent it was to be; the card may be gone';
revoke delete on people.consent from zvonok_app;
