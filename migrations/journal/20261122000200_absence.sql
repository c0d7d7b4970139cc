-- Why pupils were absent (JRN-4, S3:8.3): documents of the class teacher,
-- notices of parents, and the fact that a roll was called at all.

-- A parent says beforehand, or late, that the child does not come.
create table journal.absence_notice (
    org_id      bigint not null,
    notice_id   bigint generated always as identity,
    pupil_id    bigint not null,
    reason      text not null,
    first_on    date not null,
    last_on     date not null,
    text        text not null default '',
    -- Sent when the lessons had begun.
    late        boolean not null,
    state       text not null default 'sent',
    answer      text not null default '',
    answered_by bigint,
    answered_at timestamptz,
    sent_by     bigint not null,
    sent_at     timestamptz not null,
    constraint absence_notice_pkey primary key (org_id, notice_id),
    constraint absence_notice_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint absence_notice_reason check (reason in ('ill', 'excused')),
    constraint absence_notice_days check (first_on <= last_on and last_on - first_on <= 366),
    constraint absence_notice_text check (length(text) <= 500 and length(answer) <= 500),
    constraint absence_notice_state check (state in ('sent', 'accepted', 'refused'))
);
create index absence_notice_by_pupil on journal.absence_notice (org_id, pupil_id, first_on);
create index absence_notice_waiting on journal.absence_notice (org_id) where state = 'sent';
select kernel.protect('journal.absence_notice');
select kernel.track('journal.absence_notice', 'notice_id');

-- What a class teacher was given: it tells the reason of every absence in its
-- days that a teacher noted without one, also of those still to be noted.
create table journal.absence_document (
    org_id       bigint not null,
    document_id  bigint generated always as identity,
    pupil_id     bigint not null,
    reason       text not null,
    first_on     date not null,
    last_on      date not null,
    basis        text not null,
    received_on  date not null,
    note         text not null default '',
    -- Where it overlaps another document, the other one's reason stays.
    yields       boolean not null default false,
    notice_id    bigint,
    withdrawn_by bigint,
    withdrawn_at timestamptz,
    set_by       bigint not null,
    set_at       timestamptz not null,
    constraint absence_document_pkey primary key (org_id, document_id),
    constraint absence_document_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint absence_document_notice foreign key (org_id, notice_id)
        references journal.absence_notice (org_id, notice_id),
    constraint absence_document_reason check (reason in ('ill', 'excused', 'truant', 'exempt')),
    constraint absence_document_basis check (basis in ('certificate', 'statement', 'order')),
    constraint absence_document_days check (first_on <= last_on and last_on - first_on <= 366),
    constraint absence_document_note check (length(note) <= 500)
);
create index absence_document_by_pupil on journal.absence_document (org_id, pupil_id, first_on);
select kernel.protect('journal.absence_document');
select kernel.track('journal.absence_document', 'document_id');

-- The document that a code comes from; without it the code was typed.
alter table journal.attendance add column document_id bigint,
    add constraint attendance_document foreign key (org_id, document_id)
        references journal.absence_document (org_id, document_id);

-- Somebody looked who is there, and perhaps everybody was. A lesson with a
-- mark or an absence needs no such row.
create table journal.rolled (
    org_id    bigint not null,
    lesson_id bigint not null,
    rolled_by bigint not null,
    rolled_at timestamptz not null,
    constraint rolled_pkey primary key (org_id, lesson_id),
    constraint rolled_lesson foreign key (org_id, lesson_id) references schedule.lesson (org_id, lesson_id)
);
select kernel.protect('journal.rolled');
