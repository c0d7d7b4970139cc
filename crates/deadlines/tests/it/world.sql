select set_config('zvonok.now', '2026-08-01 00:00+00', true);
insert into org.organisation (org_id, parent_id, kind, code, name, full_name) overriding system value values
    (1, null, 'region', 'krai', 'Край', 'Край'),
    (2, 1, 'municipality', 'raion', 'Район', 'Управление образования района'),
    (1001, 2, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
    (1002, 2, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key)
    overriding system value values
    (1001, 10, 'Завучева', 'Анна', 'Ивановна', ''),
    (1001, 11, 'Директоров', 'Пётр', 'Ильич', ''),
    (1001, 12, 'Админов', 'Олег', 'Юрьевич', ''),
    (1001, 13, 'Секретарёва', 'Ольга', 'Львовна', ''),
    (1001, 21, 'Алгебраева', 'Мария', 'Петровна', ''),
    (1001, 23, 'Классная', 'Нина', 'Олеговна', '');
insert into people.staff (org_id, person_id, post)
    select org_id, person_id, 'работник' from people.person;
insert into identity.account (account_id, login) overriding system value
    select person_id, 'login' || person_id from people.person;
insert into identity.membership (org_id, account_id, person_id, login, name)
    select org_id, person_id, person_id, 'login' || person_id, last_name from people.person;
insert into identity.role_grant (org_id, account_id, role) values
    (1001, 10, 'deputy'), (1001, 11, 'director'), (1001, 12, 'admin'), (1001, 13, 'secretary'),
    (1001, 21, 'teacher'), (1001, 23, 'teacher');
insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
    (1001, 26, '2026-09-01', '2027-05-26');
insert into curriculum.holiday (org_id, year_id, name, grade_from, grade_to, starts_on, ends_on) values
    (1001, 26, 'осенние', 1, 11, '2026-10-31', '2026-11-08'),
    (1001, 26, 'дополнительные', 1, 1, '2027-02-15', '2027-02-21');
insert into curriculum.class (org_id, class_id, year_id, grade, letter, teacher_id) overriding system value values
    (1001, 70, 26, 7, 'А', 23), (1001, 10, 26, 1, 'А', null);
