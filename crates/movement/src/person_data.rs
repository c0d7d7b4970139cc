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
    Held::of("movement.unplaced").about(&["pupil_id"]),
    // The basis of an order names whoever asked for it.
    Held::of("movement.\"order\"")
        .by(&["prepared_by", "issued_by", "cancelled_by", "submitted_by"])
        .within("order_id", "movement.order_pupil", &["pupil_id"])
        .goes(&[Goes::columns(Term::Summary, &[("basis", "''")])]),
];
