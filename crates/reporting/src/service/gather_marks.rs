//! Brings together what reports of current marks are made of.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, StudyYear, Subject};
use db::Tx;
use journal::{
    Earned, FinalPlace, FinalValue, MarkSum, Marking, Missed, Slot, Step, WhichWorks, Worked,
    WorkedIn,
};
use kernel::{ClassId, PersonId, SubjectId};
use movement::Member;
use rust_decimal::Decimal;

use super::{Reporting, WorkChoice};
use crate::{Error, OfClass, Progress, PupilProgress, SubjectProgress, period::Term};

/// What surrounds the marks of a class.
pub(super) struct Ground<'a> {
    pub(super) year: &'a StudyYear,
    pub(super) class: &'a Class,
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    /// Final marks of that period stand beside.
    pub(super) slot: Slot,
    pub(super) today: NaiveDate,
    pub(super) subjects: &'a HashMap<SubjectId, Subject>,
    pub(super) stays: &'a [Member],
    pub(super) finals: &'a HashMap<FinalPlace, FinalValue>,
    /// Of these subjects only.
    pub(super) only: Option<HashSet<SubjectId>>,
}

/// The periods of a class, the year last.
pub(super) fn terms_of(year: &StudyYear, class: &Class) -> Vec<Term> {
    let mut terms: Vec<Term> = year
        .terms(class.grade)
        .map(|it| Term {
            slot: Slot::of(it),
            starts_on: it.starts_on,
            ends_on: it.ends_on,
        })
        .collect();
    terms.push(Term {
        slot: Slot::YEAR,
        starts_on: year.year.starts_on,
        ends_on: year.ends_on(class.grade),
    });
    terms
}

/// The period of the day; in holidays the one before, before the year the first.
pub(super) fn current(terms: &[Term], today: NaiveDate) -> Option<Term> {
    let of_year = terms.iter().filter(|it| it.slot.is_term());
    let mut begun = of_year.clone().filter(|it| it.starts_on <= today);
    begun
        .next_back()
        .or_else(|| of_year.min_by_key(|it| it.starts_on))
        .or_else(|| terms.first())
        .copied()
}

impl Reporting {
    /// The kinds of work that count; a statement where not all do.
    pub(super) async fn works(&self, tx: &mut Tx, choice: WorkChoice) -> Result<WhichWorks, Error> {
        if choice == WorkChoice::All {
            return Ok(WhichWorks::All);
        }
        let kinds = self.curriculum.work_kinds(tx).await?;
        let control = kinds.iter().filter(|it| it.is_control).map(|it| it.id);
        Ok(match choice {
            WorkChoice::Current => WhichWorks::Without(control.collect()),
            _ => WhichWorks::Only(control.collect()),
        })
    }

    /// What stands in the lessons of these classes, added up.
    pub(super) async fn worked(
        &self,
        tx: &mut Tx,
        of: &Ground<'_>,
        classes: &[ClassId],
        step: Step,
        works: &WhichWorks,
        marking: &Marking,
    ) -> Result<Worked, Error> {
        let wanted = WorkedIn {
            classes,
            subject: None,
            from: of.from,
            to: of.to.min(of.today),
            step,
            works,
            subjects: of.subjects,
            marking,
            today: of.today,
        };
        Ok(self.marks.worked(tx, wanted).await?)
    }
}

