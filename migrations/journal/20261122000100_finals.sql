-- Final marks, signed periods and requests to correct what was signed
-- (JRN-3, JRN-7; S3:8.5–8.6). New tables only: older code does not see them.

-- The mark of a pupil in a subject for a quarter, trimester or half-year, for
-- the year, an exam, or as the result of both. It belongs to the pupil: who
-- moves to another class takes it along; class and grade tell where it was set.
-- Periods are named by kind and number, as people name them, so that moving
-- the days of a quarter leaves its marks alone.
create table journal.final_mark (
    org_id     bigint not null,
    pupil_id   bigint not null,
    subject_id bigint not null,
    year_id    bigint not null,
    kind       text not null,
    number     smallint not null default 0,
    class_id   bigint not null,
    grade      smallint not null,
    value      text not null,
    reason     text not null default '',
    version    integer not null default 1,
    set_by     bigint not null,
    set_at     timestamptz not null,
    constraint final_mark_pkey primary key (org_id, pupil_id, subject_id, year_id, kind, number),
    constraint final_mark_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint final_mark_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint final_mark_year foreign key (org_id, year_id) references curriculum.year (org_id, year_id),
    constraint final_mark_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint final_mark_kind check (kind in ('quarter', 'trimester', 'half', 'year', 'exam', 'final')),
    constraint final_mark_number check ((kind in ('year', 'exam', 'final')) = (number = 0) and number between 0 and 12),
    constraint final_mark_length check (length(value) <= 8),
    constraint final_mark_reason check (reason = '' or value = 'н/а' and reason in ('excused', 'truancy'))
);
comment on column journal.final_mark.value is 'as text: 2…5 or another scale, зач, незач, осв, н/а; empty when it was taken back';
select kernel.protect('journal.final_mark');
select kernel.track('journal.final_mark', 'pupil_id', 'subject_id', 'year_id', 'kind', 'number');

-- Who signed the marks of a class in a subject for a period. From then on its
-- marks, the current ones too, are changed by an approved correction only.
-- A signature that was taken back keeps its row.
create table journal.signed_period (
    org_id        bigint not null,
    class_id      bigint not null,
    subject_id    bigint not null,
    kind          text not null,
    number        smallint not null default 0,
    signed_by     bigint not null,
    signed_at     timestamptz not null,
    reopened_by   bigint,
    reopened_at   timestamptz,
    reopen_reason text not null default '',
    constraint signed_period_pkey primary key (org_id, class_id, subject_id, kind, number),
    constraint signed_period_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint signed_period_subject foreign key (org_id, subject_id)
        references curriculum.subject (org_id, subject_id),
    constraint signed_period_kind check (kind in ('quarter', 'trimester', 'half', 'year', 'final')),
    constraint signed_period_reopened check ((reopened_at is null) = (reopened_by is null))
);
select kernel.protect('journal.signed_period');
select kernel.track('journal.signed_period', 'class_id', 'subject_id', 'kind', 'number');

-- A request to change one mark of a signed period: either the mark of a
-- lesson (lesson and work) or a final mark (year, kind, number). The approval
-- opens that one cell until `open_until`.
create table journal.correction (
    org_id        bigint not null,
    correction_id bigint generated always as identity,
    class_id      bigint not null,
    subject_id    bigint not null,
    pupil_id      bigint not null,
    lesson_id     bigint,
    work_id       bigint,
    year_id       bigint,
    kind          text,
    number        smallint,
    old_value     text not null,
    wanted        text not null,
    reason        text not null,
    state         text not null default 'asked',
    asked_by      bigint not null,
    asked_at      timestamptz not null,
    decided_by    bigint,
    decided_at    timestamptz,
    answer        text not null default '',
    open_until    timestamptz,
    used_at       timestamptz,
    version       integer not null default 1,
    constraint correction_pkey primary key (org_id, correction_id),
    constraint correction_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint correction_subject foreign key (org_id, subject_id) references curriculum.subject (org_id, subject_id),
    constraint correction_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint correction_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id),
    constraint correction_work foreign key (org_id, work_id) references journal.work (org_id, work_id),
    constraint correction_of_one check ((lesson_id is null) = (kind is not null and year_id is not null and number is not null)
                                        and (work_id is null or lesson_id is not null)),
    constraint correction_state check (state in ('asked', 'approved', 'refused', 'used')),
    constraint correction_length check (length(wanted) <= 16 and length(old_value) <= 16
                                        and length(reason) between 1 and 1000 and length(answer) <= 1000),
    constraint correction_decided check ((state = 'asked') = (decided_at is null))
);
-- One cell waits for one answer.
create unique index correction_once on journal.correction
    (org_id, pupil_id, subject_id, lesson_id, work_id, year_id, kind, number) nulls not distinct
    where state = 'asked';
create index correction_by_class on journal.correction (org_id, class_id, subject_id);
create index correction_by_state on journal.correction (org_id, state, asked_at);
select kernel.protect('journal.correction');
select kernel.track('journal.correction', 'correction_id');
