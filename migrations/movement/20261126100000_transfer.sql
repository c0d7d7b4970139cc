-- Transfer of a pupil from a school of the region to another one (MOV-5,
-- ADR 0024). The only rows of the product that two schools read: each policy
-- names a column with a school and nothing else.

-- What both schools know of a transfer. org_id is the school that the pupil
-- leaves, so that the tenant's policy is that of the leaving side.
create table movement.transfer (
    org_id            bigint not null,
    transfer_id       bigint generated always as identity,
    to_org            bigint not null,
    state             text not null,
    by_request        boolean not null,
    last_name         text not null,
    first_name        text not null,
    middle_name       text not null default '',
    born_on           date,
    file_number       text not null default '',
    snils             bytea,
    note              text not null default '',
    class_name        text not null default '',
    leaves_on         date,
    documents         text[] not null default '{}',
    reason            text not null default '',
    due_on            date not null,
    asked_at          timestamptz,
    offered_at        timestamptz,
    decided_at        timestamptz,
    enrolled_at       timestamptz,
    enrolled_on       date,
    enrolment_number  text not null default '',
    enrolment_on      date,
    version           integer not null default 1,
    created_at        timestamptz not null default kernel.now(),
    constraint transfer_pkey primary key (org_id, transfer_id),
    constraint transfer_once unique (transfer_id),
    constraint transfer_from foreign key (org_id) references org.organisation (org_id),
    constraint transfer_to foreign key (to_org) references org.organisation (org_id),
    constraint transfer_two_schools check (org_id <> to_org),
    constraint transfer_state check (state in
        ('asked', 'preparing', 'refused', 'offered', 'accepted', 'enrolled', 'declined', 'withdrawn')),
    constraint transfer_offered check (state not in ('offered', 'accepted', 'enrolled') or offered_at is not null),
    constraint transfer_enrolled check ((state = 'enrolled') = (enrolled_on is not null)),
    constraint transfer_reason check (state not in ('refused', 'declined') or reason <> ''),
    constraint transfer_documents check (documents <@ array['file', 'extract', 'medical', 'portfolio', 'other'])
);
comment on column movement.transfer.snils is 'of a request, sealed for the installation; gone when the request is answered';
comment on column movement.transfer.file_number is 'of a request: what the asking school says of the pupil';
create index transfer_of_accepting on movement.transfer (to_org, state);
create index transfer_of_leaving on movement.transfer (org_id, state);
select kernel.protect('movement.transfer');
create policy accepting on movement.transfer for select to zvonok_app using (to_org = kernel.org());
create policy accepting_acts on movement.transfer for update to zvonok_app
    using (to_org = kernel.org()) with check (to_org = kernel.org());
create policy accepting_asks on movement.transfer for insert to zvonok_app
    with check (to_org = kernel.org() and state = 'asked');
select kernel.track('movement.transfer', 'transfer_id', '-snils');

-- Which school may do what: neither decides for the other, whatever its
-- application says.
create function movement.guard_transfer() returns trigger language plpgsql as $$
declare
    step constant text := old.state || ' ' || new.state;
begin
    if kernel.org() is null then
        return new;
    end if;
    if (new.org_id, new.to_org, new.transfer_id, new.by_request)
        is distinct from (old.org_id, old.to_org, old.transfer_id, old.by_request) then
        raise exception 'the schools of a transfer do not change' using errcode = 'check_violation';
    end if;
    if kernel.org() <> old.org_id and
        (new.last_name, new.first_name, new.middle_name, new.born_on, new.class_name, new.leaves_on, new.documents)
        is distinct from
        (old.last_name, old.first_name, old.middle_name, old.born_on, old.class_name, old.leaves_on, old.documents) then
        raise exception 'what the leaving school says is its own' using errcode = 'check_violation';
    end if;
    if kernel.org() = old.org_id and old.state = new.state
       or kernel.org() = old.org_id and step in
           ('asked preparing', 'preparing asked', 'asked refused', 'preparing refused', 'preparing offered',
            'offered withdrawn', 'accepted withdrawn')
       or kernel.org() = old.to_org and step in
           ('asked withdrawn', 'preparing withdrawn', 'offered accepted', 'offered declined',
            'accepted offered', 'accepted enrolled', 'enrolled offered') then
        return new;
    end if;
    raise exception 'no such step of a transfer: %', step using errcode = 'check_violation';
end $$;
create trigger guard before update on movement.transfer
    for each row execute function movement.guard_transfer();

-- What the leaving school hands over, frozen on the day of its order. The
-- accepting school reads it while the offer stands, and never before: it has
-- no other policy here, so it cannot write a word of it.
create table movement.transfer_extract (
    org_id      bigint not null,
    transfer_id bigint not null,
    content     jsonb,
    made_at     timestamptz not null default kernel.now(),
    constraint transfer_extract_pkey primary key (org_id, transfer_id),
    constraint transfer_extract_once unique (transfer_id),
    constraint transfer_extract_transfer foreign key (org_id, transfer_id)
        references movement.transfer (org_id, transfer_id)
);
comment on column movement.transfer_extract.content is 'null where it was destroyed: its time of keeping was over';
select kernel.protect('movement.transfer_extract');
create policy accepting on movement.transfer_extract for select to zvonok_app using (exists (
    select from movement.transfer t
    where t.transfer_id = transfer_extract.transfer_id and t.to_org = kernel.org()
      and t.state in ('offered', 'accepted', 'enrolled')));

-- The leaving side's own: which pupil and which order. Nobody else reads it.
create table movement.departure (
    org_id      bigint not null,
    transfer_id bigint not null,
    pupil_id    bigint not null,
    order_id    bigint not null,
    constraint departure_pkey primary key (org_id, transfer_id),
    constraint departure_transfer foreign key (org_id, transfer_id)
        references movement.transfer (org_id, transfer_id),
    constraint departure_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint departure_order foreign key (org_id, order_id) references movement.order (org_id, order_id)
);
create unique index departure_once on movement.departure (org_id, order_id, pupil_id);
create index departure_by_pupil on movement.departure (org_id, pupil_id);
select kernel.protect('movement.departure');
select kernel.track('movement.departure', 'transfer_id');
-- Goes with the draft of the order that answered a request.
grant delete on movement.departure to zvonok_app;

-- The accepting side's own: whom and by which order it enrols. The key lets a
-- transfer be accepted once.
create table movement.arrival (
    org_id      bigint not null,
    transfer_id bigint not null,
    from_org    bigint not null,
    pupil_id    bigint not null,
    order_id    bigint not null,
    constraint arrival_pkey primary key (org_id, transfer_id),
    constraint arrival_transfer foreign key (from_org, transfer_id)
        references movement.transfer (org_id, transfer_id),
    constraint arrival_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint arrival_order foreign key (org_id, order_id) references movement.order (org_id, order_id)
);
create unique index arrival_once on movement.arrival (transfer_id);
create index arrival_by_order on movement.arrival (org_id, order_id);
create index arrival_by_pupil on movement.arrival (org_id, pupil_id);
create index arrival_by_transfer on movement.arrival (from_org, transfer_id);
select kernel.protect('movement.arrival');
select kernel.track('movement.arrival', 'transfer_id');
-- Goes with the draft of the enrolment, and with an enrolment that was cancelled.
grant delete on movement.arrival to zvonok_app;

-- The school of the region that an order of leaving names. Older code leaves it empty.
alter table movement.order_pupil
    add column to_school bigint,
    add constraint order_pupil_to_school foreign key (to_school) references org.organisation (org_id);
create index order_pupil_by_to_school on movement.order_pupil (to_school) where to_school is not null;
