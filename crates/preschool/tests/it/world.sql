insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
    (1001, 'preschool', 'garden', 'Детский сад № 3', 'МБДОУ детский сад № 3'),
    (1002, 'preschool', 'other', 'Детский сад № 9', 'МБДОУ детский сад № 9');
insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key) overriding system value values
    (1001, 1, 'Ромашкина', 'Анна', 'Ивановна', 'ромашкина анна ивановна'),
    (1001, 2, 'Лесная', 'Мария', 'Павловна', 'лесная мария павловна'),
    (1001, 4, 'Старшая', 'Нина', 'Петровна', 'старшая нина петровна'),
    (1001, 5, 'Секретова', 'Зоя', 'Львовна', 'секретова зоя львовна'),
    (1001, 6, 'Заведующая', 'Вера', 'Львовна', 'заведующая вера львовна'),
    (1001, 11, 'Абрамов', 'Артём', 'Ильич', 'абрамов артем ильич'),
    (1001, 12, 'Борисова', 'Вера', 'Олеговна', 'борисова вера олеговна'),
    (1001, 13, 'Ветров', 'Глеб', 'Янович', 'ветров глеб янович'),
    (1001, 21, 'Абрамова', 'Инна', 'Львовна', 'абрамова инна львовна'),
    (1002, 91, 'Канарейкина', 'Канарейка', null, 'канарейкина канарейка'),
    (1002, 92, 'Чужая', 'Инна', null, 'чужая инна');
insert into people.staff (org_id, person_id, post) values (1001, 1, 'воспитатель'), (1001, 2, 'воспитатель'),
    (1001, 4, 'старший воспитатель'), (1001, 5, 'делопроизводитель'), (1001, 6, 'заведующий'), (1002, 92, 'воспитатель');
insert into people.pupil (org_id, person_id) values (1001, 11), (1001, 12), (1001, 13), (1002, 91);
insert into people.parent (org_id, person_id) values (1001, 21);
insert into people.kinship (org_id, parent_id, pupil_id, kind) values (1001, 21, 11, 'mother');
insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
    (1001, 1, '2026-09-01', '2027-08-31'), (1002, 2, '2026-09-01', '2027-08-31');
insert into curriculum.holiday (org_id, year_id, name, kind, grade_from, grade_to, starts_on, ends_on) values
    (1001, 1, 'День народного единства', 'public', 1, 12, '2026-11-04', '2026-11-04'),
    (1001, 1, 'Осенние каникулы', 'vacation', 1, 12, '2026-10-26', '2026-11-03');
insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value values
    (1001, 51, 1, 0, 'Старшая «Ромашка»', 1), (1001, 52, 1, 0, 'Младшая «Лес»', 2), (1001, 53, 1, 1, 'А', 1),
    (1002, 99, 2, 0, 'Канарейка', 92);
insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on) overriding system value values
    (1001, 1, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01'),
    (1002, 9, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01');
insert into movement.class_member (org_id, pupil_id, class_id, during, began_by) values
    (1001, 11, 51, '[2026-09-01,)', 1), (1001, 12, 51, '[2026-11-16,)', 1), (1001, 13, 52, '[2026-09-01,)', 1),
    (1002, 91, 99, '[2026-09-01,)', 9);
insert into preschool.attendance (org_id, pupil_id, day, class_id, sign, set_by, set_at) values
    (1002, 91, '2026-11-19', 99, 'б', 92, '2026-11-19');
