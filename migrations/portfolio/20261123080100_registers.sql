-- Registers of «Электронная школа» (S1:4; PPL-10, PPL-12, ORG-3): clubs,
-- meetings of parents, methodical associations, equipment, attestation. New
-- tables only: older code does not see them.

create table portfolio.club (
    org_id     bigint not null,
    club_id    bigint generated always as identity,
    name       text not null,
    direction  text not null,
    leader_id  bigint,
    schedule   text not null default '',
    place      text not null default '',
    seats      smallint,
    paid       boolean not null default false,
    note       text not null default '',
    closed     boolean not null default false,
    version    integer not null default 1,
    constraint club_pkey primary key (org_id, club_id),
    constraint club_leader foreign key (org_id, leader_id) references people.staff (org_id, person_id),
    constraint club_seats check (seats between 1 and 999),
    constraint club_length check (length(name) between 1 and 200 and length(schedule) <= 300
        and length(place) <= 200 and length(note) <= 1000)
);
select kernel.protect('portfolio.club');
select kernel.track('portfolio.club', 'club_id');

create table portfolio.club_member (
    org_id   bigint not null,
    club_id  bigint not null,
    pupil_id bigint not null,
    since    date not null,
    until    date,
    constraint club_member_pkey primary key (org_id, club_id, pupil_id, since),
    constraint club_member_club foreign key (org_id, club_id) references portfolio.club (org_id, club_id),
    constraint club_member_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint club_member_days check (until >= since)
);
create unique index club_member_now on portfolio.club_member (org_id, club_id, pupil_id) where until is null;
create index club_member_by_pupil on portfolio.club_member (org_id, pupil_id);
select kernel.protect('portfolio.club_member');
select kernel.track('portfolio.club_member', 'club_id', 'pupil_id', 'since');

-- A day of a club and who came.
create table portfolio.club_day (
    org_id  bigint not null,
    club_id bigint not null,
    held_on date not null,
    topic   text not null default '',
    constraint club_day_pkey primary key (org_id, club_id, held_on),
    constraint club_day_club foreign key (org_id, club_id) references portfolio.club (org_id, club_id),
    constraint club_day_length check (length(topic) <= 300)
);
select kernel.protect('portfolio.club_day');
select kernel.track('portfolio.club_day', 'club_id', 'held_on');

create table portfolio.club_visit (
    org_id   bigint not null,
    club_id  bigint not null,
    held_on  date not null,
    pupil_id bigint not null,
    came     boolean not null,
    constraint club_visit_pkey primary key (org_id, club_id, held_on, pupil_id),
    constraint club_visit_day foreign key (org_id, club_id, held_on)
        references portfolio.club_day (org_id, club_id, held_on),
    constraint club_visit_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id)
);
select kernel.protect('portfolio.club_visit');
select kernel.track('portfolio.club_visit', 'club_id', 'held_on', 'pupil_id');

-- Родительское собрание of a class, or of the school where class_id is null.
create table portfolio.meeting (
    org_id     bigint not null,
    meeting_id bigint generated always as identity,
    class_id   bigint,
    held_on    date not null,
    starts_at  text not null default '',
    place      text not null default '',
    topic      text not null,
    agenda     text not null default '',
    -- Протокол.
    number     text not null default '',
    minutes    text not null default '',
    decision   text not null default '',
    version    integer not null default 1,
    constraint meeting_pkey primary key (org_id, meeting_id),
    constraint meeting_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint meeting_length check (length(topic) between 1 and 300 and length(starts_at) <= 20
        and length(place) <= 200 and length(agenda) <= 4000 and length(number) <= 40
        and length(minutes) <= 20000 and length(decision) <= 4000)
);
create index meeting_by_day on portfolio.meeting (org_id, held_on);
select kernel.protect('portfolio.meeting');
select kernel.track('portfolio.meeting', 'meeting_id');

