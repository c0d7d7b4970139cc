//! What the tables of this domain hold of one person (152-FZ).

use db::subject::{Goes, Held, Term};

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("people.person")
        .about(&["person_id", "merged_into"])
        .hidden(&["search_key"])
        .goes(&[
            Goes::columns(
                Term::Card,
                &[
                    ("phone", "''"),
                    ("mobile", "''"),
                    ("email", "''"),
                    ("lives_at", "''"),
                    ("registered_at", "''"),
                ],
            ),
            Goes::columns(
                Term::Name,
                &[
                    ("last_name", "$5"),
                    ("first_name", "$6"),
                    ("middle_name", "null"),
                    ("gender", "null"),
                    ("born_on", "null"),
                    ("search_key", "lower($5)"),
                ],
            ),
        ]),
    // Registers, classes and lessons refer to staff and pupils: the row stays.
    Held::of("people.staff").about(&["person_id"]).goes(&[
        Goes::columns(
            Term::Card,
            &[
                ("extra_post", "''"),
                ("hire_order", "''"),
                ("category", "''"),
                ("education", "''"),
                ("institution", "''"),
                ("diploma_number", "''"),
                ("diploma_on", "null"),
                ("speciality", "''"),
                ("courses", "''"),
                ("awards", "''"),
                ("subjects", "''"),
                ("activity", "''"),
                ("experience_since", "null"),
                ("family_status", "''"),
                ("dismissal_reason", "''"),
            ],
        ),
        Goes::columns(Term::Name, &[("post", "''"), ("hired_on", "null")]),
    ]),
    Held::of("people.pupil").about(&["person_id"]).goes(&[
        Goes::columns(
            Term::Card,
            &[
                ("foreign_language", "''"),
                ("family", "''"),
                ("has_computer", "null"),
                ("citizenship", "''"),
                ("taught_at_home", "null"),
            ],
        ),
        Goes::columns(Term::Name, &[("file_number", "''")]),
    ]),
    Held::of("people.parent")
        .about(&["person_id"])
        .goes(&[Goes::columns(
            Term::Card,
            &[
                ("education", "''"),
                ("workplace", "''"),
                ("job", "''"),
                ("work_phone", "''"),
            ],
        )]),
    Held::of("people.kinship")
        .about(&["parent_id", "pupil_id"])
        .goes(&[Goes::whole(Term::Card)]),
    // That a consent was given stays, by numbers: S2:5.4.
    Held::of("people.consent")
        .about(&["subject_id", "given_by", "void_subject_id", "void_given_by"])
        .goes(&[Goes::columns(
            Term::Card,
            &[("document", "''"), ("settled_note", "''")],
        )]),
    Held::of("people.consent_file")
        .by(&["added_by"])
        .within("consent_id", "people.consent", &["subject_id"])
        .goes(&[Goes::whole(Term::Card)])
        .files(),
    Held::of("people.restricted_field")
        .about(&["person_id"])
        .goes(&[Goes::whole(Term::Restricted)]),
    Held::of("people.record")
        .about(&["person_id"])
        .goes(&[Goes::whole(Term::Card)]),
    Held::of("people.name_forms")
        .about(&["person_id"])
        .goes(&[Goes::whole(Term::Name)]),
    // A refused proposal must have a reason.
    Held::of("people.proposal")
        .about(&["subject_id", "proposed_by"])
        .by(&["decided_by"])
        .goes(&[Goes::columns(
            Term::Card,
            &[("changes", "'[]'"), ("document", "'-'"), ("reason", "'-'")],
        )]),
    Held::of("people.merge")
        .about(&["kept_id", "gone_id"])
        .by(&["merged_by", "undone_by"])
        .hidden(&["way_back"])
        .goes(&[Goes::columns(Term::Card, &[("way_back", "'{}'")])]),
    Held::of("people.not_duplicate")
        .about(&["first_id", "second_id"])
        .by(&["said_by"])
        .goes(&[Goes::whole(Term::Card)]),
];
