-- How a name is declined where the rules are wrong: what people wrote wins for
-- ever (`ux.md` §6.3). An empty form is left to the rules.
create table people.name_forms (
    org_id       bigint not null,
    person_id    bigint not null,
    genitive     text not null default '',
    dative       text not null default '',
    accusative   text not null default '',
    instrumental text not null default '',
    version      integer not null default 1,
    constraint name_forms_pkey primary key (org_id, person_id),
    constraint name_forms_person foreign key (org_id, person_id) references people.person (org_id, person_id)
);
select kernel.protect('people.name_forms');
select kernel.track('people.name_forms', 'person_id');
grant delete on people.name_forms to zvonok_app;
