-- The marks of one pupil in some lessons (the diary): without it the marks of
-- the whole class in these lessons are read.
create index mark_of_pupil on journal.mark (org_id, pupil_id, lesson_id);
