-- The first quarter of 5А: twelve lessons of algebra and eight of history.
insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state) overriding system value
    select 1001, 600 + i, 1, date '2026-09-01' + i * 4, 1,
           tsrange((date '2026-09-01' + i * 4) + time '08:30', (date '2026-09-01' + i * 4) + time '09:15'), 51, '[0,1000)', 1, 1, 'planned'
      from generate_series(0, 11) i;
insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state) overriding system value
    select 1001, 620 + i, 1, date '2026-09-01' + i * 4, 2,
           tsrange((date '2026-09-01' + i * 4) + time '09:25', (date '2026-09-01' + i * 4) + time '10:10'), 51, '[0,1000)', 2, 2, 'planned'
      from generate_series(0, 7) i;
insert into journal.work (org_id, work_id, lesson_id, kind_id, weight) overriding system value
    select 1001, id, id, 1, 1 from (select 600 + generate_series(0, 11) union select 620 + generate_series(0, 7)) it (id);
-- Abramov has 5,00 in algebra; Borisova 4,50, which is borderline. In history
-- Abramov has 4,00 and Borisova one mark only.
insert into journal.mark (org_id, work_id, pupil_id, lesson_id, value, points, points_count, set_by, set_at)
    select 1001, id, 11, id, '5', 5, 1, 1, timestamptz '2026-09-02 15:00Z' from generate_series(600, 611) id
    union all
    select 1001, id, 12, id, (4 + id % 2)::text, 4 + id % 2, 1, 1, '2026-09-02 15:00Z' from generate_series(600, 611) id
    union all
    select 1001, id, 11, id, '4', 4, 1, 2, '2026-09-02 15:00Z' from generate_series(620, 627) id
    union all
    select 1001, 620, 12, 620, '3', 3, 1, 2, '2026-09-02 15:00Z';
insert into journal.attendance (org_id, lesson_id, pupil_id, code, set_by, set_at) values
    (1001, 601, 12, 'Б', 1, '2026-09-05 15:00Z');
