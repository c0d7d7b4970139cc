-- The attendance sheet of preschool groups (JRN-10; S2:1.4). New tables only.
create schema if not exists preschool;

-- What may stand in a cell of the sheet. An organisation without rows has the
-- usual codes; a code that was used keeps its sign.
create table preschool.code (
    org_id   bigint not null,
    sign     text not null,
    name     text not null,
    attended boolean not null,
    payable  boolean not null,
    position smallint not null,
    archived boolean not null default false,
    version  integer not null default 1,
    constraint code_pkey primary key (org_id, sign),
    constraint code_organisation foreign key (org_id) references org.organisation (org_id),
    constraint code_length check (length(sign) between 1 and 3 and length(name) between 1 and 60)
);
select kernel.protect('preschool.code');
select kernel.track('preschool.code', 'sign');

-- One child on one day. An empty sign was taken back.
create table preschool.attendance (
    org_id   bigint not null,
    pupil_id bigint not null,
    day      date not null,
    class_id bigint not null,
    sign     text not null,
    version  integer not null default 1,
    set_by   bigint not null,
    set_at   timestamptz not null,
    constraint attendance_pkey primary key (org_id, pupil_id, day),
    constraint attendance_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint attendance_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint attendance_sign check (length(sign) <= 3)
);
create index attendance_by_class on preschool.attendance (org_id, class_id, day);
select kernel.protect('preschool.attendance');
select kernel.track('preschool.attendance', 'pupil_id', 'day');

-- A month that was handed in is closed until the head opens it again.
create table preschool.month (
    org_id        bigint not null,
    class_id      bigint not null,
    month         date not null,
    handed_in_by  bigint not null,
    handed_in_at  timestamptz not null,
    reopened_by   bigint,
    reopened_at   timestamptz,
    reopen_reason text not null default '',
    constraint month_pkey primary key (org_id, class_id, month),
    constraint month_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint month_first check (extract(day from month) = 1),
    constraint month_reopened check ((reopened_at is null) = (reopened_by is null)
                                     and (reopened_at is null) = (reopen_reason = '') and length(reopen_reason) <= 500)
);
select kernel.protect('preschool.month');
select kernel.track('preschool.month', 'class_id', 'month');
