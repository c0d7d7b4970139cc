insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
    (1001, 'school', 'school', 'Гимназия № 7', 'МБОУ гимназия № 7'),
    (1002, 'school', 'other', 'Школа № 2', 'МБОУ школа № 2');

insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key) overriding system value values
    (1001, 1, 'Петрова', 'Анна', 'Ивановна', 'петрова анна ивановна'),
    (1001, 2, 'Соколова', 'Мария', 'Павловна', 'соколова мария павловна'),
    (1001, 3, 'Котова', 'Ольга', 'Сергеевна', 'котова ольга сергеевна'),
    (1001, 4, 'Завучева', 'Нина', 'Петровна', 'завучева нина петровна'),
    (1001, 5, 'Секретова', 'Зоя', 'Львовна', 'секретова зоя львовна'),
    (1001, 11, 'Абрамов', 'Артём', 'Ильич', 'абрамов артем ильич'),
    (1001, 12, 'Борисова', 'Вера', 'Олеговна', 'борисова вера олеговна'),
    (1001, 13, 'Ветров', 'Глеб', 'Янович', 'ветров глеб янович'),
    (1001, 14, 'Гусев', 'Пётр', 'Петрович', 'гусев петр петрович'),
    (1001, 21, 'Абрамова', 'Инна', 'Львовна', 'абрамова инна львовна'),
    (1002, 91, 'Канарейкина', 'Канарейка', null, 'канарейкина канарейка'),
    (1002, 92, 'Чужой', 'Учитель', null, 'чужой учитель');
insert into people.staff (org_id, person_id, post) values
    (1001, 1, 'учитель'), (1001, 2, 'учитель'), (1001, 3, 'учитель'), (1001, 4, 'завуч'), (1001, 5, 'секретарь'),
    (1002, 92, 'учитель');
insert into people.pupil (org_id, person_id) values (1001, 11), (1001, 12), (1001, 13), (1001, 14), (1002, 91);
insert into people.parent (org_id, person_id) values (1001, 21);
insert into people.kinship (org_id, parent_id, pupil_id, kind) values (1001, 21, 11, 'mother');

insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
    (1001, 1, '2026-09-01', '2027-05-31'), (1002, 2, '2026-09-01', '2027-05-31');
insert into curriculum.period (org_id, year_id, kind, number, grade_from, grade_to, starts_on, ends_on) values
    (1001, 1, 'quarter', 1, 1, 9, '2026-09-01', '2026-10-25'),
    (1001, 1, 'quarter', 2, 1, 9, '2026-11-04', '2026-12-29');
insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
    (1001, 1, 'Алгебра', 'Алг'), (1001, 2, 'История', 'Ист'), (1002, 9, 'Алгебра', 'Алг');
insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value values
    (1001, 51, 1, 9, 'А', 3), (1001, 52, 1, 9, 'Б', null), (1001, 53, 1, 8, 'А', null), (1002, 99, 2, 9, 'А', 92);
insert into curriculum.study_group (org_id, group_id, class_id, subject_id, part, name) overriding system value values
    (1001, 7, 51, 2, 1, 'Группа 1');
insert into curriculum.group_member (org_id, group_id, pupil_id) values (1001, 7, 12);
insert into curriculum.load (org_id, load_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid)
    overriding system value values
    (1001, 1, 1, 51, null, 1, 1, 5, '[2026-09-01,2027-06-01)'),
    (1001, 2, 1, 51, 7, 2, 2, 2, '[2026-09-01,2027-06-01)'),
    (1001, 3, 1, 52, null, 1, 2, 5, '[2026-09-01,2027-06-01)'),
    (1002, 9, 2, 99, null, 9, 92, 5, '[2026-09-01,2027-06-01)');

insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on) overriding system value values
    (1001, 1, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01'),
    (1002, 9, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01');
insert into movement.class_member (org_id, pupil_id, class_id, during, began_by) values
    (1001, 11, 51, '[2026-09-01,)', 1), (1001, 12, 51, '[2026-09-01,)', 1),
    (1001, 13, 51, '[2026-09-01,)', 1), (1001, 14, 52, '[2026-09-01,)', 1), (1002, 91, 99, '[2026-09-01,)', 9);

-- The first quarter in algebra: 4, 3, nothing.
insert into journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, number, class_id, grade, value, set_by, set_at) values
    (1001, 11, 1, 1, 'quarter', 1, 51, 9, '4', 1, '2026-10-24'),
    (1001, 12, 1, 1, 'quarter', 1, 51, 9, '3', 1, '2026-10-24');

-- ОГЭ in algebra of 9А and 9Б by a scale; a test of history of 9А without one.
insert into exams.scale (org_id, scale_id, year_id, kind, subject_id, name, max_primary, pass_primary, steps) overriding system value values
    (1001, 300, 1, 'oge', 1, 'ОГЭ 2027', 31, 8, '[{"from": 0, "mark": 2}, {"from": 8, "mark": 3},
        {"from": 15, "mark": 4}, {"from": 22, "mark": 5}]'),
    (1002, 390, 2, 'oge', 9, 'ОГЭ 2027', 31, 8, '[]');
insert into exams.exam (org_id, exam_id, year_id, kind, subject_id, grade, held_on, title, max_primary, scale_id) overriding system value values
    (1001, 400, 1, 'oge', 1, 9, '2026-11-18', 'Пробный', 31, 300),
    (1001, 401, 1, 'admin', 2, 9, '2026-11-19', 'Входная работа', 20, null),
    (1002, 490, 2, 'oge', 9, 9, '2026-11-18', 'Канарейка', 31, 390);
insert into exams.exam_class (org_id, exam_id, class_id) values (1001, 400, 51), (1001, 400, 52), (1001, 401, 51), (1002, 490, 99);
insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at) values
    (1002, 490, 91, 99, 'present', 20, 92, '2026-11-19');
