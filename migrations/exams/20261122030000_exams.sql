-- Exams and tests with their results (JRN-9): ВПР, ОГЭ, ЕГЭ, ГВЭ,
-- administrative tests. New tables only: older code does not see them.
create schema if not exists exams;

-- What primary scores of a subject mean in a year. The thresholds change from
-- year to year, so they are data that the school enters.
create table exams.scale (
    org_id      bigint not null,
    scale_id    bigint generated always as identity,
    year_id     bigint not null,
    kind        text not null,
    subject_id  bigint not null,
    name        text not null,
    max_primary smallint not null,
    -- The least primary score that passes.
    pass_primary smallint,
    -- [{"from": 15, "mark": 4}]: from that primary score on; without nulls.
    steps       jsonb not null default '[]',
    version     integer not null default 1,
    created_at  timestamptz not null default now(),
    constraint scale_pkey primary key (org_id, scale_id),
    constraint scale_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint scale_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint scale_name unique (org_id, year_id, kind, subject_id, name),
    constraint scale_kind check (kind in ('vpr', 'oge', 'ege', 'gve', 'admin')),
    constraint scale_scores check (max_primary between 1 and 999 and pass_primary between 0 and max_primary),
    constraint scale_length check (length(name) between 1 and 100)
);
select kernel.protect('exams.scale');
select kernel.track('exams.scale', 'scale_id');

create table exams.exam (
    org_id      bigint not null,
    exam_id     bigint generated always as identity,
    year_id     bigint not null,
    kind        text not null,
    stage       text not null default 'main',
    subject_id  bigint not null,
    grade       smallint not null,
    held_on     date not null,
    title       text not null default '',
    form        text not null default '',
    place       text not null default '',
    elective    boolean not null default false,
    max_primary smallint not null,
    scale_id    bigint,
    removed_at  timestamptz,
    version     integer not null default 1,
    created_at  timestamptz not null default now(),
    constraint exam_pkey primary key (org_id, exam_id),
    constraint exam_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint exam_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint exam_scale foreign key (org_id, scale_id) references exams.scale (org_id, scale_id),
    constraint exam_kind check (kind in ('vpr', 'oge', 'ege', 'gve', 'admin')),
    constraint exam_stage check (stage in ('main', 'reserve', 'retake')),
    constraint exam_grade check (grade between 1 and 12),
    constraint exam_score check (max_primary between 1 and 999),
    constraint exam_length check (length(title) <= 200 and length(form) <= 100 and length(place) <= 200)
);
create index exam_by_year on exams.exam (org_id, year_id, held_on);
select kernel.protect('exams.exam');
select kernel.track('exams.exam', 'exam_id');

-- Which classes write it; a class leaves while it has no results.
create table exams.exam_class (
    org_id   bigint not null,
    exam_id  bigint not null,
    class_id bigint not null,
    constraint exam_class_pkey primary key (org_id, exam_id, class_id),
    constraint exam_class_exam foreign key (org_id, exam_id) references exams.exam (org_id, exam_id),
    constraint exam_class_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id)
);
create index exam_class_by_class on exams.exam_class (org_id, class_id);
select kernel.protect('exams.exam_class');
select kernel.track('exams.exam_class', 'exam_id', 'class_id');
grant delete on exams.exam_class to zvonok_app;

-- What a pupil reached. A result that was taken back has the turnout ''.
-- Test score and mark follow from the scale of the exam; they stand here only
-- where it has none and they were typed.
create table exams.result (
    org_id     bigint not null,
    exam_id    bigint not null,
    pupil_id   bigint not null,
    class_id   bigint not null,
    turnout    text not null,
    variant    text not null default '',
    primary_score smallint,
    test_score smallint,
    mark       smallint,
    version    integer not null default 1,
    set_by     bigint not null,
    set_at     timestamptz not null,
    constraint result_pkey primary key (org_id, exam_id, pupil_id),
    constraint result_of_class foreign key (org_id, exam_id, class_id)
        references exams.exam_class (org_id, exam_id, class_id),
    constraint result_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint result_turnout check (turnout in ('', 'present', 'absent', 'ill', 'excused', 'truant', 'out')),
    constraint result_of_present check (turnout = 'present'
        or primary_score is null and test_score is null and mark is null),
    constraint result_scores check (primary_score between 0 and 999 and test_score between 0 and 100
        and mark between 2 and 5),
    constraint result_variant check (length(variant) <= 20)
);
create index result_by_pupil on exams.result (org_id, pupil_id);
select kernel.protect('exams.result');
select kernel.track('exams.result', 'exam_id', 'pupil_id');

-- An appeal keeps both scores, so that nothing is lost when one is granted.
create table exams.appeal (
    org_id         bigint not null,
    appeal_id      bigint generated always as identity,
    exam_id        bigint not null,
    pupil_id       bigint not null,
    about          text not null,
    filed_on       date not null,
    state          text not null default 'filed',
    decided_on     date,
    primary_before smallint,
    primary_after  smallint,
    note           text not null default '',
    version        integer not null default 1,
    constraint appeal_pkey primary key (org_id, appeal_id),
    constraint appeal_result foreign key (org_id, exam_id, pupil_id)
        references exams.result (org_id, exam_id, pupil_id),
    constraint appeal_about check (about in ('score', 'procedure')),
    constraint appeal_state check (state in ('filed', 'granted', 'refused')),
    constraint appeal_decided check ((state = 'filed') = (decided_on is null) and filed_on <= coalesce(decided_on, filed_on)),
    constraint appeal_note check (length(note) <= 500)
);
create index appeal_by_result on exams.appeal (org_id, exam_id, pupil_id);
select kernel.protect('exams.appeal');
select kernel.track('exams.appeal', 'appeal_id');
