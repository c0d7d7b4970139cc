//! What reports about current marks are made of: how pupils of a class learn
//! over some days.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Scale, Subject};
use journal::{Earned, FinalRule, FinalValue, MarkSum, Marking};
use kernel::{PersonId, SubjectId};
use rust_decimal::Decimal;

/// An average of fewer pupils would tell the marks of one of them.
const FEWEST: usize = 5;

/// How pupils of a class learn over some days.
#[derive(Clone, Debug)]
pub struct Progress {
    pub class: Class,
    /// Subjects with marks that are reported of, by name.
    pub subjects: Vec<Subject>,
    pub pupils: Vec<PupilProgress>,
    /// The class as a whole.
    pub of_class: HashMap<SubjectId, OfClass>,
    pub marking: Marking,
}

/// The marks of a whole class in a subject.
#[derive(Clone, Debug, Default)]
pub struct OfClass {
    pub sum: MarkSum,
    /// By the first day of each step.
    pub steps: BTreeMap<NaiveDate, MarkSum>,
    /// Who has a mark.
    pub pupils: HashSet<PersonId>,
}

/// How one pupil learns.
#[derive(Clone, Debug)]
pub struct PupilProgress {
    pub id: PersonId,
    /// «Иванова Мария»
    pub name: String,
    /// In the order of the subjects; those that are not taught to the pupil
    /// are left out.
    pub subjects: Vec<SubjectProgress>,
}

/// How one pupil learns in a subject.
#[derive(Clone, Debug)]
pub struct SubjectProgress {
    pub subject: SubjectId,
    pub scale: Scale,
    pub sum: MarkSum,
    /// By the first day of each step.
    pub steps: BTreeMap<NaiveDate, MarkSum>,
    /// What a final mark would be proposed from.
    pub earned: Earned,
    /// The final mark of the period where it is set; empty where it is not.
    pub set: FinalValue,
}

impl OfClass {
    pub(crate) fn add(&mut self, pupil: PersonId, since: NaiveDate, sum: MarkSum) {
        self.sum += sum;
        *self.steps.entry(since).or_default() += sum;
        if sum.marks > 0 {
            self.pupils.insert(pupil);
        }
    }

    /// Whether so many have marks that nobody's are told.
    pub fn is_shown(&self) -> bool {
        self.pupils.len() >= FEWEST
    }

    /// The sum, where it may be told.
    pub fn shown(&self) -> MarkSum {
        if self.is_shown() {
            self.sum
        } else {
            MarkSum::default()
        }
    }

    pub fn average(&self) -> Option<Decimal> {
        self.shown().average()
    }
}

impl SubjectProgress {
    /// The final mark, or the one that comes out as things stand.
    pub fn likely(&self, rule: &FinalRule) -> FinalValue {
        if self.set.is_none() {
            rule.forecast(&self.earned)
        } else {
            self.set.clone()
        }
    }
}

impl PupilProgress {
    pub fn of(&self, subject: SubjectId) -> Option<&SubjectProgress> {
        self.subjects.iter().find(|it| it.subject == subject)
    }

    /// The sum of all subjects with marks of five points.
    pub fn whole(&self) -> MarkSum {
        let five = self.subjects.iter().filter(|it| it.scale == Scale::Five);
        five.map(|it| it.sum).sum()
    }
}

impl Progress {
    pub fn subject(&self, id: SubjectId) -> &str {
        let found = self.subjects.iter().find(|it| it.id == id);
        found.map_or("", |it| it.name.as_str())
    }

    /// All marks of five points of the class.
    pub fn whole(&self) -> OfClass {
        let mut whole = OfClass::default();
        for subject in self.subjects.iter().filter(|it| it.scale == Scale::Five) {
            if let Some(it) = self.of_class.get(&subject.id) {
                whole.sum += it.sum;
                whole.pupils.extend(&it.pupils);
                for (since, sum) in &it.steps {
                    *whole.steps.entry(*since).or_default() += *sum;
                }
            }
        }
        whole
    }
}
