insert into org.organisation (org_id, parent_id, kind, code, name, full_name) overriding system value values
    (1003, null, 'municipality', 'district', 'Район', 'Управление образования района'),
    (1004, null, 'municipality', 'far', 'Дальний район', 'Управление образования дальнего района'),
    (1001, 1003, 'school', 'school', 'Школа № 1', 'МБОУ СОШ № 1'),
    (1005, 1003, 'school', 'second', 'Школа № 2', 'МБОУ СОШ № 2'),
    (1002, 1004, 'school', 'other', 'Школа № 9', 'МБОУ СОШ № 9');
insert into people.person (org_id, person_id, last_name, first_name, search_key, gender, born_on) overriding system value values
    (1001, 1, 'Главная', 'Вера', 'главная вера', 'female', '1970-01-01'),
    (1001, 2, 'Завучева', 'Нина', 'завучева нина', 'female', '1980-01-02'),
    (1001, 3, 'Учителев', 'Олег', 'учителев олег', 'male', '2000-06-01'),
    (1001, 4, 'Начальная', 'Зоя', 'начальная зоя', 'female', '2002-12-31'),
    (1001, 5, 'Секретова', 'Яна', 'секретова яна', 'female', '1990-05-05'),
    (1001, 6, 'Уволенов', 'Пётр', 'уволенов петр', 'male', '1960-05-05'),
    (1001, 11, 'Абрамов', 'Артём', 'абрамов артем', 'male', '2015-05-10'),
    (1001, 12, 'Борисова', 'Вера', 'борисова вера', 'female', '2016-01-01'),
    (1001, 13, 'Ветрова', 'Анна', 'ветрова анна', 'female', '2016-01-02'),
    (1001, 14, 'Громов', 'Глеб', 'громов глеб', 'male', '2011-03-03'),
    (1001, 15, 'Дымова', 'Ева', 'дымова ева', 'female', '2015-03-03'),
    (1001, 16, 'Ежов', 'Егор', 'ежов егор', 'male', '2015-03-03'),
    (1001, 17, 'Жуков', 'Иван', 'жуков иван', 'male', '2015-03-03'),
    (1001, 18, 'Зимина', 'Ольга', 'зимина ольга', 'female', '2010-03-03'),
    (1001, 19, 'Исаев', 'Лев', 'исаев лев', 'male', '2010-03-03'),
    (1005, 50, 'Вторая', 'Инна', 'вторая инна', 'female', '1980-01-01'),
    (1005, 51, 'Яковлева', 'Майя', 'яковлева майя', 'female', '2015-02-02'),
    (1002, 91, 'Чужая', 'Инна', 'чужая инна', 'female', '1980-01-01'),
    (1003, 101, 'Операторова', 'Ольга', 'операторова ольга', 'female', null),
    (1004, 102, 'Дальнова', 'Ольга', 'дальнова ольга', 'female', null);
insert into people.staff (org_id, person_id, post, category, education, experience_since, hired_on, dismissed_on) values
    (1001, 1, 'Директор', '', 'Высшее', '1992-08-20', null, null),
    (1001, 2, 'Заместитель директора по УВР', '', 'Высшее', null, null, null),
    (1001, 3, 'Учитель', 'Высшая', 'Высшее', '2024-09-20', null, null),
    (1001, 4, 'Учитель начальных классов', 'Первая', 'Среднее профессиональное', '2021-09-21', null, null),
    (1001, 5, 'Секретарь руководителя', '', 'Среднее', null, '2026-10-01', null),
    (1001, 6, 'Учитель', 'Высшая', 'Высшее', '1985-09-01', null, '2026-09-01'),
    (1005, 50, 'Директор', '', 'Высшее', '2000-08-20', null, null),
    (1002, 91, 'Заместитель директора', '', 'Высшее', null, null, null),
    (1003, 101, 'Специалист', '', '', null, null, null),
    (1004, 102, 'Специалист', '', '', null, null, null);
insert into people.pupil (org_id, person_id, citizenship) select org_id, person_id, 'ru' from people.person
    where person_id between 11 and 19 or person_id = 51;
insert into curriculum.year (org_id, year_id, starts_on, ends_on, state) overriding system value values
    (1001, 1, '2025-09-01', '2026-08-31', 'current'), (1001, 2, '2026-09-01', '2027-05-31', 'current'),
    (1005, 3, '2026-09-01', '2027-05-31', 'current');
