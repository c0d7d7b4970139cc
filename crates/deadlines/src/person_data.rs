//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("deadlines.debt")
        .about(&["owner_person", "person_id"])
        .by(&["closed_by", "shifted_by"]),
    Held::of("deadlines.whole").about(&["owner_person"]),
    Held::of("deadlines.reminder").about(&["to_person"]),
    Held::of("deadlines.nudge")
        .about(&["to_person"])
        .by(&["sent_by"]),
    Held::of("deadlines.relief").by(&["made_by", "undone_by"]),
];
