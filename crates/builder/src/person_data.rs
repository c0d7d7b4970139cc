//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("builder.report").by(&["owner_id"]),
    Held::of("builder.request").by(&["asked_by", "closed_by"]),
];
