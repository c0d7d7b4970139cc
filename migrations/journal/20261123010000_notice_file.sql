-- The photo or the scan that a parent sends with a notice of absence (P3, JRN-4).
-- An accepted notice hands its files on to the document that it became.
create table journal.notice_file (
    org_id    bigint not null,
    notice_id bigint not null,
    file_id   bigint not null,
    name      text not null,
    size      bigint not null,
    added_by  bigint not null,
    added_at  timestamptz not null,
    constraint notice_file_pkey primary key (org_id, notice_id, file_id),
    constraint notice_file_notice foreign key (org_id, notice_id)
        references journal.absence_notice (org_id, notice_id),
    constraint notice_file_stored foreign key (org_id, file_id) references kernel.file (org_id, file_id)
);
select kernel.protect('journal.notice_file');
select kernel.track('journal.notice_file', 'notice_id', 'file_id');
