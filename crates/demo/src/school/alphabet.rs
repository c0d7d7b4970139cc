//! The alphabet book.

use std::collections::BTreeMap;

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
