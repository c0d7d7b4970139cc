-- Orders of the movement book and the class register that follows from them (MOV-1, MOV-2; S3:9).

create table movement.order (
    org_id       bigint not null,
    order_id     bigint generated always as identity,
    kind         text not null,
    state        text not null default 'draft',
    number       text,
    year         smallint not null,
    ordered_on   date not null,
    effective_on date not null,
    basis        text not null default '',
    prepared_by  bigint,
    issued_by    bigint,
    issued_at    timestamptz,
    cancelled_by bigint,
    cancelled_at timestamptz,
    cancel_reason text,
    version      integer not null default 1,
    created_at   timestamptz not null default kernel.now(),
    constraint order_pkey primary key (org_id, order_id),
    constraint order_organisation foreign key (org_id) references org.organisation (org_id),
    constraint order_kind check (kind in
        ('enrolment', 'leaving', 'transfer', 'promotion', 'repeat', 'graduation')),
    constraint order_state check (state in ('draft', 'issued', 'cancelled')),
    constraint order_issued_has_number check (state = 'draft' or number is not null)
);
-- A number is never used twice in a calendar year, cancelled or not (§3.2.6).
create unique index order_number on movement.order (org_id, year, kind, number) where number is not null;
select kernel.protect('movement.order');
select kernel.track('movement.order', 'order_id');
-- A draft may be thrown away; what was issued stays for ever.
grant delete on movement.order to zvonok_app;
create trigger only_drafts_go before delete on movement.order
    for each row when (old.state <> 'draft') execute function kernel.refuse_change();

create table movement.order_pupil (
    org_id      bigint not null,
    order_id    bigint not null,
    pupil_id    bigint not null,
    to_class_id bigint,
    came_from   text not null default '',
    went_to     text not null default '',
    reason      text not null default '',
    constraint order_pupil_reason check (reason in
        ('', 'other_school', 'college', 'family_education', 'moved', 'expelled', 'special_school', 'death', 'other')),
    constraint order_pupil_pkey primary key (org_id, order_id, pupil_id),
    constraint order_pupil_order foreign key (org_id, order_id) references movement.order (org_id, order_id),
    constraint order_pupil_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint order_pupil_class foreign key (org_id, to_class_id) references curriculum.class (org_id, class_id)
);
create index order_pupil_by_pupil on movement.order_pupil (org_id, pupil_id);
select kernel.protect('movement.order_pupil');
select kernel.track('movement.order_pupil', 'order_id', 'pupil_id');
grant delete on movement.order_pupil to zvonok_app;

-- Who is in which class on which day. Rebuilt from the issued orders alone;
-- the database keeps one pupil's ranges apart. `during` is half-open: a pupil
-- who leaves on D was there last on D−1 (§3.5).
create table movement.class_member (
    org_id     bigint not null,
    pupil_id   bigint not null,
    class_id   bigint not null,
    during     daterange not null,
    began_by   bigint not null,
    ended_by   bigint,
    constraint class_member_pkey primary key (org_id, pupil_id, during),
    constraint class_member_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint class_member_class foreign key (org_id, class_id) references curriculum.class (org_id, class_id),
    constraint class_member_began foreign key (org_id, began_by) references movement.order (org_id, order_id),
    constraint class_member_ended foreign key (org_id, ended_by) references movement.order (org_id, order_id),
    constraint class_member_one_class_at_a_time exclude using gist
        (org_id with =, pupil_id with =, during with &&),
    constraint class_member_not_empty check (not isempty(during))
);
create index class_member_by_class on movement.class_member (org_id, class_id);
create index class_member_by_began on movement.class_member (org_id, began_by);
create index class_member_by_ended on movement.class_member (org_id, ended_by);
select kernel.protect('movement.class_member');
select kernel.track('movement.class_member', 'pupil_id', 'during');
grant delete on movement.class_member to zvonok_app;
