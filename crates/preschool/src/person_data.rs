//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("preschool.attendance")
        .about(&["pupil_id"])
        .by(&["set_by"]),
    Held::of("preschool.month").by(&["handed_in_by", "reopened_by"]),
];
