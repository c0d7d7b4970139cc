-- A subject without marks, such as ОРКСЭ: lessons and attendance as everywhere,
-- but no final marks are due and reports leave it out (RPT-1, §1.0.1).
alter table curriculum.subject add column without_marks boolean not null default false;
