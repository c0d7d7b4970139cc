insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
    (1001, 'school', 'school', 'Гимназия № 7', 'МБОУ гимназия № 7'),
    (1002, 'school', 'other', 'Школа № 2', 'МБОУ школа № 2');

insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key) overriding system value values
    (1001, 1, 'Петрова', 'Анна', 'Ивановна', 'петрова анна ивановна'),
    (1001, 2, 'Соколова', 'Мария', 'Павловна', 'соколова мария павловна'),
    (1001, 3, 'Котова', 'Ольга', 'Сергеевна', 'котова ольга сергеевна'),
    (1001, 4, 'Завучева', 'Нина', 'Петровна', 'завучева нина петровна'),
    (1001, 5, 'Секретова', 'Зоя', 'Львовна', 'секретова зоя львовна'),
    (1001, 6, 'Директоров', 'Лев', 'Львович', 'директоров лев львович'),
    (1001, 11, 'Абрамов', 'Артём', 'Ильич', 'абрамов артем ильич'),
    (1001, 12, 'Борисова', 'Вера', 'Олеговна', 'борисова вера олеговна'),
    (1001, 14, 'Гусев', 'Пётр', 'Петрович', 'гусев петр петрович'),
    (1001, 21, 'Абрамова', 'Инна', 'Львовна', 'абрамова инна львовна'),
    (1002, 91, 'Канарейкина', 'Канарейка', null, 'канарейкина канарейка'),
    (1002, 92, 'Чужой', 'Учитель', null, 'чужой учитель');
insert into people.staff (org_id, person_id, post) values
    (1001, 1, 'учитель'), (1001, 2, 'учитель'), (1001, 3, 'учитель'), (1001, 4, 'завуч'), (1001, 5, 'секретарь'),
    (1001, 6, 'директор'), (1002, 92, 'учитель');
insert into people.pupil (org_id, person_id) values (1001, 11), (1001, 12), (1001, 14), (1002, 91);
insert into people.parent (org_id, person_id) values (1001, 21);
insert into people.kinship (org_id, parent_id, pupil_id, kind) values (1001, 21, 11, 'mother');

insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
    (1001, 1, '2026-09-01', '2027-05-31'), (1002, 2, '2026-09-01', '2027-05-31');
insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
    (1001, 1, 'Алгебра', 'Алг'), (1002, 9, 'Алгебра', 'Алг');
-- 9А is led by Котова and taught by Петрова; Соколова teaches 9Б.
insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value values
    (1001, 51, 1, 9, 'А', 3), (1001, 52, 1, 9, 'Б', null), (1002, 99, 2, 9, 'А', 92);
insert into curriculum.load (org_id, load_id, year_id, class_id, group_id, subject_id, teacher_id, hours_a_week, valid)
    overriding system value values
    (1001, 1, 1, 51, null, 1, 1, 5, '[2026-09-01,2027-06-01)'),
    (1001, 3, 1, 52, null, 1, 2, 5, '[2026-09-01,2027-06-01)');

insert into movement.order (org_id, order_id, kind, state, number, year, ordered_on, effective_on) overriding system value values
    (1001, 1, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01'),
    (1002, 9, 'enrolment', 'issued', '1-з', 2026, '2026-08-31', '2026-09-01');
insert into movement.class_member (org_id, pupil_id, class_id, during, began_by) values
    (1001, 11, 51, '[2026-09-01,)', 1), (1001, 12, 51, '[2026-09-01,)', 1),
    (1001, 14, 52, '[2026-09-01,)', 1), (1002, 91, 99, '[2026-09-01,)', 9);

-- Абрамов (9А): an olympiad, confirmed; Гусев (9Б): a project that waits; a work of Петрова.
insert into portfolio.entry (org_id, entry_id, pupil_id, staff_id, kind, level, prize, title, held_on, prepared_by, state,
                             proposed_by) overriding system value values
    (1001, 700, 11, null, 'olympiad', 'municipal', 'winner', 'Олимпиада по алгебре', '2026-11-10', 1, 'confirmed', 3),
    (1001, 701, 14, null, 'project', '', '', 'Проект о реке', '2026-10-10', null, 'proposed', 14),
    (1001, 702, null, 1, 'methodical', 'school', '', 'Карточки по алгебре', '2026-10-01', null, 'confirmed', 1),
    (1002, 790, 91, null, 'olympiad', 'school', 'winner', 'Канарейка', '2026-11-10', null, 'confirmed', 92);
