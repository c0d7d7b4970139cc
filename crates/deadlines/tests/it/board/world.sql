insert into org.organisation (org_id, parent_id, kind, code, name, full_name) overriding system value values
    (2000, null, 'ministry', 'kuban', 'Министерство', 'Министерство образования'),
    (2001, 2000, 'municipality', 'krymsk', 'Крымский район', 'УО Крымского района'),
    (2002, 2000, 'municipality', 'anapa', 'Анапа', 'УО Анапы'),
    (1001, 2001, 'school', 'school', 'Гимназия № 7', 'МБОУ гимназия № 7'),
    (1002, 2002, 'school', 'other', 'Школа № 2', 'МБОУ школа № 2');

insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key) overriding system value values
    (1001, 1, 'Петрова', 'Анна', 'Ивановна', 'петрова'),
    (1001, 2, 'Соколова', 'Мария', 'Павловна', 'соколова'),
    (1001, 3, 'Котова', 'Ольга', 'Сергеевна', 'котова'),
    (1001, 4, 'Завучева', 'Нина', 'Петровна', 'завучева'),
    (1001, 5, 'Админов', 'Олег', null, 'админов'),
    (1001, 11, 'Абрамов', 'Артём', 'Ильич', 'абрамов'),
    (2001, 6, 'Операторова', 'Ирина', null, 'операторова'),
    (1002, 92, 'Чужой', 'Учитель', null, 'чужой');
insert into people.staff (org_id, person_id, post) values
    (1001, 1, 'учитель'), (1001, 2, 'учитель'), (1001, 3, 'учитель'), (1001, 4, 'завуч'), (1001, 5, 'инженер'),
    (1002, 92, 'учитель');
insert into people.pupil (org_id, person_id) values (1001, 11);
insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
    (1001, 1, '2026-09-01', '2027-05-31'), (1002, 2, '2026-09-01', '2027-05-31');
insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
    (1001, 1, 'Алгебра', 'Алг'), (1001, 2, 'История', 'Ист');
insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value values
    (1001, 51, 1, 5, 'А', 3), (1001, 52, 1, 10, 'Б', null), (1002, 99, 2, 5, 'А', 92);
insert into identity.account (account_id, login, must_change) overriding system value values (5, 'admin5', false);
insert into identity.membership (org_id, account_id, person_id, login, name) values (1001, 5, 5, 'admin5', 'Админов О.');
insert into identity.role_grant (org_id, account_id, role) values (1001, 5, 'admin');

insert into deadlines.debt (org_id, debt_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, owner_role,
    class_id, subject_id, person_id, lesson, place, found_at, late_at) overriding system value values
    (1001, 1, 'R-6.6', 'curriculum.plan', 'a', '2026-09-01', '2026-09-15', 'person', 1, null, 51, 1, null, null, '/study/plans', '2026-09-01', '2026-09-16'),
    (1001, 2, 'R-6.6', 'curriculum.plan', 'b', '2026-09-01', '2026-09-15', 'person', 2, null, 51, 2, null, null, '/study/plans', '2026-09-01', '2026-09-16'),
    (1001, 3, 'R-8.4', 'journal.lesson', 'c', '2026-11-06', '2026-11-20', 'person', 1, null, 51, 1, null, 3, '/journal/lesson/7', '2026-11-06', null),
    (1001, 4, 'R-8.4', 'journal.lesson', 'd', '2026-11-09', '2026-11-23', 'person', 1, null, 52, 1, null, 1, '/journal/lesson/8', '2026-11-09', null),
    (1001, 5, 'R-4.2', 'org.card', 'e', '2026-09-01', '2026-09-15', 'role', null, 'admin', null, null, null, null, '/settings/org', '2026-09-01', '2026-09-16'),
    (1001, 6, 'R-5.6', 'people.pupil-complete', 'f', '2026-09-01', '2026-09-15', 'class_teacher', 3, null, 51, null, 11, null, '/people/pupils/11', '2026-09-01', '2026-09-16'),
    (1001, 7, 'R-7.3b', 'curriculum.holidays', 'g', '2026-12-29', '2026-12-15', 'role', null, 'deputy', null, null, null, null, '/study/years/1', '2026-11-10', null),
    (1002, 90, 'R-6.6', 'curriculum.plan', 'x', '2026-09-01', '2026-09-15', 'person', 92, null, 99, null, null, null, '/study/plans', '2026-09-01', '2026-09-16');
insert into deadlines.debt (org_id, debt_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, class_id, subject_id,
    place, found_at, late_at, closed_at, closed_how) overriding system value values
    (1001, 8, 'R-8.4', 'journal.lesson', 'h', '2026-10-01', '2026-10-15', 'person', 1, 51, 1, '/journal/lesson/9', '2026-10-01', '2026-10-16', '2026-11-18', 'done'),
    (1001, 9, 'R-8.4', 'journal.lesson', 'i', '2026-10-02', '2026-10-16', 'person', 1, 51, 1, '/journal/lesson/10', '2026-10-02', null, '2026-10-03', 'done'),
    (1001, 10, 'R-8.4', 'journal.lesson', 'j', '2026-10-02', '2026-10-16', 'person', 1, 51, 1, '/journal/lesson/11', '2026-10-02', '2026-10-17', '2026-10-20', 'gone');
insert into deadlines.whole (org_id, rule, month, owner_person, class_id, things, looked_at) values
    (1001, 'R-6.6', '2026-09-01', 1, 51, 2, '2026-11-20'), (1001, 'R-6.6', '2026-09-01', 2, 51, 1, '2026-11-20'),
    (1001, 'R-8.4', '2026-10-01', 1, 51, 10, '2026-11-20'), (1001, 'R-8.4', '2026-11-01', 1, 51, 12, '2026-11-20'),
    (1001, 'R-5.6', '2026-09-01', 3, 51, 25, '2026-11-20');
insert into deadlines.look (org_id, looked_at, whole_at, next_at, line) values
    (1001, '2026-11-20 08:00:00+00', '2026-11-20', '2026-11-21', '{2000, 2001, 1001}'),
    (1002, '2026-11-20 08:00:00+00', '2026-11-20', '2026-11-21', '{2000, 2002, 1002}');

select setval(pg_get_serial_sequence('deadlines.debt', 'debt_id'), 1000);
