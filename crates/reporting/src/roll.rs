//! Who the pupils are: what reports of people are made of.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use curriculum::Class;
use kernel::PersonId;
use movement::{SchoolPapers, StudyForm};
use people::{ParentFacts, PupilFacts, RestrictedField};

/// The pupils of some classes on a day.
#[derive(Clone, Debug)]
pub struct Roll {
    pub on: NaiveDate,
    /// As orders say it; nobody of whom they do not.
    pub forms: HashMap<PersonId, StudyForm>,
    /// In the order 1А … 11Б.
    pub classes: Vec<ClassRoll>,
}

/// The pupils of a class.
#[derive(Clone, Debug)]
pub struct ClassRoll {
    pub class: Class,
    /// The class teacher, «Сидорова А. А.».
    pub teacher: String,
    /// In the order of the list.
    pub pupils: Vec<PupilFacts>,
    /// How often which value of a sealed field stands in the cards.
    pub marks: Vec<(RestrictedField, String, u32)>,
}

/// A pupil with everything that a class journal says of them (§1.11).
#[derive(Clone, Debug)]
pub struct PupilPage {
    pub facts: PupilFacts,
    pub papers: SchoolPapers,
    pub parents: Vec<ParentFacts>,
    /// Codes of obligatory fields that are empty (S3:5.5).
    pub lacks: Vec<&'static str>,
}

/// Somebody whose birthday it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Birthday {
    pub on: NaiveDate,
    pub name: String,
    pub class: String,
    pub turns: i32,
}

impl Roll {
    /// Whose birthday is in the month, by day and name.
    pub fn birthdays(&self, month: NaiveDate) -> Vec<Birthday> {
        let mut all = Vec::new();
        for class in &self.classes {
            for it in &class.pupils {
                let Some(born) = it.card.born_on.filter(|it| it.month() == month.month()) else {
                    continue;
                };
                // Who was born on 29 February has the 28th in other years.
                let on = born
                    .with_year(month.year())
                    .or_else(|| NaiveDate::from_ymd_opt(month.year(), 2, 28));
                all.extend(on.map(|on| Birthday {
                    on,
                    name: it.card.listed(),
                    class: class.class.name(),
                    turns: month.year() - born.year(),
                }));
            }
        }
        all.sort_by(|one, other| {
            let names = || kernel::names::compare(&one.name, &other.name);
            one.on.cmp(&other.on).then_with(names)
        });
        all
    }
}
