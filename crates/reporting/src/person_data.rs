//! What the tables of this domain hold of one person (152-FZ).

use db::subject::Held;

/// Every table with a column that names a person. Nothing goes with a person:
/// frozen reports and journals of the archive are papers of the school, kept
/// as they were made for as long as the law tells for them (ADR 0025).
pub const PERSON_DATA: &[Held] = &[
    Held::of("reporting.report_run").by(&["teacher_id", "made_by"]),
    Held::of("reporting.paper").by(&["made_by"]),
];
