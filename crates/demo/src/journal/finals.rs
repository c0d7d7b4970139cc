//! Final marks of the periods that are over, signed by most teachers.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{evening, marks::Mark};
use crate::{
    dice::Dice,
    lessons::Lesson,
    model::{Days, Kit, School},
    rows::{Batch, Rows},
    school::noon,
};

/// A quarter, or a half-year of the last two grades.
#[derive(Clone, Copy)]
struct Term {
    kind: &'static str,
    number: i16,
    last: NaiveDate,
}

/// What a pupil earned: weighted points and weights, in hundredths.
#[derive(Clone, Copy, Default)]
struct Earned {
    points: i64,
    weights: i64,
}

/// Class, subject and period, by place.
type Sheet = (usize, usize, usize);

/// The marks of every pupil, added up as they are given.
#[derive(Default)]
pub(super) struct Finals {
    earned: BTreeMap<(Sheet, usize), Earned>,
}

fn terms(days: &Days, grade: i16) -> Vec<(NaiveDate, Term)> {
    let q = &days.calendar.quarters;
    let term =
        |kind, number, (from, last): (NaiveDate, NaiveDate)| (from, Term { kind, number, last });
    if grade < 10 {
        let numbered = (1_i16..).zip(q);
        numbered
            .map(|(number, it)| term("quarter", number, *it))
            .collect()
    } else {
        vec![
            term("half", 1, (q[0].0, q[1].1)),
            term("half", 2, (q[2].0, q[3].1)),
        ]
    }
}

impl Finals {
    /// A mark that counts.
    pub(super) fn note(
        &mut self,
        school: &School,
        days: &Days,
        lesson: &Lesson,
        pupil: usize,
        (mark, weight): (&Mark, &str),
    ) {
        let load = &school.loads[lesson.load];
        let terms = terms(days, school.classes[load.class].grade);
        let on = |it: &(NaiveDate, Term)| (it.0..=it.1.last).contains(&lesson.day);
        let Some(term) = terms.iter().position(on) else {
            return;
        };
        let weight = (weight.parse::<f64>().unwrap_or(1.0) * 100.0).round() as i64;
        let sheet = (load.class, load.subject, term);
        let earned = self.earned.entry((sheet, pupil)).or_default();
        earned.points += weight * i64::from(mark.points);
        earned.weights += weight * i64::from(mark.count);
    }

    /// Writes the marks of every period that is over, the signatures, and one
    /// request to correct what was signed. The sheets of `open` lessons wait
    /// for their teacher.
    pub(super) fn write(
        &self,
        kit: &Kit,
        school: &School,
        days: &Days,
        open: &HashSet<(usize, usize)>,
        dice: &mut Dice,
        batch: &mut Batch,
    ) {
        let mut asked = false;
        for (class, it) in school
            .classes
            .iter()
            .enumerate()
            .filter(|it| it.1.grade > 1)
        {
            for (at, (_, term)) in terms(days, it.grade).into_iter().enumerate() {
                // A day for those who are slow, holidays included.
                if term.last + chrono::Days::new(1) >= days.until.date() {
                    continue;
                }
                for subject in 0..kit.subjects.len() {
                    let waits = open.contains(&(class, subject));
                    let sheet = (class, subject, at);
                    if kit.subjects[subject].marks > 0 && !waits {
                        self.write_sheet(school, days, sheet, term, &mut asked, dice, batch);
                    }
                }
                acknowledge(school, days, class, term, batch);
            }
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a sheet is written with all that surrounds it"
    )]
    fn write_sheet(
        &self,
        school: &School,
        days: &Days,
        sheet: Sheet,
        term: Term,
        asked: &mut bool,
        dice: &mut Dice,
        batch: &mut Batch,
    ) {
        let (class, subject, _) = sheet;
        let of_sheet = |it: &&crate::model::Load| it.class == class && it.subject == subject;
        let Some(load) = school.loads.iter().find(of_sheet) else {
            return;
        };
        let teacher = school.workers[load.teacher].person.id;
        let at = evening(days, term.last).max(noon(term.last));
        let mut rows = Rows::new(
            "journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, number, class_id, grade, value, set_by, set_at)",
        );
        let signed = dice.percent(92);
        let mut first = None;
        for (place, pupil) in school.pupils.iter().enumerate() {
            if pupil.class != class || !pupil.is_here(term.last) {
                continue;
            }
            // Who has not signed yet has something left to decide.
            if !signed && dice.percent(10) {
                continue;
            }
            let value = self.value(sheet, place);
            first = first.or(Some((pupil.person.id, value)).filter(|it| it.1 == "4"));
            rows.add(&[
                &school.site.org,
                &pupil.person.id,
                &school.subject_ids[subject],
                &school.year,
                &term.kind,
                &term.number,
                &school.classes[class].id,
                &school.classes[class].grade,
                &value,
                &teacher,
                &at,
            ]);
        }
        batch.at(at, Some(teacher));
        batch.copy([rows]);
        if !signed {
            return;
        }
        let mut signatures = Rows::new(
            "journal.signed_period (org_id, class_id, subject_id, kind, number, signed_by, signed_at)",
        );
        signatures.add(&[
            &school.site.org,
            &school.classes[class].id,
            &school.subject_ids[subject],
            &term.kind,
            &term.number,
            &teacher,
            &at,
        ]);
        batch.copy([signatures]);
        if let (Some((pupil, value)), false) = (first, *asked) {
            *asked = true;
            ask(
                school,
                days,
                (class, subject, term),
                (pupil, value, teacher),
                batch,
            );
        }
    }

