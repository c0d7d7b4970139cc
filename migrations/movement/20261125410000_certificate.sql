-- Certificates: asked for by families, issued under a number, checked by
-- anybody who holds the code (S3:9, MOV-3).

create table movement.certificate (
    org_id         bigint not null,
    certificate_id bigint generated always as identity,
    kind           text not null,
    state          text not null default 'asked',
    pupil_id       bigint not null,
    purpose        text not null default '',
    class_name     text not null default '',
    year           smallint,
    number         integer,
    -- 60 random bits: nobody guesses another one.
    code           text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 16),
    said           jsonb,
    asked_by       bigint not null,
    asked_at       timestamptz not null default kernel.now(),
    issued_by      bigint,
    issued_at      timestamptz,
    ended_by       bigint,
    ended_at       timestamptz,
    end_reason     text not null default '',
    version        integer not null default 1,
    constraint certificate_pkey primary key (org_id, certificate_id),
    constraint certificate_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint certificate_kind check (kind in ('study', 'period', 'transfer')),
    constraint certificate_state check (state in ('asked', 'issued', 'refused', 'withdrawn')),
    constraint certificate_numbered check ((state in ('issued', 'withdrawn')) = (number is not null)),
    constraint certificate_purpose check (length(purpose) <= 200)
);
comment on column movement.certificate.said is 'what the paper says, as it was on the day of issue';
create unique index certificate_number on movement.certificate (org_id, year, number);
create unique index certificate_code on movement.certificate (org_id, code);
create index certificate_by_pupil on movement.certificate (org_id, pupil_id);
select kernel.protect('movement.certificate');
select kernel.track('movement.certificate', 'certificate_id', '-code');
