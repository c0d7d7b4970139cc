-- The post: letters by e-mail, written in the transaction of what they tell
-- and sent by any node, each once (MSG-5, DLN-4; ADR 0014).

create schema if not exists messaging;

-- A letter to one person. `letter_once` is what keeps a second one from being
-- written, whoever finds the same reason for it and however often.
create table messaging.letter (
    org_id         bigint not null,
    letter_id      bigint generated always as identity,
    to_person      bigint not null,
    kind           text not null,
    once           text not null,
    duty           boolean not null,
    address        text not null,
    to_name        text not null,
    from_name      text not null,
    subject        text not null,
    body           text not null,
    html           text not null,
    leave          text not null default '',
    state          text not null default 'waiting'
                   constraint letter_state check (state in ('waiting', 'sending', 'sent', 'refused', 'given_up')),
    attempts       integer not null default 0,
    doubtful       integer not null default 0,
    written_at     timestamptz not null,
    next_at        timestamptz not null,
    held_until     timestamptz,
    first_tried_at timestamptz,
    error          text not null default '',
    ended_at       timestamptz,
    constraint letter_pkey primary key (org_id, letter_id),
    constraint letter_once unique (org_id, to_person, kind, once)
);
comment on column messaging.letter.leave is 'the token of the link that unsubscribes; empty for duty';
comment on column messaging.letter.attempts is 'who sends: a sender that lost the letter to another ends nothing';
comment on column messaging.letter.doubtful is 'how often it is not known whether the mail server took it: it was sent again with the same Message-ID';
comment on column messaging.letter.next_at is 'not before, by the clock of the application';
comment on column messaging.letter.held_until is 'nobody takes it before, by the clock of the database, which all nodes share: the lease of one being sent, the pause of one put off';
comment on column messaging.letter.first_tried_at is 'by the clock of the database';
select kernel.protect('messaging.letter');
select kernel.admit('messaging.letter', 'zvonok_worker', 'select', 'update');

create index letter_due on messaging.letter (next_at, letter_id) where state in ('waiting', 'sending');
create index letter_ended on messaging.letter (org_id, state, ended_at desc);

-- Who should have had a letter and has no address: for the administrator.
create table messaging.unreachable (
    org_id    bigint not null,
    person_id bigint not null,
    kind      text not null,
    letters   integer not null default 1,
    since     timestamptz not null,
    last_at   timestamptz not null,
    constraint unreachable_pkey primary key (org_id, person_id)
);
comment on column messaging.unreachable.kind is 'of the last letter that could not be written';
select kernel.protect('messaging.unreachable');

-- What a person wants to be sent, and when not.
create table messaging.wish (
    org_id      bigint not null,
    person_id   bigint not null,
    soon        boolean not null,
    marks       boolean not null,
    digest_hour smallint not null constraint wish_digest_hour check (digest_hour between 0 and 23),
    quiet_from  smallint not null constraint wish_quiet_from check (quiet_from between 0 and 23),
    quiet_until smallint not null constraint wish_quiet_until check (quiet_until between 0 and 23),
    constraint wish_pkey primary key (org_id, person_id)
);
comment on column messaging.wish.soon is 'reminders before the day, which are no duty yet';
comment on column messaging.wish.quiet_from is 'the hour from which nothing is sent; the same as quiet_until: always';
select kernel.protect('messaging.wish');
select kernel.track('messaging.wish', 'person_id');

-- What the links in letters are signed with.
create table messaging.seal (
    org_id bigint not null,
    key    bytea not null constraint seal_key check (length(key) = 32),
    constraint seal_pkey primary key (org_id)
);
select kernel.protect('messaging.seal');
revoke update on messaging.seal from zvonok_app;
