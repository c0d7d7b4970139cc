-- What families propose to change in a card (`ux.md` C7): the class teacher
-- accepts in one click or refuses with a reason. Never deleted.
create table people.proposal (
    org_id      bigint not null,
    proposal_id bigint generated always as identity,
    subject_id  bigint not null,
    card        text not null,
    proposed_by bigint not null,
    changes     jsonb not null,
    document    text not null default '',
    state       text not null default 'open',
    decided_by  bigint,
    decided_at  timestamptz,
    reason      text not null default '',
    created_at  timestamptz not null default kernel.now(),
    constraint proposal_pkey primary key (org_id, proposal_id),
    constraint proposal_subject foreign key (org_id, subject_id) references people.person (org_id, person_id),
    constraint proposal_author foreign key (org_id, proposed_by) references people.person (org_id, person_id),
    constraint proposal_decider foreign key (org_id, decided_by) references people.person (org_id, person_id),
    constraint proposal_card check (card in ('pupils', 'parents')),
    constraint proposal_state check (state in ('open', 'accepted', 'refused', 'withdrawn')),
    constraint proposal_decided check ((state = 'open') = (decided_at is null)),
    constraint proposal_reason check (state <> 'refused' or reason <> '')
);
comment on column people.proposal.changes is '[{"field", "old", "new"}]: old is what the family saw';
create index proposal_open on people.proposal (org_id, subject_id) where state = 'open';
create index proposal_by_author on people.proposal (org_id, proposed_by);
create index proposal_by_subject on people.proposal (org_id, subject_id);
select kernel.protect('people.proposal');
select kernel.track('people.proposal', 'proposal_id');
