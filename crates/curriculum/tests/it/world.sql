insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
    (1001, 'school', 'g7', 'Гимназия № 7', 'МБОУ «Гимназия № 7»'),
    (1002, 'school', 's2', 'Школа № 2', 'МБОУ «Школа № 2»');
insert into org.room (org_id, room_id, number) overriding system value values (1001, 31, '31');
insert into people.person (org_id, person_id, last_name, first_name, middle_name, search_key)
    overriding system value values
    (1001, 10, 'Завучева', 'Анна', 'Ивановна', ''),
    (1001, 21, 'Алгебраева', 'Мария', 'Петровна', ''),
    (1001, 22, 'Коллегина', 'Вера', 'Павловна', ''),
    (1001, 23, 'Классная', 'Нина', 'Олеговна', ''),
    (1002, 110, 'Чужая', 'Инна', null, '');
insert into people.staff (org_id, person_id, post) values
    (1001, 10, 'завуч'), (1001, 21, 'учитель'), (1001, 22, 'учитель'), (1001, 23, 'учитель'),
    (1002, 110, 'завуч');
insert into people.person (org_id, person_id, last_name, first_name, search_key) overriding system value
    select 1001, 200 + n, 'Ученик' || to_char(n, 'FM00'), 'Имя', '' from generate_series(1, 30) n;
insert into people.pupil (org_id, person_id) select 1001, 200 + n from generate_series(1, 30) n;
