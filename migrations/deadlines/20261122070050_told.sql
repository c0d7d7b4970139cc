-- Reminders become letters (DLN-4): one a day to each person.

alter table deadlines.reminder add column told_on date;
comment on column deadlines.reminder.told_on is
    'the day of the letter that told it, or on which there was nothing to tell any more; null while it waits';
create index reminder_untold on deadlines.reminder (org_id) where told_on is null;
select kernel.admit('deadlines.reminder', 'zvonok_worker', 'select');
