//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("movement.class_member").about(&["pupil_id"]),
    Held::of("movement.order_pupil")
        .about(&["pupil_id"])
        .goes(&[Goes::columns(
            Term::Summary,
            &[
                ("came_from", "''"),
                ("went_to", "''"),
                ("reason", "''"),
                ("place", "''"),
                ("application", "''"),
            ],
        )]),
    Held::of("movement.file_record")
        .about(&["pupil_id"])
        .goes(&[Goes::columns(Term::Summary, &[("handed_to", "''")])]),
    Held::of("movement.certificate")
        .about(&["pupil_id"])
        .by(&["asked_by", "issued_by", "ended_by"])
        .hidden(&["code"])
        .goes(&[Goes::columns(
            Term::Card,
            &[("said", "null"), ("purpose", "''"), ("end_reason", "''")],
        )]),
    Held::of("movement.departure").about(&["pupil_id"]),
    Held::of("movement.arrival").about(&["pupil_id"]),
    // Of the leaving school: what both knew, and what was handed over.
    Held::of("movement.transfer")
        .hidden(&["snils"])
        .within("transfer_id", "movement.departure", &["pupil_id"])
        .goes(&[Goes::columns(
            Term::Summary,
            &[
                ("last_name", "''"),
                ("first_name", "''"),
                ("middle_name", "''"),
                ("born_on", "null"),
                ("file_number", "''"),
                ("snils", "null"),
                ("note", "''"),
            ],
        )]),
    Held::of("movement.transfer_extract")
        .within("transfer_id", "movement.departure", &["pupil_id"])
        .goes(&[Goes::columns(Term::Summary, &[("content", "null")])]),
    Held::of("movement.unplaced").about(&["pupil_id"]),
    // The basis of an order names whoever asked for it.
    Held::of("movement.\"order\"")
        .by(&["prepared_by", "issued_by", "cancelled_by", "submitted_by"])
        .within("order_id", "movement.order_pupil", &["pupil_id"])
        .goes(&[Goes::columns(Term::Summary, &[("basis", "''")])]),
];
