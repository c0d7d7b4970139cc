//! The periods that a report can be made for.

use chrono::NaiveDate;
use curriculum::StudyYear;
use journal::{ClassSpan, Slot};
use kernel::ClassId;

/// A period of the school: its quarters where there are any. Grades with
/// half-years are in the period in which theirs ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    pub slot: Slot,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

impl Term {
    /// Its days in a class, as far as they are gone.
    pub(crate) fn span(self, class: ClassId, today: NaiveDate) -> ClassSpan {
        ClassSpan {
            class,
            from: self.starts_on,
            to: self.ends_on.min(today),
        }
    }
}

/// Every period of the year in order of time, and the year.
pub fn terms(year: &StudyYear) -> Vec<Term> {
    let grades = year.taught_classes().map(|it| it.grade);
    let mut all: Vec<Term> = Vec::new();
    // The lowest grade has the shortest periods.
    if let Some(grade) = grades.min() {
        all.extend(year.terms(grade).map(|it| Term {
            slot: Slot::of(it),
            starts_on: it.starts_on,
            ends_on: it.ends_on,
        }));
    }
    all.sort_by_key(|it| it.starts_on);
    all.push(Term {
        slot: Slot::YEAR,
        starts_on: year.year.starts_on,
        ends_on: year.year.ends_on,
    });
    all
}

/// The period of a grade that is reported in `term`: the same, or the one
/// that ends in it.
pub(crate) fn of_grade(year: &StudyYear, term: Term, grade: i16) -> Option<Term> {
    if !term.slot.is_term() {
        return Some(Term {
            ends_on: year.ends_on(grade),
            ..term
        });
    }
    let found = year
        .terms(grade)
        .find(|it| (term.starts_on..=term.ends_on).contains(&it.ends_on))?;
    Some(Term {
        slot: Slot::of(found),
        starts_on: found.starts_on,
        ends_on: found.ends_on,
    })
}

/// The period that people want when they do not say: the last one over, or
/// the first.
pub(crate) fn usual(terms: &[Term], today: NaiveDate) -> Option<Term> {
    let over = terms.iter().rev().find(|it| it.ends_on <= today);
    over.or_else(|| terms.first()).copied()
}