    /// As the rule of the school proposes it; nobody has too few marks here.
    fn value(&self, sheet: Sheet, pupil: usize) -> &'static str {
        let Earned { points, weights } = self
            .earned
            .get(&(sheet, pupil))
            .copied()
            .unwrap_or_default();
        match points * 2 {
            _ if weights == 0 => "н/а",
            it if it >= weights * 9 => "5",
            it if it >= weights * 7 => "4",
            it if it >= weights * 5 => "3",
            _ => "2",
        }
    }
}

/// Two fathers of three have seen the marks the evening after.
fn acknowledge(school: &School, days: &Days, class: usize, term: Term, batch: &mut Batch) {
    let marks_at = evening(days, term.last).max(noon(term.last));
    let at = marks_at + Duration::days(1);
    let mut rows = Rows::new(
        "journal.acknowledgement (org_id, pupil_id, year_id, kind, number, parent_id, marks_at, acknowledged_at)",
    );
    for pupil in school.pupils.iter().filter(|it| it.class == class) {
        let of_family =
            |it: &&crate::model::Parent| it.family == pupil.family && it.kind == "father";
        let father = school.parents.iter().find(of_family);
        let Some(father) = father.filter(|_| pupil.is_here(term.last) && pupil.family % 3 > 0)
        else {
            continue;
        };
        rows.add(&[
            &school.site.org,
            &pupil.person.id,
            &school.year,
            &term.kind,
            &term.number,
            &father.person.id,
            &marks_at,
            &at,
        ]);
    }
    batch.at(at, None);
    batch.copy([rows]);
}

/// A request that the deputy head finds on the desk.
fn ask(
    school: &School,
    days: &Days,
    (class, subject, term): (usize, usize, Term),
    (pupil, value, teacher): (i64, &'static str, i64),
    batch: &mut Batch,
) {
    let at: DateTime<Utc> = evening(days, days.current) - Duration::minutes(40);
    let mut requests = Rows::new(
        "journal.correction (org_id, class_id, subject_id, pupil_id, year_id, kind, number, old_value, wanted, reason, asked_by, asked_at)",
    );
    requests.add(&[
        &school.site.org,
        &school.classes[class].id,
        &school.subject_ids[subject],
        &pupil,
        &school.year,
        &term.kind,
        &term.number,
        &value,
        &"5",
        &"Контрольную писал(а) после болезни, отметка не вошла",
        &teacher,
        &at,
    ]);
    batch.at(at, Some(teacher));
    batch.copy([requests]);
}
