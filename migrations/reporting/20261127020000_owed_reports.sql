-- All reports that somebody owes, made at once (RPT-7): one PDF with the copies
-- that stand in it; letters to parents in the log of requests (S3:10.5). Older
-- code makes neither, and shows them under their codes.
alter table reporting.paper
    drop constraint paper_kind,
    add constraint paper_kind check (kind in ('cards', 'journal', 'owed'));
alter table reporting.report_run
    drop constraint report_run_output,
    add constraint report_run_output check (output in ('pdf', 'xlsx', 'csv', 'copy', 'mail'));

-- Which copies stand in a paper; whoever may see each of them sees the paper.
create table reporting.paper_run (
    org_id   bigint not null,
    paper_id bigint not null,
    run_id   bigint not null,
    constraint paper_run_pkey primary key (org_id, paper_id, run_id),
    constraint paper_run_paper foreign key (org_id, paper_id) references reporting.paper (org_id, paper_id),
    constraint paper_run_run foreign key (org_id, run_id) references reporting.frozen (org_id, run_id)
);
select kernel.protect('reporting.paper_run');
revoke update on reporting.paper_run from zvonok_app;
create trigger paper_run_kept before update or delete on reporting.paper_run
    for each row execute function kernel.refuse_change();
