-- What people are found by (PPL-11), so that a search reads an index and not everybody: the words of the search key,
-- the initials of words that follow each other («имп», «мп»), and phones from their end («#765432…»).
-- Compared byte by byte: a range of words is a leakproof condition, which an index serves under row-level security.
create table people.search_word (
    org_id    bigint not null,
    word      text collate "C" not null,
    person_id bigint not null,
    constraint search_word_pkey primary key (org_id, word, person_id),
    constraint search_word_person foreign key (org_id, person_id)
        references people.person (org_id, person_id) on delete cascade
);
create index search_word_by_person on people.search_word (org_id, person_id);
select kernel.protect('people.search_word');
grant delete on people.search_word to zvonok_app;

create function people.search_words(search_key text, phone text, mobile text) returns setof text
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp as $$
    select word from string_to_table(search_key, ' ') as word where word <> ''
    union
    select left(names[i], 1) || left(names[i + 1], 1) || left(coalesce(names[i + 2], ''), 1)
      from (select string_to_array(search_key, ' ') as names) it, generate_subscripts(names, 1) as i
     where names[i + 1] is not null
    union
    select '#' || reverse(right(digits, 10))
      from unnest(array[phone, mobile]) as typed, regexp_replace(typed, '[^0-9]', '', 'g') as digits
     where length(digits) >= 4
$$;

create function people.keep_search_words() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' then
        delete from people.search_word s
         using new_rows n join old_rows o using (org_id, person_id)
         where (o.search_key, o.phone, o.mobile) is distinct from (n.search_key, n.phone, n.mobile)
           and s.org_id = n.org_id and s.person_id = n.person_id;
    end if;
    insert into people.search_word (org_id, word, person_id)
    select n.org_id, it.word, n.person_id
      from new_rows n cross join lateral people.search_words(n.search_key, n.phone, n.mobile) as it (word)
        on conflict do nothing;
    return null;
end $$;

create trigger search_words_of_new after insert on people.person
    referencing new table as new_rows
    for each statement execute function people.keep_search_words();
create trigger search_words_of_changed after update on people.person
    referencing old table as old_rows new table as new_rows
    for each statement execute function people.keep_search_words();

-- The owner is bound by the policies too and would see nobody.
alter table people.person no force row level security;
alter table people.search_word no force row level security;
insert into people.search_word (org_id, word, person_id)
select p.org_id, it.word, p.person_id
  from people.person p cross join lateral people.search_words(p.search_key, p.phone, p.mobile) as it (word);
alter table people.search_word force row level security;
alter table people.person force row level security;
