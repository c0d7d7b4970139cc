//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("movement.class_member").about(&["pupil_id"]),
    Held::of("movement.order_pupil").about(&["pupil_id"]),
    Held::of("movement.\"order\"").by(&["prepared_by", "issued_by", "cancelled_by"]),
];
