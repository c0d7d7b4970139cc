-- What a card has many of (S1:4, PPL-1, PPL-2): places of work, education,
-- courses, awards of the staff; former schools, achievements and references
-- of pupils. One table: all of them are a thing with a time, a place and a paper.
create table people.record (
    org_id     bigint not null,
    record_id  bigint generated always as identity,
    person_id  bigint not null,
    kind       text not null,
    since      date,
    until      date,
    title      text not null,
    place      text not null default '',
    detail     text not null default '',
    hours      smallint,
    document   text not null default '',
    removed_at timestamptz,
    version    integer not null default 1,
    created_at timestamptz not null default kernel.now(),
    constraint record_pkey primary key (org_id, record_id),
    constraint record_person foreign key (org_id, person_id) references people.person (org_id, person_id),
    constraint record_kind check (kind in
        ('work', 'education', 'course', 'award', 'study', 'achievement', 'review')),
    constraint record_title check (length(title) between 1 and 500),
    constraint record_ends_after_it_begins check (until is null or since is null or since <= until),
    constraint record_hours check (hours between 1 and 9999)
);
create index record_of_person on people.record (org_id, person_id);
select kernel.protect('people.record');
select kernel.track('people.record', 'record_id');
