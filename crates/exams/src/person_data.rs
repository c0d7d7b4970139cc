//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("exams.result")
        .about(&["pupil_id"])
        .by(&["set_by"]),
    Held::of("exams.appeal").about(&["pupil_id"]),
];
