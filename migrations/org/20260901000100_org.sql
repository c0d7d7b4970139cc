-- The tree of tenants (ORG-1), their cards (ORG-2), rooms (ORG-3) and settings (ORG-4).

-- Names and places of organisations are public information (S2:4.1), so the
-- tree is readable by every tenant; everything else about them is not.
create table org.organisation (
    org_id     bigint generated always as identity,
    parent_id  bigint,
    kind       text not null,
    code       text not null,
    name       text not null,
    full_name  text not null,
    zone       text not null default 'Europe/Moscow',
    closed_on  date,
    created_at timestamptz not null default now(),
    constraint organisation_pkey primary key (org_id),
    constraint organisation_parent foreign key (parent_id) references org.organisation (org_id),
    constraint organisation_code unique (code),
    constraint organisation_code_shape check (code ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
    constraint organisation_kind check (kind in
        ('region', 'ministry', 'municipality', 'school', 'private_school', 'preschool', 'additional'))
);
alter table org.organisation enable row level security;
alter table org.organisation force row level security;
create policy public_tree on org.organisation for select using (true);
create policy own_row on org.organisation for update to zvonok_app
    using (org_id = nullif(current_setting('zvonok.org', true), '')::bigint);
create policy opened_by_operator on org.organisation for insert to zvonok_worker with check (true);
grant usage on schema org to zvonok_app, zvonok_auth, zvonok_worker;
grant select on org.organisation to zvonok_app, zvonok_auth, zvonok_worker;
grant update (name, full_name, zone) on org.organisation to zvonok_app;
grant insert on org.organisation to zvonok_worker;
select kernel.track('org.organisation', 'org_id');

-- Every field of S2 annex 1, «Карточка образовательной организации».
create table org.card (
    org_id             bigint not null,
    org_type           text not null default '',
    legal_form         text not null default '',
    number             text not null default '',
    governing_body     text not null default '',
    locality_kind      text not null default 'urban',
    director           text not null default '',
    deputy_teaching    text not null default '',
    deputy_facilities  text not null default '',
    deputy_it          text not null default '',
    locality           text not null default '',
    legal_address      text not null default '',
    phones             text not null default '',
    email              text not null default '',
    website            text not null default '',
    inn                text not null default '',
    kpp                text not null default '',
    ogrn               text not null default '',
    okpo               text not null default '',
    okato              text not null default '',
    okogu              text not null default '',
    charter            text not null default '',
    licence_number     text not null default '',
    licence_on         date,
    accreditation      text not null default '',
    accreditation_until date,
    video_surveillance boolean not null default false,
    online_computers   integer not null default 0,
    content_filter     text not null default '',
    internet_mbit      numeric(8, 2),
    version            integer not null default 1,
    updated_at         timestamptz not null default now(),
    constraint card_pkey primary key (org_id),
    constraint card_organisation foreign key (org_id) references org.organisation (org_id),
    constraint card_locality_kind check (locality_kind in ('urban', 'rural')),
    constraint card_computers check (online_computers >= 0),
    constraint card_internet check (internet_mbit >= 0)
);
select kernel.protect('org.card');
select kernel.track('org.card', 'org_id');

create table org.room (
    org_id     bigint not null,
    room_id    bigint generated always as identity,
    building   text not null default '',
    number     text not null,
    name       text not null default '',
    floor      smallint,
    kind       text not null default 'class',
    seats      smallint not null default 30,
    area       numeric(6, 1),
    equipment  text not null default '',
    responsible text not null default '',
    closed_on  date,
    version    integer not null default 1,
    created_at timestamptz not null default now(),
    constraint room_pkey primary key (org_id, room_id),
    constraint room_organisation foreign key (org_id) references org.organisation (org_id),
    constraint room_number unique (org_id, building, number),
    constraint room_seats check (seats between 0 and 2000),
    constraint room_kind check (kind in
        ('class', 'gym', 'computer', 'laboratory', 'assembly', 'workshop', 'library', 'other'))
);
select kernel.protect('org.room');
select kernel.track('org.room', 'room_id');

create table org.setting (
    org_id     bigint not null,
    key        text not null,
    value      jsonb not null,
    version    integer not null default 1,
    updated_at timestamptz not null default now(),
    constraint setting_pkey primary key (org_id, key),
    constraint setting_organisation foreign key (org_id) references org.organisation (org_id)
);
select kernel.protect('org.setting');
select kernel.track('org.setting', 'key');
