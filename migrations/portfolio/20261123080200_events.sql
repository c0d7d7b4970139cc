-- Events of the school (PPL-8): who took part, with which result; a result
-- becomes an entry of the portfolio. New tables only.
create table portfolio.event (
    org_id         bigint not null,
    event_id       bigint generated always as identity,
    name           text not null,
    kind           text not null,
    level          text not null default '',
    starts_on      date not null,
    ends_on        date not null,
    place          text not null default '',
    responsible_id bigint,
    note           text not null default '',
    version        integer not null default 1,
    constraint event_pkey primary key (org_id, event_id),
    constraint event_responsible foreign key (org_id, responsible_id) references people.staff (org_id, person_id),
    constraint event_days check (starts_on <= ends_on),
    constraint event_length check (length(name) between 1 and 200 and length(place) <= 200 and length(note) <= 4000)
);
create index event_by_day on portfolio.event (org_id, starts_on);
select kernel.protect('portfolio.event');
select kernel.track('portfolio.event', 'event_id');

create table portfolio.event_participant (
    org_id   bigint not null,
    event_id bigint not null,
    pupil_id bigint not null,
    prize    text not null default '',
    -- The entry that came of it.
    entry_id bigint,
    constraint event_participant_pkey primary key (org_id, event_id, pupil_id),
    constraint event_participant_event foreign key (org_id, event_id) references portfolio.event (org_id, event_id),
    constraint event_participant_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint event_participant_entry foreign key (org_id, entry_id) references portfolio.entry (org_id, entry_id)
);
create index event_participant_by_pupil on portfolio.event_participant (org_id, pupil_id);
select kernel.protect('portfolio.event_participant');
select kernel.track('portfolio.event_participant', 'event_id', 'pupil_id');
grant delete on portfolio.event_participant to zvonok_app;
