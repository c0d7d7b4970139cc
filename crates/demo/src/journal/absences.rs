use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime};

use crate::{
    dice::Dice,
    ids::Ids,
    lessons::Lesson,
    model::{Days, School},
    rows::{Batch, Rows},
};

/// Documents of the last days are kept; older ones went with their year.
const DOCUMENTS_FOR_DAYS: i64 = 30;

/// Why somebody was not there, or late.
#[derive(Clone, Copy)]
pub(super) struct Absence {
    pub(super) code: &'static str,
    pub(super) minutes: Option<i16>,
    /// Lateness is no absence.
    pub(super) missed: bool,
    /// The document that tells why.
    pub(super) document: Option<i64>,
}

/// A note from the doctor.
struct Certificate {
    id: i64,
    pupil: usize,
    first: NaiveDate,
    last: NaiveDate,
}

/// The days that each pupil misses.
pub(super) struct Absences {
    /// The place of each school day.
    days: BTreeMap<NaiveDate, usize>,
    /// For each pupil the code of each school day.
    codes: Vec<Vec<Option<&'static str>>>,
    /// When the pupil was last late: once a day.
    late: Vec<Option<NaiveDateTime>>,
    certificates: Vec<Certificate>,
}

impl Absences {
    /// Illness takes days in a row; the newest absences have no reason yet.
    pub(super) fn of(dice: &mut Dice, ids: &mut Ids, school: &School, days: &Days) -> Self {
        let all = days.calendar.school_days();
        let past = all.iter().take_while(|it| **it <= days.current).count();
        let mut certificates = Vec::new();
        let codes = school.pupils.iter().enumerate().map(|(pupil, it)| {
            let mut codes: Vec<Option<&'static str>> = vec![None; all.len()];
            let frail = dice.between(300, 1500) as usize;
            let mut at = 0;
            while at < past {
                if dice.rarely(frail) {
                    let length = dice.between(3, 8) as usize;
                    let known = at + length < past || dice.percent(30);
                    let code = if known { "Б" } else { "ОТ" };
                    let span = all.iter().skip(at).take(length);
                    let ill = (span.clone().next(), span.clone().next_back());
                    if let (true, (Some(first), Some(last))) = (known, ill)
                        && (days.current - *last).num_days() < DOCUMENTS_FOR_DAYS
                        && it.is_here(*first)
                    {
                        certificates.push(Certificate {
                            id: ids.next("journal.absence_document"),
                            pupil,
                            first: *first,
                            last: *last,
                        });
                    }
                    codes
                        .iter_mut()
                        .skip(at)
                        .take(length)
                        .for_each(|it| *it = Some(code));
                    at += length + 10;
                } else if dice.rarely(700) {
                    codes[at] = Some(if at + 3 < past { "УП" } else { "ОТ" });
                    at += 1;
                } else {
                    at += 1;
                }
            }
            codes
        });
        let codes = codes.collect();
        Self {
            codes,
            certificates,
            late: vec![None; school.pupils.len()],
            days: all
                .into_iter()
                .enumerate()
                .map(|(at, day)| (day, at))
                .collect(),
        }
    }

    /// The class teachers enter the notes before the first lesson that refers
    /// to them is filled.
    pub(super) fn hand_in(&self, school: &School, days: &Days, batch: &mut Batch) {
        let mut rows = Rows::new(
            "journal.absence_document (org_id, document_id, pupil_id, reason, first_on, last_on, basis, received_on, \
             set_by, set_at)",
        );
        let opened = crate::school::noon(days.calendar.starts_on);
        for it in &self.certificates {
            let pupil = &school.pupils[it.pupil];
            let class_teacher = school.classes[pupil.class].teacher;
            rows.add(&[
                &school.site.org,
                &it.id,
                &pupil.person.id,
                &"ill",
                &it.first,
                &it.last,
                &"certificate",
                &(it.last + Duration::days(1)).min(days.current),
                &school.workers[class_teacher].person.id,
                &opened,
            ]);
        }
        batch.at(opened, None);
        batch.copy([rows]);
    }

    fn document(&self, pupil: usize, day: NaiveDate) -> Option<i64> {
        let covers = |it: &&Certificate| it.pupil == pupil && it.first <= day && day <= it.last;
        self.certificates.iter().find(covers).map(|it| it.id)
    }

    pub(super) fn at(&mut self, dice: &mut Dice, pupil: usize, lesson: &Lesson) -> Option<Absence> {
        let day = *self.days.get(&lesson.day)?;
        let missed = |code, document| {
            Some(Absence {
                code,
                minutes: None,
                missed: true,
                document,
            })
        };
        if let Some(code) = self.codes[pupil][day] {
            let document = self.document(pupil, lesson.day).filter(|_| code == "Б");
            return missed(code, document);
        }
        if dice.rarely(250) {
            return missed("НП", None);
        }
        let again = self.late[pupil].is_some_and(|it| it.date() == lesson.day);
        if !again && dice.rarely(350) {
            self.late[pupil] = Some(lesson.begins);
            let minutes = Some(dice.between(3, 20) as i16);
            return Some(Absence {
                code: "ОП",
                minutes,
                missed: false,
                document: None,
            });
        }
        None
    }
}
