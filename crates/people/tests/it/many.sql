-- 100,000 made-up pupils of one school: surnames by how frequent they are, as in life.
-- The triggers are not asked row by row; the words are written as the migration writes them.
set session_replication_role = replica;
insert into people.person (org_id, person_id, last_name, first_name, middle_name, born_on, search_key, mobile)
overriding system value
select 1001, 100000 + i, initcap(surname), initcap(name), initcap(middle), date '2008-01-01' + (i * 31 % 4000),
       replace(surname || ' ' || name || ' ' || middle, 'ё', 'е'), '+7918' || lpad((i::bigint * 7919 % 10000000)::text, 7, '0')
from generate_series(1, 100000) i,
     lateral (select (array['а','е','и','о','у','я','ба','ва','га','де','жи','зо','ка','ла','ми','но','па','ро','са','те'])[1 + i * 7 % 20]
                  || (array['рт','лк','нд','мб','вс','гр','дн','жк','зл','кв','лн','мн','пт','рк','ст','тв','хл','цк','чн','шк'])[1 + (i / 20) % 20]
                  || (array['ов','ев','ин','енко','ский','ова','ева','ина','ская','ых'])[1 + (i / 400) % 10]) made (made),
     lateral (select case when i % 60 = 0 then 'иванов' when i % 61 = 0 then 'иванова' when i % 70 = 0 then 'кузнецова'
                          when i % 71 = 0 then 'еремин' when i % 90 = 0 then 'петров' else made end) s (surname),
     lateral (select (array['артем','анна','мария','максим','дарья','ольга','михаил','елена','сергей','софия','кирилл','полина',
                            'никита','алиса','егор','вера','роман','ксения','тимофей','юлия'])[1 + (i / 3) % 20]) n (name),
     lateral (select (array['алексеевич','петровна','викторович','сергеевна','ильич','андреевна','олегович','романовна',
                            'павлович','денисовна'])[1 + (i / 7) % 10]) m (middle);
insert into people.pupil (org_id, person_id) select 1001, 100000 + i from generate_series(1, 100000) i;
insert into people.search_word (org_id, word, person_id)
select p.org_id, it.word, p.person_id
  from people.person p cross join lateral people.search_words(p.search_key, p.phone, p.mobile) as it (word)
 where p.person_id > 100000;
set session_replication_role = origin;
analyze people.person, people.pupil, people.search_word;
