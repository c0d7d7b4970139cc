-- A closed year refuses changes (MOV-4): the services tell why, these triggers
-- stand behind them. Statement by statement, so a year of lessons costs one look.
-- Whoever loads whole years as the owner (a restore, the demonstration) is let through.
create function curriculum.refuse_archived() returns trigger language plpgsql as $$
begin
    if exists (select from changed c
                 join curriculum.year y on y.org_id = c.org_id and y.year_id = c.year_id
                where y.state = 'archived') then
        raise exception '%.% of an archived year', tg_table_schema, tg_table_name
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    return null;
end $$;

create trigger archived_insert after insert on curriculum.period
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on curriculum.period
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_delete after delete on curriculum.period
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();

create trigger archived_insert after insert on curriculum.holiday
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on curriculum.holiday
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_delete after delete on curriculum.holiday
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();

create trigger archived_insert after insert on curriculum.class
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on curriculum.class
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_delete after delete on curriculum.class
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();

create trigger archived_insert after insert on curriculum.load
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on curriculum.load
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_delete after delete on curriculum.load
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
