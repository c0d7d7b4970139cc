//! What reports are made of: the final marks of classes in a period.

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Class, Scale, Subject};
use journal::{Category, FinalValue, Missed, Shares};
use kernel::{PersonId, SubjectId};
use rust_decimal::Decimal;

use crate::period::Term;

/// The books of all classes asked for, of one period.
#[derive(Clone, Debug)]
pub struct Books {
    pub term: Term,
    /// In the order 1А … 11Б; grade 1 has no marks and is not among them.
    pub classes: Vec<ClassBook>,
    pub subjects: HashMap<SubjectId, Subject>,
}

/// A class in a period.
#[derive(Clone, Debug)]
pub struct ClassBook {
    pub class: Class,
    /// The class teacher, «Сидорова А. А.».
    pub teacher: String,
    /// The period of this class: half a year where the others have quarters.
    pub term: Term,
    /// Taught in the class, by name.
    pub subjects: Vec<SubjectId>,
    /// Who was there on the last day, in the order of the list.
    pub pupils: Vec<PupilBook>,
    pub at_start: u32,
    pub came: Vec<Turn>,
    pub left: Vec<Turn>,
    /// Who teaches the subject to the pupil, «Петров И. И.»; told to the report that names them.
    pub teachers: HashMap<(PersonId, SubjectId), String>,
}

/// Somebody who came or left meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub id: PersonId,
    pub name: String,
    pub on: NaiveDate,
    /// «№ 14»; told to the report that names it.
    pub order: String,
}

/// A pupil with the final marks of a period.
#[derive(Clone, Debug)]
pub struct PupilBook {
    pub id: PersonId,
    /// «Иванова Мария»
    pub name: String,
    /// Of every subject taught to the pupil, an empty one where none is set.
    pub marks: Vec<Mark>,
    pub missed: Missed,
}

#[derive(Clone, Debug)]
pub struct Mark {
    pub subject: SubjectId,
    pub scale: Scale,
    pub value: FinalValue,
}

impl PupilBook {
    /// How the pupil stands (§1.0.1); `None` without any subject.
    pub fn category(&self) -> Option<Category> {
        Category::of(self.marks.iter().map(|it| (&it.value, it.scale)))
    }

    /// The mean of the numbers.
    pub fn average(&self) -> Option<Decimal> {
        self.shares().average()
    }

    /// How many marks of each level.
    pub fn shares(&self) -> Shares {
        let mut sum = Shares::default();
        for it in &self.marks {
            sum.add(&it.value, it.scale);
        }
        sum
    }

    pub fn mark(&self, subject: SubjectId) -> Option<&Mark> {
        self.marks.iter().find(|it| it.subject == subject)
    }

    /// Subjects whose mark is of that level: «4» of «с одной "4"».
    pub fn of_level(&self, level: u8) -> impl Iterator<Item = SubjectId> {
        let found = self
            .marks
            .iter()
            .filter(move |it| it.value.level(it.scale) == Some(level));
        found.map(|it| it.subject)
    }
}

impl ClassBook {
    /// The marks of a subject.
    pub fn shares_of(&self, subject: SubjectId) -> Shares {
        let mut sum = Shares::default();
        for mark in self.pupils.iter().filter_map(|it| it.mark(subject)) {
            sum.add(&mark.value, mark.scale);
        }
        sum
    }
}

impl Books {
    /// The name of a subject.
    pub fn subject(&self, id: SubjectId) -> &str {
        self.subjects.get(&id).map_or("", |it| it.name.as_str())
    }
}
