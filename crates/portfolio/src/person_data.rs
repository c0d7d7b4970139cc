//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("portfolio.entry")
        .about(&["pupil_id", "staff_id"])
        .by(&["prepared_by", "proposed_by", "decided_by"]),
    Held::of("portfolio.entry_file").by(&["added_by"]),
    Held::of("portfolio.club").by(&["leader_id"]),
    Held::of("portfolio.club_member").about(&["pupil_id"]),
    Held::of("portfolio.club_visit").about(&["pupil_id"]),
    Held::of("portfolio.event").by(&["responsible_id"]),
    Held::of("portfolio.event_participant").about(&["pupil_id"]),
    Held::of("portfolio.meeting_visit").about(&["pupil_id"]),
    Held::of("portfolio.association").by(&["head_id"]),
    Held::of("portfolio.association_member").about(&["person_id"]),
    Held::of("portfolio.equipment").by(&["responsible_id"]),
    Held::of("portfolio.attestation").about(&["person_id"]),
];
