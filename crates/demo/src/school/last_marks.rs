//! Final marks of the closed year, with which classes are compared (RPT-5).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::noon;
use crate::{
    calendar::Calendar,
    dice::Dice,
    model::{Kit, School},
    rows::Rows,
};

/// The periods of a grade with their last days; the year is the last of them.
fn periods(year: &Calendar, grade: i16) -> Vec<(&'static str, i16, NaiveDate)> {
    let q = &year.quarters;
    let mut all: Vec<(&str, i16, NaiveDate)> = if grade < 10 {
        let numbered = (1_i16..).zip(q);
        numbered.map(|(at, it)| ("quarter", at, it.1)).collect()
    } else {
        vec![("half", 1, q[1].1), ("half", 2, q[3].1)]
    };
    all.push(("year", 0, year.ends_on));
    all
}

/// What everybody earned in the class and parallel of last year, by place.
pub(super) fn rows(
    kit: &Kit,
    school: &School,
    (id, year): (i64, &Calendar),
    was: &BTreeMap<usize, (i64, i16)>,
    dice: &mut Dice,
) -> Rows {
    let mut rows = Rows::new(
        "journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, number, class_id, grade, value, set_by, set_at)",
    );
    for (at, (class, grade)) in was.iter().filter(|it| it.1.1 > 1) {
        let pupil = &school.pupils[*at];
        let teacher = &school.workers[school.classes[pupil.class].teacher];
        let hours = |it: &crate::subjects::Subject| it.hours[grade.unsigned_abs() as usize - 1];
        let taught = kit.subjects.iter().zip(&school.subject_ids);
        for (_, subject) in taught.filter(|it| it.0.marks > 0 && hours(it.0) > 0) {
            let usual = pupil.ability + dice.bell() * 0.4;
            for (kind, number, last) in periods(year, *grade) {
                let value = (usual + dice.bell() * 0.2).round().clamp(3.0, 5.0) as i64;
                rows.add(&[
                    &school.site.org,
                    &pupil.person.id,
                    subject,
                    &id,
                    &kind,
                    &number,
                    class,
                    grade,
                    &value.to_string(),
                    &teacher.person.id,
                    &noon(last),
                ]);
            }
        }
    }
    rows
}