-- Whether somebody of the pupil's family came.
create table portfolio.meeting_visit (
    org_id     bigint not null,
    meeting_id bigint not null,
    pupil_id   bigint not null,
    came       boolean not null,
    constraint meeting_visit_pkey primary key (org_id, meeting_id, pupil_id),
    constraint meeting_visit_meeting foreign key (org_id, meeting_id)
        references portfolio.meeting (org_id, meeting_id),
    constraint meeting_visit_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id)
);
select kernel.protect('portfolio.meeting_visit');
select kernel.track('portfolio.meeting_visit', 'meeting_id', 'pupil_id');

-- Методическое объединение.
create table portfolio.association (
    org_id         bigint not null,
    association_id bigint generated always as identity,
    name           text not null,
    head_id        bigint,
    note           text not null default '',
    version        integer not null default 1,
    constraint association_pkey primary key (org_id, association_id),
    constraint association_head foreign key (org_id, head_id) references people.staff (org_id, person_id),
    constraint association_length check (length(name) between 1 and 200 and length(note) <= 2000)
);
select kernel.protect('portfolio.association');
select kernel.track('portfolio.association', 'association_id');

create table portfolio.association_member (
    org_id         bigint not null,
    association_id bigint not null,
    person_id      bigint not null,
    constraint association_member_pkey primary key (org_id, association_id, person_id),
    constraint association_member_association foreign key (org_id, association_id)
        references portfolio.association (org_id, association_id),
    constraint association_member_person foreign key (org_id, person_id) references people.staff (org_id, person_id)
);
select kernel.protect('portfolio.association_member');
select kernel.track('portfolio.association_member', 'association_id', 'person_id');
grant delete on portfolio.association_member to zvonok_app;

-- A point of the plan of work, minutes of a sitting, a report.
create table portfolio.association_item (
    org_id         bigint not null,
    item_id        bigint generated always as identity,
    association_id bigint not null,
    kind           text not null,
    held_on        date not null,
    number         text not null default '',
    title          text not null,
    body           text not null default '',
    done           boolean not null default false,
    version        integer not null default 1,
    constraint association_item_pkey primary key (org_id, item_id),
    constraint association_item_association foreign key (org_id, association_id)
        references portfolio.association (org_id, association_id),
    constraint association_item_kind check (kind in ('plan', 'minutes', 'report')),
    constraint association_item_length check (length(number) <= 40 and length(title) between 1 and 300
        and length(body) <= 20000)
);
create index association_item_of on portfolio.association_item (org_id, association_id, held_on);
select kernel.protect('portfolio.association_item');
select kernel.track('portfolio.association_item', 'item_id');

-- Материальная база.
create table portfolio.equipment (
    org_id         bigint not null,
    equipment_id   bigint generated always as identity,
    name           text not null,
    kind           text not null,
    number         text not null default '',
    quantity       integer not null default 1,
    room_id        bigint,
    bought_on      date,
    state          text not null default 'good',
    responsible_id bigint,
    note           text not null default '',
    version        integer not null default 1,
    constraint equipment_pkey primary key (org_id, equipment_id),
    constraint equipment_room foreign key (org_id, room_id) references org.room (org_id, room_id),
    constraint equipment_responsible foreign key (org_id, responsible_id)
        references people.staff (org_id, person_id),
    constraint equipment_quantity check (quantity between 1 and 100000),
    constraint equipment_length check (length(name) between 1 and 200 and length(number) <= 60 and length(note) <= 1000)
);
-- An inventory number is of one thing.
create unique index equipment_number on portfolio.equipment (org_id, number) where number <> '';
select kernel.protect('portfolio.equipment');
select kernel.track('portfolio.equipment', 'equipment_id');

-- Аттестация: what was decided, and the next that is planned.
create table portfolio.attestation (
    org_id       bigint not null,
    person_id    bigint not null,
    category     text not null default '',
    decided_on   date,
    order_number text not null default '',
    -- The next one; where it is not said, five years after the last.
    due_on       date,
    wanted       text not null default '',
    planned_on   date,
    note         text not null default '',
    version      integer not null default 1,
    constraint attestation_pkey primary key (org_id, person_id),
    constraint attestation_person foreign key (org_id, person_id) references people.staff (org_id, person_id),
    constraint attestation_length check (length(order_number) <= 100 and length(note) <= 1000)
);
select kernel.protect('portfolio.attestation');
select kernel.track('portfolio.attestation', 'person_id');
