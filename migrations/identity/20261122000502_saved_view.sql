-- Filters, order and columns of a list that a member keeps under a name.
create table identity.saved_view (
    org_id     bigint not null,
    view_id    bigint generated always as identity,
    account_id bigint not null,
    place      text not null,
    name       text not null,
    query      text not null,
    is_default boolean not null default false,
    created_at timestamptz not null default kernel.now(),
    constraint saved_view_pkey primary key (org_id, view_id),
    constraint saved_view_member foreign key (org_id, account_id) references identity.membership (org_id, account_id),
    constraint saved_view_name unique (org_id, account_id, place, name),
    constraint saved_view_sizes check (length(name) between 1 and 60 and length(place) <= 200 and length(query) <= 2000)
);
comment on column identity.saved_view.place is 'the path of the list inside the organisation: /people/pupils';
comment on column identity.saved_view.query is 'the query of its address, which gives no right';
create unique index saved_view_default on identity.saved_view (org_id, account_id, place) where is_default;
select kernel.protect('identity.saved_view');
grant delete on identity.saved_view to zvonok_app;