insert into curriculum.class (org_id, class_id, year_id, grade, letter, shift, profile) overriding system value values
    (1001, 41, 1, 4, 'А', 1, ''), (1001, 42, 1, 8, 'А', 1, ''), (1001, 43, 1, 9, 'А', 1, ''),
    (1001, 51, 2, 5, 'А', 1, ''), (1001, 52, 2, 5, 'Б', 2, 'Углублённое изучение математики'),
    (1001, 53, 2, 9, 'А', 1, 'Гимназический'), (1001, 54, 2, 1, 'А', 1, ''),
    (1005, 61, 3, 5, 'А', 1, '');
insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
    (1001, 1, 'Английский язык', 'Англ.'), (1001, 2, 'Немецкий язык', 'Нем.');
insert into curriculum.study_group (org_id, group_id, class_id, subject_id, part, name) overriding system value values
    (1001, 1, 52, 1, 1, 'Группа 1'), (1001, 2, 52, 2, 1, 'Группа 1');
insert into curriculum.group_member (org_id, group_id, pupil_id) values (1001, 1, 13);
insert into curriculum.load (org_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid) values
    (1001, 2, 51, null, 1, 3, 3, '[2026-09-01,2027-06-01)'), (1001, 2, 52, 1, 1, 3, 3, '[2026-09-01,2027-06-01)'),
    (1001, 2, 52, 2, 2, 4, 3, '[2026-09-01,2027-06-01)'), (1001, 2, 53, null, 2, 4, 3, '[2026-10-01,2027-06-01)');
insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on) overriding system value values
    (1001, 1, 'enrolment', 'issued', '1-з', 2025, '2025-08-31', '2025-09-01'),
    (1001, 2, 'enrolment', 'issued', '2-з', 2025, '2025-10-04', '2025-10-05'),
    (1001, 3, 'leaving', 'issued', '1-в', 2026, '2026-02-01', '2026-02-01'),
    (1001, 4, 'promotion', 'issued', '1-пг', 2026, '2026-08-25', '2026-09-01'),
    (1001, 5, 'graduation', 'issued', '1-вып', 2026, '2026-06-25', '2026-06-25'),
    (1001, 6, 'leaving', 'issued', '2-в', 2026, '2026-09-20', '2026-09-20'),
    (1001, 7, 'enrolment', 'issued', '3-з', 2026, '2026-09-21', '2026-09-21'),
    (1005, 8, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01');
insert into movement.order_pupil (org_id, order_id, pupil_id, reason, conditional, document, study_form) values
    (1001, 1, 14, '', false, null, 'part_time'), (1001, 3, 17, 'other_school', false, null, null),
    (1001, 4, 11, '', false, null, null), (1001, 4, 12, '', true, null, null), (1001, 4, 13, '', false, null, null),
    (1001, 4, 14, '', false, null, null), (1001, 5, 18, '', false, 'honours', null),
    (1001, 5, 19, '', false, 'certificate', null), (1001, 6, 16, 'moved', false, null, null);
insert into movement.class_member (org_id, pupil_id, class_id, during, began_by, ended_by) values
    (1001, 11, 41, '[2025-09-01,2026-09-01)', 1, 4), (1001, 12, 41, '[2025-09-01,2026-09-01)', 1, 4),
    (1001, 13, 41, '[2025-10-05,2026-09-01)', 2, 4), (1001, 17, 41, '[2025-09-01,2026-02-01)', 1, 3),
    (1001, 14, 42, '[2025-09-01,2026-09-01)', 1, 4), (1001, 18, 43, '[2025-09-01,2026-06-25)', 1, 5),
    (1001, 19, 43, '[2025-09-01,2026-06-25)', 1, 5),
    (1001, 11, 51, '[2026-09-01,)', 4, null), (1001, 12, 51, '[2026-09-01,)', 4, null),
    (1001, 13, 52, '[2026-09-01,)', 4, null), (1001, 14, 53, '[2026-09-01,)', 4, null),
    (1001, 15, 51, '[2026-09-21,)', 7, null), (1001, 16, 51, '[2026-09-01,2026-09-20)', 4, 6),
    (1005, 51, 61, '[2026-09-01,)', 8, null);
