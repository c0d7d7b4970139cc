//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("messaging.letter")
        .about(&["to_person"])
        .hidden(&["html", "body"])
        // Letters to the family tell of the child.
        .also("t.to_person = any ($3) and t.written_at <= $4 and t.ended_at is not null")
        .goes(&[Goes::whole(Term::Access)]),
    Held::of("messaging.unreachable")
        .about(&["person_id"])
        .goes(&[Goes::whole(Term::Access)]),
    Held::of("messaging.wish")
        .about(&["person_id"])
        .goes(&[Goes::whole(Term::Access)]),
];
