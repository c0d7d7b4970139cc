-- Who started a run, for those who may see the runs of others; the account
-- tells it too, but its name is kept by a domain above.
alter table kernel.job_run add column by_name text not null default '';
comment on column kernel.job_run.by_name is '«Иванова О. П.», as the person was called at that time';
create index job_run_of_account on kernel.job_run (org_id, started_by, run_id);
