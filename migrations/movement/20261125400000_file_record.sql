-- The alphabet book: a line for every time somebody was enrolled, with the
-- number of the personal file (§3.3, MOV-3).

create table movement.file_record (
    org_id      bigint not null,
    record_id   bigint generated always as identity,
    pupil_id    bigint not null,
    letter      text not null,
    number      text not null,
    enrolled_by bigint not null,
    previous_id bigint,
    handed_on   date,
    handed_to   text not null default '',
    version     integer not null default 1,
    created_at  timestamptz not null default kernel.now(),
    constraint file_record_pkey primary key (org_id, record_id),
    constraint file_record_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint file_record_enrolled foreign key (org_id, enrolled_by) references movement.order (org_id, order_id),
    constraint file_record_previous foreign key (org_id, previous_id)
        references movement.file_record (org_id, record_id),
    constraint file_record_letter check (length(letter) = 1),
    constraint file_record_number check (number <> ''),
    constraint file_record_handed check (handed_on is not null or handed_to = '')
);
comment on column movement.file_record.letter is 'the page of the book; stays when the surname changes';
comment on column movement.file_record.previous_id is 'the line of an earlier stay at the school';
create unique index file_record_number_once on movement.file_record (org_id, number);
create unique index file_record_once on movement.file_record (org_id, pupil_id, enrolled_by);
create index file_record_by_order on movement.file_record (org_id, enrolled_by);
create index file_record_by_previous on movement.file_record (org_id, previous_id);
select kernel.protect('movement.file_record');
select kernel.track('movement.file_record', 'record_id');
-- Lines go where an import is taken back with the cards that it entered.
grant delete on movement.file_record to zvonok_app;

create table movement.book_setting (
    org_id      bigint not null,
    file_format text not null,
    version     integer not null default 1,
    constraint book_setting_pkey primary key (org_id),
    constraint book_setting_organisation foreign key (org_id) references org.organisation (org_id),
    constraint book_setting_format check (file_format in ('slash', 'dash'))
);
select kernel.protect('movement.book_setting');
select kernel.track('movement.book_setting', 'org_id');
