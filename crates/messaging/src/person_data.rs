//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("messaging.letter")
        .about(&["to_person"])
        .hidden(&["html", "body"]),
    Held::of("messaging.unreachable").about(&["person_id"]),
    Held::of("messaging.wish").about(&["person_id"]),
];
