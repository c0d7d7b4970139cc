-- What deadlines look for among the marks and absences of a whole school.
-- Older code reads nothing of it.

create index attendance_without_reason on journal.attendance (org_id, lesson_id, pupil_id) where code = 'ОТ';
create index final_mark_by_slot on journal.final_mark (org_id, year_id, kind, number);

-- A deputy head looked through the journals of a month (S3:8.8). What was
-- noticed then is a remark or a reminder; this says that somebody looked.
create table journal.control_look (
    org_id    bigint not null,
    month     date not null,
    looked_by bigint not null,
    looked_at timestamptz not null,
    constraint control_look_pkey primary key (org_id, month),
    constraint control_look_month check (extract(day from month) = 1)
);
select kernel.protect('journal.control_look');
select kernel.track('journal.control_look', 'month');
