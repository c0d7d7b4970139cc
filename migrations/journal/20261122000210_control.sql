-- Control of the deputy head over the journals (JRN-6, S3:8.8).

-- Who was reminded of the unfilled lessons of which day; a row for each teacher.
create table journal.reminder (
    org_id      bigint not null,
    reminder_id bigint generated always as identity,
    teacher_id  bigint not null,
    about_on    date not null,
    lessons     integer not null,
    sent_by     bigint not null,
    sent_at     timestamptz not null,
    constraint reminder_pkey primary key (org_id, reminder_id),
    constraint reminder_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint reminder_lessons check (lessons > 0)
);
create index reminder_by_day on journal.reminder (org_id, about_on);
select kernel.protect('journal.reminder');

-- A remark to the keeping of a journal. What is missing by itself is no row:
-- it follows from the lessons and goes when they are filled.
create table journal.remark (
    org_id      bigint not null,
    remark_id   bigint generated always as identity,
    class_id    bigint not null,
    subject_id  bigint not null,
    lesson_id   bigint,
    teacher_id  bigint not null,
    text        text not null,
    answer      text not null default '',
    answered_at timestamptz,
    closed_by   bigint,
    closed_at   timestamptz,
    made_by     bigint not null,
    made_at     timestamptz not null,
    constraint remark_pkey primary key (org_id, remark_id),
    constraint remark_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint remark_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint remark_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint remark_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint remark_text check (length(text) between 1 and 1000 and length(answer) <= 1000)
);
create index remark_by_teacher on journal.remark (org_id, teacher_id) where closed_at is null;
create index remark_by_age on journal.remark (org_id, made_at desc);
select kernel.protect('journal.remark');
select kernel.track('journal.remark', 'remark_id');
