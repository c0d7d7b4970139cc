-- Whose citizen a pupil is, and who is taught at home (PPL-2; RPT-1, §1.10; RPT-3, 2.6 and
-- 2.7 of ОО-1): '' and null where nobody asked.
alter table people.pupil
    add column citizenship text not null default '',
    add column taught_at_home boolean,
    add constraint pupil_citizenship check (citizenship in ('', 'ru', 'foreign', 'none'));
