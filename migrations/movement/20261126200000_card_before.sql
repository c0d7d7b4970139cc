-- The number that the card had before the enrolment gave it another one: a
-- cancelled enrolment puts it back (MOV-3). Nothing where the card kept its own.
alter table movement.file_record add column card_before text;
