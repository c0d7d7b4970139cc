-- Topics, homework, works, marks, attendance (JRN-1…7).

-- What the teacher wrote about a lesson. Absent row = nothing written yet.
create table journal.entry (
    org_id       bigint not null,
    lesson_id    bigint not null,
    topic        text not null default '',
    plan_item_id bigint,
    homework     text not null default '',
    no_homework  boolean not null default false,
    homework_at  timestamptz,
    version      integer not null default 1,
    set_by       bigint not null,
    set_at       timestamptz not null,
    constraint entry_pkey primary key (org_id, lesson_id),
    constraint entry_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint entry_item foreign key (org_id, plan_item_id) references curriculum.plan_item (org_id, item_id)
);
select kernel.protect('journal.entry');
select kernel.track('journal.entry', 'lesson_id');

-- A work (задание) of a lesson: its kind and weight. A lesson has one as soon
-- as it has a mark, and may have several.
create table journal.work (
    org_id     bigint not null,
    work_id    bigint generated always as identity,
    lesson_id  bigint not null,
    kind_id    bigint not null,
    weight     numeric(5, 2) not null,
    topic      text not null default '',
    position   smallint not null default 1,
    removed_at timestamptz,
    version    integer not null default 1,
    constraint work_pkey primary key (org_id, work_id),
    constraint work_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint work_kind foreign key (org_id, kind_id) references curriculum.work_kind (org_id, kind_id),
    constraint work_position unique (org_id, lesson_id, position),
    constraint work_weight check (weight >= 0 and weight <= 100)
);
select kernel.protect('journal.work');
select kernel.track('journal.work', 'work_id');

-- The mark of one pupil for one work, as text on the scale: «5», «4/5», «ОСВ»,
-- «•», or '' when it was taken back (the row stays, with its version).
-- `points` and `points_count` are what enters the average: 9 and 2 for «4/5».
create table journal.mark (
    org_id       bigint not null,
    work_id      bigint not null,
    pupil_id     bigint not null,
    lesson_id    bigint not null,
    value        text not null,
    points       numeric(6, 2) not null,
    points_count smallint not null,
    comment      text not null default '',
    version      integer not null default 1,
    set_by       bigint not null,
    set_at       timestamptz not null,
    constraint mark_pkey primary key (org_id, work_id, pupil_id),
    constraint mark_work foreign key (org_id, work_id) references journal.work (org_id, work_id),
    constraint mark_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint mark_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint mark_length check (length(value) <= 12),
    constraint mark_count check (points_count between 0 and 4)
);
create index mark_by_lesson on journal.mark (org_id, lesson_id);
create index mark_by_pupil on journal.mark (org_id, pupil_id, set_at);
select kernel.protect('journal.mark');
select kernel.track('journal.mark', 'work_id', 'pupil_id');

-- Absence or lateness; no row or '' = present (§2.2).
create table journal.attendance (
    org_id    bigint not null,
    lesson_id bigint not null,
    pupil_id  bigint not null,
    code      text not null,
    minutes   smallint,
    version   integer not null default 1,
    set_by    bigint not null,
    set_at    timestamptz not null,
    constraint attendance_pkey primary key (org_id, lesson_id, pupil_id),
    constraint attendance_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint attendance_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint attendance_code check (code in ('', 'ОТ', 'УП', 'Б', 'НП', 'ОП', 'ОСВ'))
);
create index attendance_by_pupil on journal.attendance (org_id, pupil_id);
select kernel.protect('journal.attendance');
select kernel.track('journal.attendance', 'lesson_id', 'pupil_id');

-- Every operation that a client sent, so that repeating it does nothing.
create table journal.operation (
    org_id     bigint not null,
    op_id      uuid not null,
    account_id bigint not null,
    body_hash  bytea not null,
    result     jsonb not null,
    at         timestamptz not null,
    constraint operation_pkey primary key (org_id, op_id)
);
create index operation_by_age on journal.operation (at);
select kernel.protect('journal.operation');
