-- Bells, timetable versions with effective dates, durable lessons (SCH-1, SCH-2, BEY-1).

create table schedule.bell (
    org_id    bigint not null,
    shift     smallint not null,
    number    smallint not null,
    starts_at time not null,
    ends_at   time not null,
    constraint bell_pkey primary key (org_id, shift, number),
    constraint bell_organisation foreign key (org_id) references org.organisation (org_id),
    constraint bell_number check (number between 0 and 12),
    constraint bell_ends_after_start check (starts_at < ends_at)
);
select kernel.protect('schedule.bell');
grant delete on schedule.bell to zvonok_app;

create table schedule.version (
    org_id      bigint not null,
    version_id  bigint generated always as identity,
    year_id     bigint not null,
    valid       daterange not null,
    state       text not null default 'draft',
    name        text not null default '',
    -- Grows with every change of a slot: what was previewed is what is published.
    revision    integer not null default 1,
    published_by bigint,
    published_at timestamptz,
    created_at  timestamptz not null default now(),
    constraint version_pkey primary key (org_id, version_id),
    constraint version_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint version_state check (state in ('draft', 'published', 'replaced')),
    constraint version_apart exclude using gist (org_id with =, valid with &&) where (state = 'published')
);
-- One draft at a time: two people who edit see each other's slots.
create unique index version_one_draft on schedule.version (org_id, year_id) where state = 'draft';
select kernel.protect('schedule.version');
select kernel.track('schedule.version', 'version_id');

-- One weekly hour of a version. `parts` says which half of the class it
-- takes: the whole class is [0,1000), subgroup n is [n,n+1).
create table schedule.slot (
    org_id     bigint not null,
    slot_id    bigint generated always as identity,
    version_id bigint not null,
    weekday    smallint not null,
    number     smallint not null,
    shift      smallint not null,
    class_id   bigint not null,
    group_id   bigint,
    parts      int4range not null,
    subject_id bigint not null,
    teacher_id bigint not null,
    room_id    bigint,
    constraint slot_pkey primary key (org_id, slot_id),
    constraint slot_version foreign key (org_id, version_id) references schedule.version (org_id, version_id),
    constraint slot_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint slot_group foreign key (org_id, group_id) references curriculum.study_group (org_id, group_id),
    constraint slot_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint slot_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint slot_room foreign key (org_id, room_id) references org.room (org_id, room_id),
    constraint slot_weekday check (weekday between 1 and 7),
    constraint slot_class_free exclude using gist (org_id with =, version_id with =, class_id with =,
        weekday with =, shift with =, number with =, parts with &&) deferrable initially immediate,
    constraint slot_teacher_free exclude using gist (org_id with =, version_id with =, teacher_id with =,
        weekday with =, shift with =, number with =) deferrable initially immediate,
    constraint slot_room_free exclude using gist (org_id with =, version_id with =, room_id with =,
        weekday with =, shift with =, number with =) where (room_id is not null) deferrable initially immediate
);
create index slot_by_version on schedule.slot (org_id, version_id);
select kernel.protect('schedule.slot');
grant delete on schedule.slot to zvonok_app;

-- A lesson on a day. It is never deleted: publishing a new version moves or
-- cancels it, and one with marks, topic or homework stays (BEY-1). All lessons
-- of a week may be moved in one statement, so the constraints look at its end.
-- What tells lessons apart best stands first in them: a year of a large school
-- is entered in 4 s instead of 7.
create table schedule.lesson (
    org_id     bigint not null,
    lesson_id  bigint generated always as identity,
    year_id    bigint not null,
    held_on    date not null,
    number     smallint not null,
    during     tsrange not null,
    class_id   bigint not null,
    group_id   bigint,
    parts      int4range not null,
    subject_id bigint not null,
    teacher_id bigint not null,
    room_id    bigint,
    state      text not null default 'planned',
    cancel_reason text,
    version    integer not null default 1,
    constraint lesson_pkey primary key (org_id, lesson_id),
    constraint lesson_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint lesson_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint lesson_group foreign key (org_id, group_id) references curriculum.study_group (org_id, group_id),
    constraint lesson_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint lesson_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint lesson_room foreign key (org_id, room_id) references org.room (org_id, room_id),
    constraint lesson_state check (state in ('planned', 'cancelled')),
    constraint lesson_class_free exclude using gist (class_id with =, during with &&, parts with &&, org_id with =)
        where (state <> 'cancelled') deferrable initially immediate,
    constraint lesson_teacher_free exclude using gist (teacher_id with =, during with &&, org_id with =)
        where (state <> 'cancelled') deferrable initially immediate,
    constraint lesson_room_free exclude using gist (room_id with =, during with &&, org_id with =)
        where (state <> 'cancelled' and room_id is not null) deferrable initially immediate
);
create index lesson_by_class_subject on schedule.lesson (org_id, class_id, subject_id, held_on);
create index lesson_by_class_day on schedule.lesson (org_id, class_id, held_on);
create index lesson_by_teacher_day on schedule.lesson (org_id, teacher_id, held_on);
create index lesson_by_day on schedule.lesson (org_id, held_on);
select kernel.protect('schedule.lesson');
select kernel.track('schedule.lesson', 'lesson_id');