impl Ground<'_> {
    /// What is taught to the pupil in these days, with marks and by name.
    pub(super) fn taught(&self, pupil: PersonId) -> Vec<SubjectId> {
        let loads = self.year.loads.iter().filter(|it| {
            let days = it.days();
            it.class == self.class.id
                && *days.start() <= self.to
                && self.from <= *days.end()
                && self.year.is_in(it.group, pupil)
        });
        self.sorted(loads.map(|it| it.subject).collect())
    }

    /// Those that are reported of, by name.
    fn sorted(&self, mut all: Vec<SubjectId>) -> Vec<SubjectId> {
        all.retain(|it| {
            let without = self.year.without_marks.contains(it);
            let asked = self.only.as_ref().is_none_or(|only| only.contains(it));
            asked && !without && self.subjects.contains_key(it)
        });
        all.sort_unstable();
        all.dedup();
        all.sort_by_key(|it| self.subjects.get(it).map(|it| it.name.clone()));
        all
    }

    /// Hours a week of the subject for the pupil.
    fn hours(&self, pupil: PersonId, subject: SubjectId) -> Decimal {
        let day = self.year.day(self.today);
        let loads = self.year.loads.iter().filter(|it| {
            it.class == self.class.id
                && it.subject == subject
                && it.days().contains(&day)
                && self.year.is_in(it.group, pupil)
        });
        loads.map(|it| it.hours_a_week).sum()
    }

    /// How these pupils learn.
    pub(super) fn progress(
        &self,
        worked: &Worked,
        marking: Marking,
        pupils: Vec<(PersonId, String)>,
    ) -> Progress {
        let mut of_class: HashMap<SubjectId, OfClass> = HashMap::new();
        let mut own: HashMap<(PersonId, SubjectId), OfClass> = HashMap::new();
        for it in &worked.sums {
            if it.class == self.class.id {
                let class = of_class.entry(it.subject).or_default();
                class.add(it.pupil, it.since, it.sum);
            }
            let of = own.entry((it.pupil, it.subject)).or_default();
            of.add(it.pupil, it.since, it.sum);
        }
        let mut subjects = vec![];
        let pupils = pupils
            .into_iter()
            .map(|(id, name)| {
                let mut taught = self.taught(id);
                let earned = own.iter().filter(|it| it.0.0 == id && it.1.sum.marks > 0);
                taught.extend(earned.map(|it| it.0.1));
                let taught = self.sorted(taught);
                subjects.extend_from_slice(&taught);
                let of = taught.into_iter().map(|subject| {
                    let sums = own.remove(&(id, subject)).unwrap_or_default();
                    self.subject(id, subject, sums, worked)
                });
                PupilProgress {
                    id,
                    name,
                    subjects: of.collect(),
                }
            })
            .collect();
        let subjects = self.sorted(subjects).into_iter();
        Progress {
            class: self.class.clone(),
            subjects: subjects
                .filter_map(|it| self.subjects.get(&it).cloned())
                .collect(),
            pupils,
            of_class,
            marking,
        }
    }

    fn subject(
        &self,
        pupil: PersonId,
        subject: SubjectId,
        sums: OfClass,
        worked: &Worked,
    ) -> SubjectProgress {
        let (lessons, came_later) = self.lessons(pupil, subject, worked);
        let place = FinalPlace {
            pupil,
            subject,
            slot: self.slot,
        };
        SubjectProgress {
            subject,
            scale: self
                .subjects
                .get(&subject)
                .map_or_else(Default::default, |it| it.scale),
            earned: Earned {
                lessons,
                came_later,
                hours_a_week: self.hours(pupil, subject),
                ..sums.sum.earned()
            },
            sum: sums.sum,
            steps: sums.steps,
            set: self.finals.get(&place).cloned().unwrap_or_default(),
        }
    }

    /// How many lessons the pupil had, and whether some were given before.
    fn lessons(&self, pupil: PersonId, subject: SubjectId, worked: &Worked) -> (u32, bool) {
        let (mut count, mut came_later) = (0, false);
        let stays: Vec<&Member> = self.stays.iter().filter(|it| it.pupil == pupil).collect();
        for lesson in worked.lessons.iter().filter(|it| it.subject == subject) {
            if !self.year.is_in(lesson.group, pupil) {
                continue;
            }
            let here = |it: &&&Member| it.class == lesson.class && it.on(lesson.held_on);
            if stays.iter().any(|it| here(&it)) {
                count += 1;
            } else if count == 0 && lesson.class == self.class.id {
                came_later = true;
            }
        }
        (count, came_later)
    }
}

/// Lessons missed by each pupil, in all subjects.
pub(super) fn missed(worked: &Worked) -> HashMap<PersonId, Missed> {
    let mut sums: HashMap<PersonId, MarkSum> = HashMap::new();
    for it in &worked.sums {
        *sums.entry(it.pupil).or_default() += it.sum;
    }
    sums.into_iter().map(|(id, it)| (id, it.missed)).collect()
}
