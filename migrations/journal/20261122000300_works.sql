-- Several works a lesson (JRN-1). `client_key` is made by the page: the same
-- work asked for twice is one work. Until `due_on` a «•» is no debt yet (§2.3).
alter table journal.work
    add column client_key uuid,
    add column due_on date,
    add column set_at timestamptz not null default kernel.now();
create unique index work_by_client_key on journal.work (org_id, lesson_id, client_key) where client_key is not null;
