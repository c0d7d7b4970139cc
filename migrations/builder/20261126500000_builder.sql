-- Saved reports of the builder, when they are sent, and requests for one
-- (RPT-2; S3:10.6). New tables only: older code does not see them.
create schema if not exists builder;

-- What somebody built. The definition names a source and its fields; which of
-- them a reader sees, the reader's own rights tell whenever it is opened.
create table builder.report (
    org_id     bigint not null,
    report_id  bigint generated always as identity,
    owner_id   bigint not null,
    account_id bigint not null,
    title      text not null,
    definition jsonb not null,
    -- Codes of the roles that may open it.
    shared     text[] not null default '{}',
    version    integer not null default 1,
    created_at timestamptz not null default kernel.now(),
    changed_at timestamptz not null default kernel.now(),
    constraint report_pkey primary key (org_id, report_id),
    constraint report_organisation foreign key (org_id) references org.organisation (org_id),
    constraint report_owner foreign key (org_id, owner_id) references people.person (org_id, person_id),
    constraint report_title check (length(title) between 1 and 200)
);
create index report_by_owner on builder.report (org_id, owner_id);
select kernel.protect('builder.report');
select kernel.track('builder.report', 'report_id');
grant delete on builder.report to zvonok_app;

-- When its owner is told to look at it. A stopped one says why.
create table builder.schedule (
    org_id     bigint not null,
    report_id  bigint not null,
    every      text not null,
    -- The day of the week from 1, or of the month; the last one where it has fewer.
    day        smallint not null default 1,
    hour       smallint not null,
    next_at    timestamptz not null,
    sent_at    timestamptz,
    stopped    text,
    constraint schedule_pkey primary key (org_id, report_id),
    constraint schedule_report foreign key (org_id, report_id)
        references builder.report (org_id, report_id) on delete cascade,
    constraint schedule_every check (every in ('day', 'week', 'month')),
    constraint schedule_day check (day between 1 and 31),
    constraint schedule_hour check (hour between 0 and 23),
    constraint schedule_stopped check (stopped in ('rights', 'gone', 'broken'))
);
create index schedule_due on builder.schedule (org_id, next_at) where stopped is null;
select kernel.protect('builder.schedule');
select kernel.track('builder.schedule', 'report_id');
grant delete on builder.schedule to zvonok_app;

-- What the head asks for, and until when (R-10.6).
create table builder.request (
    org_id     bigint not null,
    request_id bigint generated always as identity,
    asked_by   bigint not null,
    asked_at   timestamptz not null default kernel.now(),
    text       text not null,
    due_on     date not null,
    closed_by  bigint,
    closed_at  timestamptz,
    answer     text not null default '',
    report_id  bigint,
    constraint request_pkey primary key (org_id, request_id),
    constraint request_organisation foreign key (org_id) references org.organisation (org_id),
    constraint request_asker foreign key (org_id, asked_by) references people.person (org_id, person_id),
    constraint request_closer foreign key (org_id, closed_by) references people.person (org_id, person_id),
    constraint request_report foreign key (org_id, report_id)
        references builder.report (org_id, report_id) on delete set null (report_id),
    constraint request_text check (length(text) between 1 and 1000 and length(answer) <= 1000),
    constraint request_closed check ((closed_at is null) = (closed_by is null))
);
create index request_open on builder.request (org_id, due_on) where closed_at is null;
create index request_by_report on builder.request (org_id, report_id);
select kernel.protect('builder.request');
select kernel.track('builder.request', 'request_id');
