-- No order puts anybody into a class of a closed year (MOV-4): the service
-- tells why, this trigger stands behind it. Statement by statement, so issuing
-- the orders of a whole year costs one look. Rebuilding the register from the
-- orders of closed years issues nothing and is let through, and so is whoever
-- loads whole years as the owner (a restore, the demonstration).
create function movement.refuse_closed_year() returns trigger language plpgsql as $$
begin
    if exists (select from changed o
                 join was on was.org_id = o.org_id and was.order_id = o.order_id
                 join movement.order_pupil p on p.org_id = o.org_id and p.order_id = o.order_id
                 join curriculum.class c on c.org_id = p.org_id and c.class_id = p.to_class_id
                 join curriculum.year y on y.org_id = c.org_id and y.year_id = c.year_id
                where o.state = 'issued' and was.state <> 'issued' and y.state = 'archived') then
        raise exception 'an order into a class of an archived year'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    return null;
end $$;

create trigger closed_year after update on movement.order
    referencing old table as was new table as changed for each statement
    when (current_user = 'zvonok_app') execute function movement.refuse_closed_year();
