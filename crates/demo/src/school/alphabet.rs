//! The alphabet book and certificates.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{ids::Ids, model::School, rows::Rows};

/// A line for each pupil whose personal file has a number; the files of
/// leavers are handed to a parent on the day of leaving.
pub(super) fn rows(
    ids: &mut Ids,
    school: &School,
    numbers: &[String],
    began: &BTreeMap<usize, i64>,
) -> Rows {
    let mut rows = Rows::new(
        "movement.file_record (org_id, record_id, pupil_id, letter, number, enrolled_by, handed_on, handed_to)",
    );
    for (at, (pupil, number)) in school.pupils.iter().zip(numbers).enumerate() {
        let (Some(order), Some(letter)) = (began.get(&at), number.chars().next()) else {
            continue;
        };
        let parent = school.parents.iter().find(|it| it.family == pupil.family);
        let handed = pupil.until.zip(parent);
        rows.add(&[
            &school.site.org,
            &ids.next("movement.file_record"),
            &pupil.person.id,
            &letter.to_string(),
            number,
            order,
            &handed.map(|it| it.0),
            &handed.map_or_else(String::new, |it| it.1.person.name.full()),
        ]);
    }
    rows
}

/// Certificates that families ask for and that nobody has issued yet.
pub(super) fn certificates(school: &School, asked_at: DateTime<Utc>) -> Rows {
    let mut rows =
        Rows::new("movement.certificate (org_id, kind, pupil_id, purpose, asked_by, asked_at)");
    let wishes = [
        ("study", "в поликлинику"),
        ("study", "в бассейн «Дельфин»"),
        ("period", "в Социальный фонд"),
    ];
    let here = school.pupils.iter().filter(|it| it.until.is_none());
    for (pupil, (kind, purpose)) in here.step_by(7).zip(wishes) {
        let parent = school.parents.iter().find(|it| it.family == pupil.family);
        let asked_by = parent.map_or(pupil.person.id, |it| it.person.id);
        rows.add(&[
            &school.site.org,
            &kind,
            &pupil.person.id,
            &purpose,
            &asked_by,
            &asked_at,
        ]);
    }
    rows
}
