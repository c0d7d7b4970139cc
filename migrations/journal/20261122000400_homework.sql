-- Homework with files and pupils' answers, and notices to families (JRN-5, CUR-5).

-- How long the homework takes, as the teacher thinks; for the norm of the day.
alter table journal.entry
    add column homework_minutes smallint
        constraint entry_homework_minutes check (homework_minutes between 1 and 600);

-- A file that the teacher gave with the homework. The name and the size are
-- those of the stored file, so that a page needs no second look.
create table journal.homework_file (
    org_id     bigint not null,
    lesson_id  bigint not null,
    file_id    bigint not null,
    name       text not null,
    size       bigint not null,
    added_by   bigint not null,
    added_at   timestamptz not null,
    removed_at timestamptz,
    constraint homework_file_pkey primary key (org_id, lesson_id, file_id),
    constraint homework_file_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint homework_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
create index homework_file_of on journal.homework_file (org_id, file_id);
select kernel.protect('journal.homework_file');
select kernel.track('journal.homework_file', 'lesson_id', 'file_id');

-- What a pupil handed in; returned by the teacher, it waits for another try.
create table journal.answer (
    org_id     bigint not null,
    lesson_id  bigint not null,
    pupil_id   bigint not null,
    text       text not null default '',
    state      text not null,
    comment    text not null default '',
    version    integer not null default 1,
    handed_by  bigint not null,
    handed_at  timestamptz not null,
    checked_by bigint,
    checked_at timestamptz,
    constraint answer_pkey primary key (org_id, lesson_id, pupil_id),
    constraint answer_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint answer_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint answer_state check (state in ('handed_in', 'returned', 'accepted')),
    constraint answer_length check (length(text) <= 4000 and length(comment) <= 4000)
);
select kernel.protect('journal.answer');
select kernel.track('journal.answer', 'lesson_id', 'pupil_id');

create table journal.answer_file (
    org_id     bigint not null,
    lesson_id  bigint not null,
    pupil_id   bigint not null,
    file_id    bigint not null,
    name       text not null,
    size       bigint not null,
    added_at   timestamptz not null,
    removed_at timestamptz,
    constraint answer_file_pkey primary key (org_id, lesson_id, pupil_id, file_id),
    constraint answer_file_answer foreign key (org_id, lesson_id, pupil_id)
        references journal.answer (org_id, lesson_id, pupil_id),
    constraint answer_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
create index answer_file_of on journal.answer_file (org_id, file_id);
select kernel.protect('journal.answer_file');
select kernel.track('journal.answer_file', 'lesson_id', 'pupil_id', 'file_id');

-- The pupil's own tick «сделано». Nobody else sees it, so nobody keeps its history.
create table journal.homework_done (
    org_id    bigint not null,
    lesson_id bigint not null,
    pupil_id  bigint not null,
    done_at   timestamptz not null,
    constraint homework_done_pkey primary key (org_id, lesson_id, pupil_id),
    constraint homework_done_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint homework_done_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id)
);
select kernel.protect('journal.homework_done');
grant delete on journal.homework_done to zvonok_app;

-- What a family was told: a mark that stood for 15 minutes, a returned answer.
create table journal.notice (
    org_id    bigint not null,
    notice_id bigint generated always as identity,
    pupil_id  bigint not null,
    lesson_id bigint not null,
    work_id   bigint,
    kind      text not null,
    version   integer not null,
    old_value text not null default '',
    new_value text not null default '',
    at        timestamptz not null,
    constraint notice_pkey primary key (org_id, notice_id),
    constraint notice_once unique nulls not distinct (org_id, kind, pupil_id, lesson_id, work_id, version),
    constraint notice_kind check (kind in ('mark', 'returned', 'accepted')),
    constraint notice_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint notice_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id)
);
create index notice_by_pupil on journal.notice (org_id, pupil_id, at desc);
select kernel.protect('journal.notice');

-- Up to which moment the marks of a school were looked through for notices.
create table journal.notice_mark (
    org_id bigint not null,
    until  timestamptz not null,
    constraint notice_mark_pkey primary key (org_id)
);
select kernel.protect('journal.notice_mark');

-- Up to which notice a person has read.
create table journal.notice_read (
    org_id    bigint not null,
    person_id bigint not null,
    read_to   bigint not null,
    read_at   timestamptz not null,
    constraint notice_read_pkey primary key (org_id, person_id)
);
select kernel.protect('journal.notice_read');

-- Marks of the last quarter of an hour are looked for every minute.
create index mark_by_time on journal.mark (org_id, set_at);
