-- «Мастер ввода данных» (ORG-6): how far a step is follows from the data;
-- only what people say of it stands here. A new table: older code does not see it.
create table org.setup_mark (
    org_id    bigint not null,
    step      text not null,
    mark      text not null,
    person_id bigint,
    marked_at timestamptz not null,
    constraint setup_mark_pkey primary key (org_id, step),
    constraint setup_mark_organisation foreign key (org_id) references org.organisation (org_id),
    -- Taken back: ''.
    constraint setup_mark_known check (mark in ('', 'checked', 'skipped'))
);
select kernel.protect('org.setup_mark');
select kernel.track('org.setup_mark', 'step');
