-- «Ознакомлен(а)»: a parent has seen the final marks of a child for a period
-- (JRN-5). `marks_at` is the last change of the marks that the parent saw:
-- what was changed after it asks to be seen again. A new table only: older
-- code does not see it.
create table journal.acknowledgement (
    org_id          bigint not null,
    pupil_id        bigint not null,
    year_id         bigint not null,
    kind            text not null,
    number          smallint not null default 0,
    parent_id       bigint not null,
    marks_at        timestamptz not null,
    acknowledged_at timestamptz not null,
    constraint acknowledgement_pkey primary key (org_id, pupil_id, year_id, kind, number, parent_id),
    constraint acknowledgement_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint acknowledgement_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint acknowledgement_parent foreign key (org_id, parent_id) references people.parent (org_id, person_id),
    constraint acknowledgement_kind check (kind in ('quarter', 'trimester', 'half', 'year', 'exam', 'final')),
    constraint acknowledgement_number
        check ((kind in ('year', 'exam', 'final')) = (number = 0) and number between 0 and 12),
    constraint acknowledgement_own check (parent_id <> pupil_id)
);
select kernel.protect('journal.acknowledgement');
select kernel.track('journal.acknowledgement', 'pupil_id', 'year_id', 'kind', 'number', 'parent_id');
