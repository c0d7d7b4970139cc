-- Reports that were made (RPT-4, RPT-7; reports-and-rules.md §1.0.2): the log
-- of requests, frozen copies, papers of the archive. New tables only: older
-- code does not see them.
create schema if not exists reporting;

-- One request for a report that left the screen. The number stands in the
-- foot of what was printed.
create table reporting.report_run (
    org_id       bigint not null,
    run_id       bigint generated always as identity,
    kind         text not null,
    -- What was chosen, in canonical form: names in order, one value each.
    params       jsonb not null,
    -- Calendar year in which the academic year begins.
    year         smallint not null,
    -- Code of the period, empty for reports without one.
    period       text not null default '',
    class_id     bigint,
    class_name   text not null default '',
    teacher_id   bigint,
    teacher_name text not null default '',
    -- What left the screen.
    output       text not null,
    made_by      bigint not null,
    made_name    text not null,
    made_at      timestamptz not null default kernel.now(),
    -- The moment of the data.
    data_at      timestamptz not null,
    state        text not null default 'draft',
    constraint report_run_pkey primary key (org_id, run_id),
    constraint report_run_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint report_run_teacher foreign key (org_id, teacher_id) references people.person (org_id, person_id),
    constraint report_run_maker foreign key (org_id, made_by) references people.person (org_id, person_id),
    constraint report_run_state check (state in ('draft', 'final')),
    constraint report_run_output check (output in ('pdf', 'xlsx', 'csv', 'copy')),
    constraint report_run_length check (length(kind) between 1 and 40 and length(period) <= 40
        and length(class_name) <= 200 and length(teacher_name) <= 300 and length(made_name) <= 300)
);
create index report_run_by_day on reporting.report_run (org_id, made_at);
create index report_run_final on reporting.report_run (org_id, year, kind) where state = 'final';
select kernel.protect('reporting.report_run');
select kernel.track('reporting.report_run', 'run_id');

-- The report as it was shown, with its files. Written once.
create table reporting.frozen (
    org_id      bigint not null,
    run_id      bigint not null,
    -- Kind and parameters: copies of one place follow each other.
    place       text not null,
    edition     integer not null,
    -- The words and figures of the page.
    content     jsonb not null,
    -- Of the content in canonical form.
    sha256      bytea not null,
    -- How many notes said that something is missing.
    gaps        integer not null default 0,
    pdf_file    bigint not null,
    pdf_sha256  bytea not null,
    xlsx_file   bigint not null,
    xlsx_sha256 bytea not null,
    frozen_at   timestamptz not null default kernel.now(),
    constraint frozen_pkey primary key (org_id, run_id),
    constraint frozen_run foreign key (org_id, run_id) references reporting.report_run (org_id, run_id),
    constraint frozen_edition unique (org_id, place, edition),
    constraint frozen_pdf foreign key (org_id, pdf_file) references kernel.file (org_id, file_id),
    constraint frozen_xlsx foreign key (org_id, xlsx_file) references kernel.file (org_id, file_id),
    constraint frozen_hashes check (length(sha256) = 32 and length(pdf_sha256) = 32 and length(xlsx_sha256) = 32)
);
select kernel.protect('reporting.frozen');
revoke update on reporting.frozen from zvonok_app;

-- A file of the archive: the journal of a class, all report cards of the school.
create table reporting.paper (
    org_id     bigint not null,
    paper_id   bigint generated always as identity,
    kind       text not null,
    class_id   bigint,
    class_name text not null default '',
    year       smallint not null,
    period     text not null default '',
    -- How many pupils or subjects stand in it.
    parts      integer not null,
    file_id    bigint not null,
    size       bigint not null,
    sha256     bytea not null,
    made_by    bigint not null,
    made_name  text not null,
    made_at    timestamptz not null default kernel.now(),
    constraint paper_pkey primary key (org_id, paper_id),
    constraint paper_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint paper_maker foreign key (org_id, made_by) references people.person (org_id, person_id),
    constraint paper_file foreign key (org_id, file_id) references kernel.file (org_id, file_id),
    constraint paper_kind check (kind in ('cards', 'journal')),
    constraint paper_hash check (length(sha256) = 32)
);
create index paper_by_class on reporting.paper (org_id, class_id);
select kernel.protect('reporting.paper');
revoke update on reporting.paper from zvonok_app;

-- What is final stays as it is, whoever asks; what was printed stays in the log.
create trigger report_run_kept before update on reporting.report_run
    for each row when (old.state = 'final') execute function kernel.refuse_change();
create trigger report_run_stays before delete on reporting.report_run
    for each row execute function kernel.refuse_change();
create trigger frozen_kept before update or delete on reporting.frozen
    for each row execute function kernel.refuse_change();
create trigger paper_kept before update or delete on reporting.paper
    for each row execute function kernel.refuse_change();
