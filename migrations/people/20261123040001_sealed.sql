-- Restricted values are sealed by the application (ADR 0016, PPL-9). Rows that
-- were stored in the clear are sealed at the start of `zvonok serve`: a
-- migration knows no key. Nothing else may be written from now on.
alter table people.restricted_field
    alter column value drop not null,
    add column sealed bytea,
    add column blind bytea,
    add constraint restricted_field_sealed check (value is null and sealed is not null) not valid;
comment on column people.restricted_field.value is 'from before values were sealed; empty since';
comment on column people.restricted_field.sealed is 'version, number of the data key, nonce, ciphertext';
comment on column people.restricted_field.blind is 'finds the same number again; of no use without the key';
drop index people.restricted_field_by_number;
create index restricted_field_by_number on people.restricted_field (org_id, field, blind) where blind is not null;
create index restricted_field_in_the_clear on people.restricted_field (org_id) where value is not null;

-- That it changed is kept, what it was is not, sealed or in the clear.
drop trigger track_insert on people.restricted_field;
drop trigger track_update on people.restricted_field;
drop trigger track_delete on people.restricted_field;
drop function kernel.track_people_restricted_field();
select kernel.track('people.restricted_field', 'person_id', 'field', '-value', '-sealed', '-blind');
