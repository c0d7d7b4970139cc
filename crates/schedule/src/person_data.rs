//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("schedule.slot").by(&["teacher_id"]),
    Held::of("schedule.lesson").by(&["teacher_id"]),
    Held::of("schedule.version").by(&["published_by"]),
];
