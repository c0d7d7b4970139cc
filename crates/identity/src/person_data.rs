//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("identity.membership").about(&["person_id"]),
    Held::of("identity.role_grant").account(&["account_id"]),
    Held::of("identity.slip")
        .account(&["account_id"])
        .hidden(&["code_hash"]),
    Held::of("identity.proposal").account(&["account_id"]),
    Held::of("identity.saved_view").account(&["account_id"]),
];
