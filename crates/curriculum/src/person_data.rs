//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("curriculum.class").about(&["teacher_id"]),
    Held::of("curriculum.group_member").about(&["pupil_id"]),
    Held::of("curriculum.load").about(&["teacher_id"]),
    Held::of("curriculum.plan").about(&["teacher_id"]),
];
