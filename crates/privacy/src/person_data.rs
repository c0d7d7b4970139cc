//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person, but acts, which have a time
/// of their own.
pub const PERSON_DATA: &[Held] = &[Held::of("privacy.hold")
    .about(&["person_id"])
    .by(&["set_by", "lifted_by"])
    .goes(&[Goes::columns(
        Term::Name,
        &[("reason", "'-'"), ("lift_reason", "''")],
    )])];
