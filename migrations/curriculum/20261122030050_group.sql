-- A preschool group is a class of grade 0 whose letter is its name:
-- «Старшая группа «Ромашка»» (JRN-10). Older code has no page for grade 0.
alter table curriculum.class
    drop constraint class_grade,
    drop constraint class_letter,
    add constraint class_grade check (grade between 0 and 12),
    add constraint class_letter check (length(letter) <= case when grade = 0 then 60 else 15 end
                                       and (grade > 0 or letter <> ''));
