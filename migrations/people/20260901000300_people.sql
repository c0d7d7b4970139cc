-- Cards of staff, pupils and parents, kinship, consents (PPL-1…4, PPL-11).

-- What every card has. Names are kept apart and sorted by the Russian collation.
create table people.person (
    org_id      bigint not null,
    person_id   bigint generated always as identity,
    last_name   text collate "ru-x-icu" not null,
    first_name  text collate "ru-x-icu" not null,
    middle_name text collate "ru-x-icu",
    gender      text,
    born_on     date,
    search_key  text not null,
    phone       text not null default '',
    mobile      text not null default '',
    email       text not null default '',
    lives_at    text not null default '',
    registered_at text not null default '',
    version     integer not null default 1,
    created_at  timestamptz not null default kernel.now(),
    updated_at  timestamptz not null default kernel.now(),
    constraint person_pkey primary key (org_id, person_id),
    constraint person_organisation foreign key (org_id) references org.organisation (org_id),
    constraint person_gender check (gender in ('male', 'female')),
    constraint person_name check (length(last_name) between 1 and 100 and length(first_name) between 1 and 100)
);
create index person_by_name on people.person (org_id, last_name, first_name, middle_name);
create index person_by_birth on people.person (org_id, born_on);
select kernel.protect('people.person');
select kernel.track('people.person', 'person_id');

create table people.staff (
    org_id         bigint not null,
    person_id      bigint not null,
    post           text not null,
    extra_post     text not null default '',
    hired_on       date,
    hire_order     text not null default '',
    category       text not null default '',
    education      text not null default '',
    institution    text not null default '',
    diploma_number text not null default '',
    diploma_on     date,
    speciality     text not null default '',
    courses        text not null default '',
    awards         text not null default '',
    subjects       text not null default '',
    activity       text not null default '',
    experience_since date,
    family_status  text not null default '',
    dismissed_on   date,
    dismissal_reason text not null default '',
    version        integer not null default 1,
    constraint staff_pkey primary key (org_id, person_id),
    constraint staff_person foreign key (org_id, person_id) references people.person (org_id, person_id),
    constraint staff_leaves_after_coming check (dismissed_on is null or hired_on is null or dismissed_on >= hired_on)
);
select kernel.protect('people.staff');
select kernel.track('people.staff', 'person_id');

-- Class, enrolment and leaving are not here: they follow from the orders (`movement`).
create table people.pupil (
    org_id           bigint not null,
    person_id        bigint not null,
    file_number      text not null default '',
    shift            smallint not null default 1,
    foreign_language text not null default '',
    family           text not null default '',
    has_computer     boolean,
    version          integer not null default 1,
    constraint pupil_pkey primary key (org_id, person_id),
    constraint pupil_person foreign key (org_id, person_id) references people.person (org_id, person_id)
);
create unique index pupil_file_number on people.pupil (org_id, file_number) where file_number <> '';
select kernel.protect('people.pupil');
select kernel.track('people.pupil', 'person_id');

create table people.parent (
    org_id     bigint not null,
    person_id  bigint not null,
    education  text not null default '',
    workplace  text not null default '',
    job        text not null default '',
    work_phone text not null default '',
    version    integer not null default 1,
    constraint parent_pkey primary key (org_id, person_id),
    constraint parent_person foreign key (org_id, person_id) references people.person (org_id, person_id)
);
select kernel.protect('people.parent');
select kernel.track('people.parent', 'person_id');

create table people.kinship (
    org_id     bigint not null,
    kinship_id bigint generated always as identity,
    parent_id  bigint not null,
    pupil_id   bigint not null,
    kind       text not null,
    since      date,
    until      date,
    created_at timestamptz not null default kernel.now(),
    constraint kinship_pkey primary key (org_id, kinship_id),
    constraint kinship_parent foreign key (org_id, parent_id) references people.parent (org_id, person_id),
    constraint kinship_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint kinship_kind check (kind in ('mother', 'father', 'guardian', 'other'))
);
create unique index kinship_in_force on people.kinship (org_id, parent_id, pupil_id) where until is null;
create index kinship_by_pupil on people.kinship (org_id, pupil_id);
select kernel.protect('people.kinship');
select kernel.track('people.kinship', 'kinship_id');

-- Who consented to what, for whom (S2:5.4, PPL-4).
create table people.consent (
    org_id       bigint not null,
    consent_id   bigint generated always as identity,
    subject_id   bigint not null,
    given_by     bigint,
    kind         text not null,
    document     text not null default '',
    signed_on    date not null,
    withdrawn_on date,
    version      integer not null default 1,
    created_at   timestamptz not null default kernel.now(),
    constraint consent_pkey primary key (org_id, consent_id),
    constraint consent_subject foreign key (org_id, subject_id) references people.person (org_id, person_id),
    constraint consent_giver foreign key (org_id, given_by) references people.person (org_id, person_id),
    constraint consent_kind check (kind in ('processing', 'special', 'photo', 'notices', 'transfer')),
    constraint consent_withdrawn_later check (withdrawn_on is null or withdrawn_on >= signed_on)
);
create unique index consent_in_force on people.consent (org_id, subject_id, kind) where withdrawn_on is null;
select kernel.protect('people.consent');
select kernel.track('people.consent', 'consent_id');

-- Restricted fields: stored only on the ground of a consent in force or of a
-- named law (S2:5.4). Withdrawal deletes them.
create table people.restricted_field (
    org_id     bigint not null,
    person_id  bigint not null,
    field      text not null,
    value      text not null,
    consent_id bigint,
    law        text,
    updated_at timestamptz not null default kernel.now(),
    constraint restricted_field_pkey primary key (org_id, person_id, field),
    constraint restricted_field_person foreign key (org_id, person_id) references people.person (org_id, person_id),
    constraint restricted_field_consent foreign key (org_id, consent_id) references people.consent (org_id, consent_id),
    constraint restricted_field_ground check (consent_id is not null or law is not null),
    constraint restricted_field_known check (field in
        ('passport', 'passport_issued_on', 'passport_issued_by',
         'birth_certificate', 'birth_certificate_issued_on', 'birth_certificate_issued_by',
         'snils', 'inn', 'medical_policy', 'medical_insurer', 'health_group',
         'pe_group', 'diseases', 'social_status', 'deviant_behaviour'))
);
create index restricted_field_by_consent on people.restricted_field (org_id, consent_id);
create index restricted_field_by_number on people.restricted_field (org_id, value) where field = 'snils';
select kernel.protect('people.restricted_field');
-- That it changed is kept, what it was is not: a withdrawn consent takes the values with it.
select kernel.track('people.restricted_field', 'person_id', 'field', '-value');
grant delete on people.restricted_field to zvonok_app;

-- Cards entered by mistake and taken back (an import undone). Whatever refers to them forbids it.
grant delete on people.person, people.staff, people.pupil, people.parent, people.kinship, people.consent to zvonok_app;
