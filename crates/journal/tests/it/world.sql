insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
    (1001, 'school', 'school', 'Гимназия № 7', 'МБОУ гимназия № 7'),
    (1002, 'school', 'other', 'Школа № 2', 'МБОУ школа № 2');

insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key) overriding system value values
    (1001, 1, 'Петрова', 'Анна', 'Ивановна', 'петрова анна ивановна'),
    (1001, 2, 'Соколова', 'Мария', 'Павловна', 'соколова мария павловна'),
    (1001, 3, 'Котова', 'Ольга', 'Сергеевна', 'котова ольга сергеевна'),
    (1001, 4, 'Завучева', 'Нина', 'Петровна', 'завучева нина петровна'),
    (1001, 11, 'Абрамов', 'Артём', 'Ильич', 'абрамов артем ильич'),
    (1001, 12, 'Борисова', 'Вера', 'Олеговна', 'борисова вера олеговна'),
    (1001, 13, 'Ветров', 'Глеб', 'Янович', 'ветров глеб янович'),
    (1001, 14, 'Первоклашкин', 'Пётр', 'Петрович', 'первоклашкин петр петрович'),
    (1001, 21, 'Абрамова', 'Инна', 'Львовна', 'абрамова инна львовна'),
    (1002, 91, 'Канарейкина', 'Канарейка', null, 'канарейкина канарейка'),
    (1002, 92, 'Чужой', 'Учитель', null, 'чужой учитель');
insert into people.staff (org_id, person_id, post) values
    (1001, 1, 'учитель'), (1001, 2, 'учитель'), (1001, 3, 'учитель'), (1001, 4, 'заместитель директора'), (1002, 92, 'учитель');
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
    (1001, 51, 1, 5, 'А', 3), (1001, 11, 1, 1, 'Б', 1), (1002, 99, 2, 5, 'А', 92);
insert into curriculum.work_kind (org_id, kind_id, code, name, abbr, weight, position) overriding system value values
    (1001, 1, 10, 'Ответ на уроке', 'О', 1, 1), (1001, 2, 4, 'Контрольная работа', 'КР', 3, 2);
insert into curriculum.load (org_id, load_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid) overriding system value values
    (1001, 1, 1, 51, 1, 1, 5, '[2026-09-01,2027-06-01)'),
    (1001, 2, 1, 51, 2, 2, 2, '[2026-09-01,2027-06-01)'),
    (1001, 3, 1, 11, 1, 1, 4, '[2026-09-01,2027-06-01)'),
    (1002, 9, 2, 99, 9, 92, 5, '[2026-09-01,2027-06-01)');
insert into curriculum.plan (org_id, plan_id, year_id, subject_id, grade, teacher_id, name) overriding system value values
    (1001, 1, 1, 1, 5, 1, 'Алгебра 5');
insert into curriculum.plan_item (org_id, plan_id, number, topic, homework) values
    (1001, 1, 1, 'Натуральные числа', '№ 1–5'), (1001, 1, 2, 'Сложение', '№ 6–9'),
    (1001, 1, 3, 'Вычитание', '№ 10–12');
insert into curriculum.plan_use (org_id, plan_id, load_id) values (1001, 1, 1);

insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on) overriding system value values
    (1001, 1, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01'),
    (1001, 2, 'enrolment', 'issued', '2-з', 2026, '2026-11-19', '2026-11-20'),
    (1002, 9, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01');
insert into movement.class_member (org_id, pupil_id, class_id, during, began_by) values
    (1001, 11, 51, '[2026-09-01,)', 1), (1001, 12, 51, '[2026-09-01,)', 1),
    (1001, 13, 51, '[2026-11-20,)', 2), (1001, 14, 11, '[2026-09-01,)', 1), (1002, 91, 99, '[2026-09-01,)', 9);

insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state) overriding system value values
    (1001, 500, 1, '2026-11-20', 1, '[2026-11-20 08:30,2026-11-20 09:15)', 51, '[0,1000)', 1, 1, 'planned'),
    (1001, 501, 1, '2026-11-19', 1, '[2026-11-19 08:30,2026-11-19 09:15)', 51, '[0,1000)', 1, 1, 'planned'),
    (1001, 502, 1, '2026-11-23', 1, '[2026-11-23 08:30,2026-11-23 09:15)', 51, '[0,1000)', 1, 1, 'planned'),
    (1001, 503, 1, '2026-11-20', 2, '[2026-11-20 09:25,2026-11-20 10:10)', 11, '[0,1000)', 1, 1, 'planned'),
    (1001, 504, 1, '2026-11-18', 1, '[2026-11-18 08:30,2026-11-18 09:15)', 51, '[0,1000)', 1, 1, 'cancelled'),
    (1001, 505, 1, '2026-11-20', 3, '[2026-11-20 10:25,2026-11-20 11:10)', 51, '[0,1000)', 2, 2, 'planned'),
    (1002, 900, 2, '2026-11-20', 1, '[2026-11-20 08:30,2026-11-20 09:15)', 99, '[0,1000)', 9, 92, 'planned');

insert into journal.work (org_id, work_id, lesson_id, kind_id, weight) overriding system value values (1001, 70, 501, 2, 3);
insert into journal.mark (org_id, work_id, pupil_id, lesson_id, value, points, points_count, set_by, set_at) values
    (1001, 70, 11, 501, '4', 4, 1, 1, '2026-11-19 15:00Z');
insert into journal.entry (org_id, lesson_id, topic, homework, homework_at, set_by, set_at) values
    (1001, 501, 'Сложение', '№ 6–9', '2026-11-19 15:00Z', 1, '2026-11-19 15:00Z');
