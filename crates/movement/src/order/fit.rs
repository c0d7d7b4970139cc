//! Which class suits which kind of order, and what is worth a word (§3.1, §3.2).

use std::collections::{HashMap, HashSet};

use curriculum::Class;
use kernel::{ClassId, PersonId, YearId};
use serde::Serialize;

use super::{OrderKind, OrderLine, Place};
use crate::{Refusal, YearMarks};

/// Grades after which one graduates; 0 is the kindergarten.
pub(crate) const LAST_GRADES: [i16; 4] = [0, 9, 11, 12];

/// Worth a word before the order is issued; it may be issued all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// There are marks or absences on later days: nobody will see them (§3.2.3).
    LaterMarks,
    /// The class is of another parallel.
    OtherGrade,
    /// A year mark is missing (§3.2.4).
    NoYearMarks,
    /// A certificate without its number.
    NoDocumentNumber,
}

impl Warning {
    /// The key of the words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LaterMarks => "later-marks",
            Self::OtherGrade => "other-grade",
            Self::NoYearMarks => "no-year-marks",
            Self::NoDocumentNumber => "no-document-number",
        }
    }
}

/// The parallel and the year of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Level {
    grade: i16,
    /// None of a parallel without classes.
    year: Option<YearId>,
}

/// What the checks of an order look at beside the chain of the pupil.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) classes: HashMap<ClassId, Class>,
    pub(crate) year_marks: HashMap<PersonId, YearMarks>,
    /// Classes of closed years.
    pub(crate) closed: HashSet<ClassId>,
    /// Whose number of the personal file, as the order names it, is taken.
    pub(crate) taken: HashSet<PersonId>,
}

impl Facts {
    fn level(&self, place: Place) -> Option<Level> {
        match place {
            Place::Grade(grade) => Some(Level { grade, year: None }),
            Place::Class(id) => self.classes.get(&id).map(|it| Level {
                grade: it.grade,
                year: Some(it.year),
            }),
        }
    }

    /// Whether the order may do this with a pupil who is there.
    pub(crate) fn allow(
        &self,
        kind: OrderKind,
        line: &OrderLine,
        from: Option<Place>,
    ) -> Result<(), Refusal> {
        let into = line.place().and_then(Place::class);
        if into.is_some_and(|it| self.closed.contains(&it)) {
            return Err(Refusal::ClosedYear);
        }
        if kind == OrderKind::Enrolment && self.taken.contains(&line.pupil) {
            return Err(Refusal::FileNumberTaken);
        }
        let from = from.and_then(|it| self.level(it));
        let to = line.place().and_then(|it| self.level(it));
        kind.suits(from, to)?;
        let failed = self.year_marks.get(&line.pupil) == Some(&YearMarks::Failed);
        if kind == OrderKind::Promotion && failed && !line.details.conditional {
            return Err(Refusal::BadYearMarks);
        }
        Ok(())
    }

    /// What is worth a word, save for the marks of later days.
    pub(crate) fn warnings(
        &self,
        kind: OrderKind,
        line: &OrderLine,
        from: Option<Place>,
    ) -> Vec<Warning> {
        let grade = |it: Option<Place>| it.and_then(|it| self.level(it)).map(|it| it.grade);
        let (from, to) = (grade(from), grade(line.place()));
        let mut told = Vec::new();
        if kind == OrderKind::Transfer && from.is_some() && to.is_some() && from != to {
            told.push(Warning::OtherGrade);
        }
        // Whoever is in the first grade gets no marks.
        let missing = self.year_marks.get(&line.pupil) == Some(&YearMarks::Missing);
        if kind == OrderKind::Promotion
            && missing
            && !line.details.conditional
            && from.is_some_and(|it| 1 < it)
        {
            told.push(Warning::NoYearMarks);
        }
        if kind == OrderKind::Graduation
            && from.is_some_and(|it| 0 < it)
            && line.details.document_number.is_empty()
        {
            told.push(Warning::NoDocumentNumber);
        }
        told
    }
}

