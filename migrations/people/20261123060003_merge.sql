-- Two cards of one person become one (PPL-11). The card that goes keeps its
-- row, for whatever it signed and for the way back; it has no role any more.
alter table people.person
    add column merged_into bigint,
    add constraint person_merged foreign key (org_id, merged_into) references people.person (org_id, person_id),
    add constraint person_merged_other check (merged_into is null or merged_into <> person_id);

create table people.merge (
    org_id     bigint not null,
    merge_id   bigint generated always as identity,
    kept_id    bigint not null,
    gone_id    bigint not null,
    -- What must be put back: rows that went, ids that moved, the kept card as it was.
    way_back   jsonb not null,
    merged_by  bigint not null,
    merged_at  timestamptz not null default kernel.now(),
    undone_by  bigint,
    undone_at  timestamptz,
    constraint merge_pkey primary key (org_id, merge_id),
    constraint merge_kept foreign key (org_id, kept_id) references people.person (org_id, person_id),
    constraint merge_gone foreign key (org_id, gone_id) references people.person (org_id, person_id)
);
select kernel.protect('people.merge');

-- Pairs that somebody looked at: they are two people.
create table people.not_duplicate (
    org_id    bigint not null,
    first_id  bigint not null,
    second_id bigint not null,
    said_by   bigint not null,
    said_at   timestamptz not null default kernel.now(),
    constraint not_duplicate_pkey primary key (org_id, first_id, second_id),
    constraint not_duplicate_first foreign key (org_id, first_id) references people.person (org_id, person_id),
    constraint not_duplicate_second foreign key (org_id, second_id) references people.person (org_id, person_id),
    constraint not_duplicate_order check (first_id < second_id)
);
select kernel.protect('people.not_duplicate');
grant delete on people.not_duplicate to zvonok_app;
