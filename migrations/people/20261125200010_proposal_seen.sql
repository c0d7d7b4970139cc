-- When the family read the answer to its proposal.
alter table people.proposal add column seen_at timestamptz;
comment on column people.proposal.seen_at is 'when the author read the answer among the news';
