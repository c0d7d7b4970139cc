-- Years, periods, subjects, classes, load, КТП, scales (CUR-1, CUR-2, CUR-4, CUR-5, CUR-7).

create table curriculum.year (
    org_id     bigint not null,
    year_id    bigint generated always as identity,
    starts_on  date not null,
    ends_on    date not null,
    state      text not null default 'current',
    days_a_week smallint not null default 5,
    version    integer not null default 1,
    created_at timestamptz not null default now(),
    constraint year_pkey primary key (org_id, year_id),
    constraint year_organisation foreign key (org_id) references org.organisation (org_id),
    constraint year_ends_after_start check (starts_on < ends_on),
    constraint year_state check (state in ('planned', 'current', 'archived')),
    constraint year_week check (days_a_week in (5, 6)),
    constraint year_apart exclude using gist (org_id with =, daterange(starts_on, ends_on, '[]') with &&)
);
select kernel.protect('curriculum.year');
select kernel.track('curriculum.year', 'year_id');

-- A quarter, trimester, half-year or the year, for some parallels.
create table curriculum.period (
    org_id     bigint not null,
    period_id  bigint generated always as identity,
    year_id    bigint not null,
    kind       text not null,
    number     smallint not null,
    grade_from smallint not null,
    grade_to   smallint not null,
    starts_on  date not null,
    ends_on    date not null,
    constraint period_pkey primary key (org_id, period_id),
    constraint period_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint period_kind check (kind in ('quarter', 'trimester', 'half', 'year')),
    constraint period_grades check (grade_from between 1 and grade_to and grade_to <= 12),
    constraint period_ends_after_start check (starts_on < ends_on),
    constraint period_apart exclude using gist (
        org_id with =, year_id with =, (kind = 'year') with =,
        int4range(grade_from, grade_to, '[]') with &&, daterange(starts_on, ends_on, '[]') with &&)
        -- All periods of a year may be moved in one statement.
        deferrable initially immediate
);
select kernel.protect('curriculum.period');
select kernel.track('curriculum.period', 'period_id');
grant delete on curriculum.period to zvonok_app;

create table curriculum.holiday (
    org_id     bigint not null,
    holiday_id bigint generated always as identity,
    year_id    bigint not null,
    name       text not null,
    kind       text not null default 'vacation',
    grade_from smallint not null default 1,
    grade_to   smallint not null default 12,
    starts_on  date not null,
    ends_on    date not null,
    announced_on date,
    constraint holiday_pkey primary key (org_id, holiday_id),
    constraint holiday_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint holiday_kind check (kind in ('vacation', 'public')),
    constraint holiday_ends_after_start check (starts_on <= ends_on)
);
select kernel.protect('curriculum.holiday');
select kernel.track('curriculum.holiday', 'holiday_id');
grant delete on curriculum.holiday to zvonok_app;

create table curriculum.scale (
    org_id   bigint not null,
    scale_id bigint generated always as identity,
    name     text not null,
    kind     text not null,
    constraint scale_pkey primary key (org_id, scale_id),
    constraint scale_name unique (org_id, name),
    constraint scale_kind check (kind in ('five', 'ten', 'twelve', 'hundred', 'pass'))
);
select kernel.protect('curriculum.scale');

-- Subjects, classes, groups, load and plans may be deleted only while nothing
-- refers to them (an import taken back); the history keeps the row.
create table curriculum.subject (
    org_id     bigint not null,
    subject_id bigint generated always as identity,
    name       text collate "ru-x-icu" not null,
    short_name text not null,
    area       text not null default '',
    scale_id   bigint,
    archived_on date,
    version    integer not null default 1,
    constraint subject_pkey primary key (org_id, subject_id),
    constraint subject_organisation foreign key (org_id) references org.organisation (org_id),
    constraint subject_name unique (org_id, name),
    constraint subject_scale foreign key (org_id, scale_id) references curriculum.scale (org_id, scale_id)
);
select kernel.protect('curriculum.subject');
select kernel.track('curriculum.subject', 'subject_id');
grant delete on curriculum.subject to zvonok_app;

create table curriculum.class (
    org_id     bigint not null,
    class_id   bigint generated always as identity,
    year_id    bigint not null,
    grade      smallint not null,
    letter     text collate "ru-x-icu" not null,
    shift      smallint not null default 1,
    teacher_id bigint,
    room_id    bigint,
    profile    text not null default '',
    version    integer not null default 1,
    created_at timestamptz not null default now(),
    constraint class_pkey primary key (org_id, class_id),
    constraint class_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint class_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint class_room foreign key (org_id, room_id) references org.room (org_id, room_id),
    constraint class_name unique (org_id, year_id, grade, letter),
    constraint class_grade check (grade between 1 and 12),
    constraint class_letter check (length(letter) <= 15),
    constraint class_shift check (shift in (1, 2))
);
create index class_by_teacher on curriculum.class (org_id, teacher_id);
select kernel.protect('curriculum.class');
select kernel.track('curriculum.class', 'class_id');
grant delete on curriculum.class to zvonok_app;

