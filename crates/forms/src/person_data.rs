//! What the tables of this domain hold of one person (152-FZ): who counted,
//! corrected, handed in and signed. Figures are of nobody.

use db::subject::Held;

/// Every table with a column that names a person.
pub const PERSON_DATA: &[Held] = &[
    Held::of("forms.form").by(&["computed_by"]),
    Held::of("forms.correction").by(&["corrected_by"]),
    Held::of("forms.submission").by(&["handed_by", "signed_by"]),
];