impl OrderKind {
    /// Whether the kind leads from the one level to the other.
    fn suits(self, from: Option<Level>, to: Option<Level>) -> Result<(), Refusal> {
        let Some(from) = from else { return Ok(()) };
        if self == Self::Graduation {
            return if LAST_GRADES.contains(&from.grade) {
                Ok(())
            } else {
                Err(Refusal::NotLastGrade)
            };
        }
        let Some(to) = to else { return Ok(()) };
        let same_year = from.year.zip(to.year).map(|(from, to)| from == to);
        // Groups of a kindergarten have no grades to go up.
        let next = to.grade == from.grade + 1 || (from.grade, to.grade) == (0, 0);
        match self {
            Self::Transfer if same_year == Some(false) => Err(Refusal::OtherYear),
            Self::Promotion | Self::Repeat if same_year == Some(true) => Err(Refusal::SameYear),
            Self::Promotion if !next => Err(Refusal::NotNextGrade),
            Self::Repeat if to.grade != from.grade => Err(Refusal::NotSameGrade),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Details;

    fn class(id: i64, year: i64, grade: i16) -> (ClassId, Class) {
        let class = Class {
            id: id.into(),
            year: year.into(),
            grade,
            letter: "А".to_owned(),
            shift: 1,
            teacher: None,
            room: None,
        };
        (id.into(), class)
    }

    /// Of year 1: 1 → 5А, 2 → 6А, 3 → 9А; of year 2: 11 → 5А, 12 → 6А.
    fn facts() -> Facts {
        let classes = [
            class(1, 1, 5),
            class(2, 1, 6),
            class(3, 1, 9),
            class(11, 2, 5),
            class(12, 2, 6),
        ];
        Facts {
            classes: classes.into(),
            ..Facts::default()
        }
    }

    fn at(id: i64) -> Place {
        Place::Class(id.into())
    }

    fn to(id: i64) -> OrderLine {
        OrderLine::of(7.into()).to(at(id))
    }

    #[test]
    fn a_transfer_stays_in_the_year() {
        let it = facts();
        let allow = |line: &OrderLine, from| it.allow(OrderKind::Transfer, line, Some(from));
        assert_eq!(allow(&to(2), at(1)), Ok(()));
        assert_eq!(allow(&to(12), at(1)), Err(Refusal::OtherYear));
        assert_eq!(allow(&to(1), Place::Grade(5)), Ok(()), "gets a letter");
        let warnings = |line: &OrderLine, from| it.warnings(OrderKind::Transfer, line, Some(from));
        assert_eq!(warnings(&to(2), at(1)), [Warning::OtherGrade]);
        assert!(warnings(&to(1), Place::Grade(5)).is_empty());
    }

    #[test]
    fn a_promotion_goes_up_by_one_and_a_repeat_does_not() {
        let it = facts();
        let promote = |line: &OrderLine, from| it.allow(OrderKind::Promotion, line, Some(from));
        assert_eq!(promote(&to(12), at(1)), Ok(()));
        assert_eq!(promote(&to(2), at(1)), Err(Refusal::SameYear));
        assert_eq!(promote(&to(11), at(1)), Err(Refusal::NotNextGrade));
        let tenth = OrderLine::of(7.into()).to(Place::Grade(10));
        assert_eq!(promote(&tenth, at(3)), Ok(()), "9 → 10 without a letter");
        let repeat = |line: &OrderLine, from| it.allow(OrderKind::Repeat, line, Some(from));
        assert_eq!(repeat(&to(11), at(1)), Ok(()));
        assert_eq!(repeat(&to(12), at(1)), Err(Refusal::NotSameGrade));
        assert_eq!(repeat(&to(1), at(1)), Err(Refusal::SameYear));
    }

    /// MOV-4: whatever the kind, nobody comes into a class of a closed year.
    #[test]
    fn nobody_comes_into_a_closed_year() {
        let it = Facts {
            closed: [2.into()].into(),
            ..facts()
        };
        for (kind, from) in [
            (OrderKind::Enrolment, None),
            (OrderKind::Transfer, Some(at(1))),
        ] {
            assert_eq!(it.allow(kind, &to(2), from), Err(Refusal::ClosedYear));
            assert_eq!(it.allow(kind, &to(1), from), Ok(()));
        }
    }

    #[test]
    fn only_the_last_grades_graduate() {
        let it = facts();
        let line = OrderLine::of(7.into());
        let allow = |from| it.allow(OrderKind::Graduation, &line, Some(from));
        assert_eq!(allow(at(3)), Ok(()));
        assert_eq!(allow(at(1)), Err(Refusal::NotLastGrade));
        let warnings = it.warnings(OrderKind::Graduation, &line, Some(at(3)));
        assert_eq!(warnings, [Warning::NoDocumentNumber]);
    }

    #[test]
    fn with_a_failed_year_the_promotion_is_conditional() {
        let mut it = facts();
        it.year_marks.insert(7.into(), YearMarks::Failed);
        let promote = |it: &Facts, line: &OrderLine| {
            (
                it.allow(OrderKind::Promotion, line, Some(at(1))),
                it.warnings(OrderKind::Promotion, line, Some(at(1))),
            )
        };
        assert_eq!(promote(&it, &to(12)).0, Err(Refusal::BadYearMarks));
        let conditional = to(12).with(Details {
            conditional: true,
            ..Details::default()
        });
        assert_eq!(promote(&it, &conditional), (Ok(()), vec![]));
        it.year_marks.insert(7.into(), YearMarks::Missing);
        assert_eq!(promote(&it, &to(12)), (Ok(()), vec![Warning::NoYearMarks]));
    }
}
