-- What the six kinds of orders say of one pupil besides the class (§3.1, MOV-1),
-- and stays in a parallel without a class («нераспределённые»).
-- Old code inserts the columns it knows: the others have defaults.

alter table movement.order_pupil
    add column to_grade smallint,
    add column came_kind text,
    add column place text not null default '',
    add column scope text,
    add column study_form text,
    add column file_number text not null default '',
    add column application text not null default '',
    add column conditional boolean not null default false,
    add column ground text,
    add column document text,
    add column document_number text not null default '',
    add column document_on date,
    add column exams text,
    add constraint order_pupil_one_place check (to_class_id is null or to_grade is null),
    add constraint order_pupil_to_grade check (to_grade between 0 and 12),
    add constraint order_pupil_came_kind check (came_kind in
        ('school', 'preschool', 'college', 'family', 'first', 'other')),
    add constraint order_pupil_scope check (scope in
        ('town', 'district', 'region', 'other_region', 'abroad')),
    add constraint order_pupil_study_form check (study_form in
        ('full_time', 'part_time', 'extramural', 'family')),
    add constraint order_pupil_ground check (ground in ('council', 'application')),
    add constraint order_pupil_document check (document in ('certificate', 'honours', 'reference')),
    add constraint order_pupil_exams check (exams in ('passed', 'failed', 'exempt'));
comment on column movement.order_pupil.to_grade is 'the parallel to be in where no class is named';
comment on column movement.order_pupil.place is 'settlement and region that the pupil came from or went to';
comment on column movement.order_pupil.scope is 'how far that is, for the table of movement (§3.6)';

-- Who is in a parallel and in no class yet. The rules of class_member hold
-- here too; that one pupil is never in both at once follows from the chain of
-- orders (crates/movement/src/register.rs), and `zvonok check register` looks.
create table movement.unplaced (
    org_id     bigint not null,
    pupil_id   bigint not null,
    grade      smallint not null,
    during     daterange not null,
    began_by   bigint not null,
    ended_by   bigint,
    constraint unplaced_pkey primary key (org_id, pupil_id, during),
    constraint unplaced_grade check (grade between 0 and 12),
    constraint unplaced_pupil foreign key (org_id, pupil_id) references people.pupil (org_id, person_id),
    constraint unplaced_began foreign key (org_id, began_by) references movement.order (org_id, order_id),
    constraint unplaced_ended foreign key (org_id, ended_by) references movement.order (org_id, order_id),
    constraint unplaced_one_at_a_time exclude using gist
        (org_id with =, pupil_id with =, during with &&),
    constraint unplaced_not_empty check (not isempty(during))
);
create index unplaced_by_began on movement.unplaced (org_id, began_by);
create index unplaced_by_ended on movement.unplaced (org_id, ended_by);
select kernel.protect('movement.unplaced');
select kernel.track('movement.unplaced', 'pupil_id', 'during');
grant delete on movement.unplaced to zvonok_app;
