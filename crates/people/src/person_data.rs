//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("people.person")
        .about(&["person_id", "merged_into"])
        .hidden(&["search_key"]),
    Held::of("people.staff").about(&["person_id"]),
    Held::of("people.pupil").about(&["person_id"]),
    Held::of("people.parent").about(&["person_id"]),
    Held::of("people.kinship").about(&["parent_id", "pupil_id"]),
    Held::of("people.consent").about(&[
        "subject_id",
        "given_by",
        "void_subject_id",
        "void_given_by",
    ]),
    Held::of("people.consent_file").by(&["added_by"]),
    Held::of("people.restricted_field").about(&["person_id"]),
    Held::of("people.record").about(&["person_id"]),
    Held::of("people.name_forms").about(&["person_id"]),
    Held::of("people.proposal")
        .about(&["subject_id", "proposed_by"])
        .by(&["decided_by"]),
    Held::of("people.merge")
        .about(&["kept_id", "gone_id"])
        .by(&["merged_by", "undone_by"])
        .hidden(&["way_back"]),
    Held::of("people.not_duplicate")
        .about(&["first_id", "second_id"])
        .by(&["said_by"]),
];
