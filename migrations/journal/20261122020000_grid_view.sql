-- How a member likes to see the journal: dense rows, columns beside the average.
create table journal.grid_view (
    org_id     bigint not null,
    account_id bigint not null,
    choices    text[] not null,
    constraint grid_view_pkey primary key (org_id, account_id),
    constraint grid_view_sizes check (cardinality(choices) <= 8)
);
comment on column journal.grid_view.choices is 'compact, median, missed, advance-right, advance-off';
select kernel.protect('journal.grid_view');
