//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("rollover.exception")
        .about(&["pupil_id"])
        .goes(&[Goes::whole(Term::Summary)]),
    Held::of("rollover.transition").by(&["ran_by", "taken_back_by"]),
];
