//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("journal.mark")
        .about(&["pupil_id"])
        .by(&["set_by"]),
    Held::of("journal.attendance")
        .about(&["pupil_id"])
        .by(&["set_by"]),
    Held::of("journal.entry").by(&["set_by"]),
    Held::of("journal.final_mark")
        .about(&["pupil_id"])
        .by(&["set_by"]),
    Held::of("journal.acknowledgement").about(&["pupil_id", "parent_id"]),
    Held::of("journal.absence_document")
        .about(&["pupil_id"])
        .by(&["set_by", "withdrawn_by"]),
    Held::of("journal.absence_file").by(&["added_by"]),
    Held::of("journal.notice_file").by(&["added_by"]),
    Held::of("journal.absence_notice")
        .about(&["pupil_id", "sent_by"])
        .by(&["answered_by"]),
    Held::of("journal.answer")
        .about(&["pupil_id"])
        .by(&["handed_by", "checked_by"]),
    Held::of("journal.answer_file").about(&["pupil_id"]),
    Held::of("journal.homework_done").about(&["pupil_id"]),
    Held::of("journal.homework_file").by(&["added_by"]),
    Held::of("journal.correction")
        .about(&["pupil_id"])
        .by(&["asked_by", "decided_by"]),
    Held::of("journal.notice").about(&["pupil_id"]),
    Held::of("journal.notice_read").about(&["person_id"]),
    Held::of("journal.remark")
        .about(&["teacher_id"])
        .by(&["made_by", "closed_by"]),
    Held::of("journal.reminder")
        .about(&["teacher_id"])
        .by(&["sent_by"]),
    Held::of("journal.rolled").by(&["rolled_by"]),
    Held::of("journal.control_look").by(&["looked_by"]),
    Held::of("journal.signed_period").by(&["signed_by", "reopened_by"]),
    Held::of("journal.grid_view").account(&["account_id"]),
];
