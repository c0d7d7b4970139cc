-- Orders that wait for the head's signature, where the school says so («на
-- подписи → издан»). Old code takes such an order for one it does not know:
-- the setting is off until somebody turns it on.

create table movement.setting (
    org_id          bigint not null,
    director_signs  boolean not null default false,
    version         integer not null default 1,
    constraint setting_pkey primary key (org_id),
    constraint setting_organisation foreign key (org_id) references org.organisation (org_id)
);
select kernel.protect('movement.setting');
select kernel.track('movement.setting', 'org_id');

alter table movement.order
    add column submitted_by bigint,
    add column submitted_at timestamptz,
    drop constraint order_state,
    add constraint order_state check (state in ('draft', 'submitted', 'issued', 'cancelled')),
    drop constraint order_issued_has_number,
    add constraint order_issued_has_number
        check (state in ('draft', 'submitted') or number is not null);

-- What waits for the signature may be thrown away as a draft may.
drop trigger only_drafts_go on movement.order;
create trigger only_drafts_go before delete on movement.order
    for each row when (old.state not in ('draft', 'submitted')) execute function kernel.refuse_change();