-- A subgroup of a class for one subject. `part` numbers the halves: groups of
-- one class with different parts may have lessons at the same hour.
create table curriculum.study_group (
    org_id     bigint not null,
    group_id   bigint generated always as identity,
    class_id   bigint not null,
    subject_id bigint not null,
    part       smallint not null,
    name       text not null,
    version    integer not null default 1,
    constraint study_group_pkey primary key (org_id, group_id),
    constraint study_group_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint study_group_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint study_group_part unique (org_id, class_id, subject_id, part),
    constraint study_group_part_number check (part between 1 and 9)
);
select kernel.protect('curriculum.study_group');
select kernel.track('curriculum.study_group', 'group_id');
grant delete on curriculum.study_group to zvonok_app;

create table curriculum.group_member (
    org_id    bigint not null,
    group_id  bigint not null,
    pupil_id  bigint not null,
    constraint group_member_pkey primary key (org_id, group_id, pupil_id),
    constraint group_member_group foreign key (org_id, group_id) references curriculum.study_group (org_id, group_id),
    constraint group_member_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id)
);
create index group_member_by_pupil on curriculum.group_member (org_id, pupil_id);
select kernel.protect('curriculum.group_member');
select kernel.track('curriculum.group_member', 'group_id', 'pupil_id');
grant delete on curriculum.group_member to zvonok_app;

-- Педагогическая нагрузка: who teaches what to whom, and since when. A
-- teacher's access to a journal lasts as long as the load does.
create table curriculum.load (
    org_id     bigint not null,
    load_id    bigint generated always as identity,
    year_id    bigint not null,
    class_id   bigint not null,
    group_id   bigint,
    subject_id bigint not null,
    teacher_id bigint not null,
    hours_a_week numeric(4, 2) not null,
    valid      daterange not null,
    version    integer not null default 1,
    constraint load_pkey primary key (org_id, load_id),
    constraint load_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint load_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint load_group foreign key (org_id, group_id) references curriculum.study_group (org_id, group_id),
    constraint load_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint load_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint load_hours check (hours_a_week > 0 and hours_a_week <= 40),
    constraint load_not_empty check (not isempty(valid)),
    constraint load_once exclude using gist (org_id with =, class_id with =, coalesce(group_id, 0) with =,
        subject_id with =, teacher_id with =, valid with &&)
);
create index load_by_teacher on curriculum.load (org_id, teacher_id);
create index load_by_class on curriculum.load (org_id, class_id, subject_id);
select kernel.protect('curriculum.load');
select kernel.track('curriculum.load', 'load_id');
grant delete on curriculum.load to zvonok_app;

-- Вид работы with its weight (`reports-and-rules.md` §2.4).
create table curriculum.work_kind (
    org_id     bigint not null,
    kind_id    bigint generated always as identity,
    code       smallint not null,
    name       text not null,
    abbr       text not null,
    weight     numeric(5, 2) not null default 1,
    is_control boolean not null default false,
    position   smallint not null,
    archived_on date,
    version    integer not null default 1,
    constraint work_kind_pkey primary key (org_id, kind_id),
    constraint work_kind_organisation foreign key (org_id) references org.organisation (org_id),
    constraint work_kind_code unique (org_id, code),
    constraint work_kind_weight check (weight >= 0 and weight <= 100)
);
select kernel.protect('curriculum.work_kind');
select kernel.track('curriculum.work_kind', 'kind_id');

-- КТП: a teacher's plan of lessons for a subject and parallel.
create table curriculum.plan (
    org_id     bigint not null,
    plan_id    bigint generated always as identity,
    year_id    bigint not null,
    subject_id bigint not null,
    grade      smallint not null,
    teacher_id bigint not null,
    name       text not null,
    state      text not null default 'draft',
    version    integer not null default 1,
    created_at timestamptz not null default now(),
    constraint plan_pkey primary key (org_id, plan_id),
    constraint plan_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint plan_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint plan_teacher foreign key (org_id, teacher_id) references people.staff (org_id, person_id),
    constraint plan_state check (state in ('draft', 'approved'))
);
create index plan_by_teacher on curriculum.plan (org_id, teacher_id);
select kernel.protect('curriculum.plan');
select kernel.track('curriculum.plan', 'plan_id');
grant delete on curriculum.plan to zvonok_app;

create table curriculum.plan_item (
    org_id    bigint not null,
    plan_id   bigint not null,
    item_id   bigint generated always as identity,
    number    smallint not null,
    section   text not null default '',
    topic     text not null,
    homework  text not null default '',
    work_kind_id bigint,
    constraint plan_item_pkey primary key (org_id, item_id),
    constraint plan_item_plan foreign key (org_id, plan_id) references curriculum.plan (org_id, plan_id),
    constraint plan_item_kind foreign key (org_id, work_kind_id) references curriculum.work_kind (org_id, kind_id),
    -- A plan may be renumbered in one statement.
    constraint plan_item_number unique (org_id, plan_id, number) deferrable initially immediate
);
select kernel.protect('curriculum.plan_item');
grant delete on curriculum.plan_item to zvonok_app;

-- Which classes and groups follow which plan.
create table curriculum.plan_use (
    org_id   bigint not null,
    plan_id  bigint not null,
    load_id  bigint not null,
    constraint plan_use_pkey primary key (org_id, load_id),
    constraint plan_use_plan foreign key (org_id, plan_id) references curriculum.plan (org_id, plan_id),
    constraint plan_use_load foreign key (org_id, load_id) references curriculum.load (org_id, load_id)
);
select kernel.protect('curriculum.plan_use');
grant delete on curriculum.plan_use to zvonok_app;
