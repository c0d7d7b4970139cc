-- The scan or the photo of what a class teacher was given (JRN-4, S3:8.3),
-- and whether who asked for a correction has read the answer (JRN-7).
-- New columns are empty: older code does not see them.
create table journal.absence_file (
    org_id      bigint not null,
    document_id bigint not null,
    file_id     bigint not null,
    name        text not null,
    size        bigint not null,
    added_by    bigint not null,
    added_at    timestamptz not null,
    removed_at  timestamptz,
    constraint absence_file_pkey primary key (org_id, document_id, file_id),
    constraint absence_file_document foreign key (org_id, document_id)
        references journal.absence_document (org_id, document_id),
    constraint absence_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
select kernel.protect('journal.absence_file');
select kernel.track('journal.absence_file', 'document_id', 'file_id');

alter table journal.correction add column answer_seen_at timestamptz;
-- What was answered before is old news.
update journal.correction set answer_seen_at = decided_at where decided_at is not null;
