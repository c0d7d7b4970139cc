//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("identity.membership")
        .about(&["person_id"])
        .goes(&[
            Goes::columns(
                Term::Access,
                &[
                    ("login", "'erased-' || t.account_id::text"),
                    ("block_reason", "''"),
                ],
            ),
            Goes::columns(Term::Name, &[("name", "$5 || ' ' || $6")]),
        ]),
    Held::of("identity.role_grant").account(&["account_id"]),
    Held::of("identity.slip")
        .account(&["account_id"])
        .hidden(&["code_hash"])
        .goes(&[Goes::whole(Term::Access)]),
    Held::of("identity.proposal")
        .account(&["account_id"])
        .goes(&[Goes::columns(Term::Access, &[("reason", "''")])]),
    Held::of("identity.saved_view")
        .account(&["account_id"])
        .goes(&[Goes::whole(Term::Access)]),
];
