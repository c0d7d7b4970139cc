-- Portfolios of pupils and staff (PPL-8). New tables only: older code does not
-- see them.
create schema if not exists portfolio;

-- An achievement, a project or a work, of a pupil or of somebody who works
-- here. What a family brings waits for the class teacher.
create table portfolio.entry (
    org_id      bigint not null,
    entry_id    bigint generated always as identity,
    pupil_id    bigint,
    staff_id    bigint,
    kind        text not null,
    level       text not null default '',
    prize       text not null default '',
    title       text not null,
    place       text not null default '',
    held_on     date not null,
    -- Who prepared the pupil.
    prepared_by bigint,
    note        text not null default '',
    state       text not null default 'proposed',
    -- Why it was refused.
    reason      text not null default '',
    proposed_by bigint not null,
    decided_by  bigint,
    removed_at  timestamptz,
    version     integer not null default 1,
    created_at  timestamptz not null default kernel.now(),
    constraint entry_pkey primary key (org_id, entry_id),
    constraint entry_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint entry_staff foreign key (org_id, staff_id) references people.staff (org_id, person_id),
    constraint entry_teacher foreign key (org_id, prepared_by) references people.staff (org_id, person_id),
    constraint entry_owner check (num_nonnulls(pupil_id, staff_id) = 1),
    constraint entry_state check (state in ('proposed', 'confirmed', 'refused')),
    constraint entry_length check (length(title) between 1 and 300 and length(place) <= 300
        and length(note) <= 2000 and length(reason) <= 500)
);
create index entry_by_pupil on portfolio.entry (org_id, pupil_id) where pupil_id is not null;
create index entry_by_staff on portfolio.entry (org_id, staff_id) where staff_id is not null;
create index entry_by_day on portfolio.entry (org_id, held_on);
select kernel.protect('portfolio.entry');
select kernel.track('portfolio.entry', 'entry_id');

-- Scans of diplomas, pages of projects. A file taken off stays for the history.
create table portfolio.entry_file (
    org_id     bigint not null,
    entry_id   bigint not null,
    file_id    bigint not null,
    name       text not null,
    size       bigint not null,
    added_by   bigint not null,
    removed_at timestamptz,
    constraint entry_file_pkey primary key (org_id, entry_id, file_id),
    constraint entry_file_entry foreign key (org_id, entry_id) references portfolio.entry (org_id, entry_id),
    constraint entry_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
select kernel.protect('portfolio.entry_file');
select kernel.track('portfolio.entry_file', 'entry_id', 'file_id');
