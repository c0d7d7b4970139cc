-- The timetable and the lessons of a closed year stay as they were (MOV-4).
create trigger archived_insert after insert on schedule.version
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on schedule.version
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_insert after insert on schedule.lesson
    referencing new table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
create trigger archived_update after update on schedule.lesson
    referencing old table as changed for each statement
    when (current_user = 'zvonok_app') execute function curriculum.refuse_archived();
