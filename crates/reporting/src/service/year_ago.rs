//! What classes had a year ago in the same period (`ux.md` §5.5).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use curriculum::{Scale, StudyYear};
use db::Tx;
use journal::{Shares, Slot};
use kernel::{ClassId, PersonId};

use super::Reporting;
use crate::{Books, ClassBook, Error, Kind, reports::YearAgo};

impl Reporting {
    /// The final marks that the classes had a year ago, by what they are now.
    /// A class that is new, or that had other periods, is left out. Two
    /// statements beside the one of the study years.
    pub(super) async fn year_ago(
        &self,
        tx: &mut Tx,
        books: &Books,
        year: &StudyYear,
        today: NaiveDate,
    ) -> Result<HashMap<ClassId, YearAgo>, Error> {
        let study = self.study(tx, Kind::Classes.looks_back(), today).await?;
        let mut before = study.years.iter().rev();
        let Some(before) = before.find(|it| it.year.ends_on < year.year.starts_on) else {
            return Ok(HashMap::new());
        };
        let slots: BTreeSet<Slot> = books.classes.iter().map(|it| it.term.slot).collect();
        let slots: Vec<Slot> = slots.into_iter().collect();
        let places = self.places(tx, before, &slots).await?;
        let people: BTreeSet<PersonId> = places.keys().map(|it| it.0).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let marks = self
            .finals
            .finals_of(tx, &people, before.year.id, &slots)
            .await?;
        let mut shares: HashMap<(ClassId, Slot), Shares> = HashMap::new();
        for (place, value) in marks {
            let Some(class) = places.get(&(place.pupil, place.slot)) else {
                continue;
            };
            let subject = books.subjects.get(&place.subject);
            let scale = subject.map_or(Scale::default(), |it| it.scale);
            let of_class = shares.entry((*class, place.slot)).or_default();
            of_class.add(&value, scale);
        }
        let known = books.classes.iter().filter_map(|book| {
            let class = class_before(book, &places)?;
            // Without load its journal has nothing to open.
            let taught = before.loads.iter().any(|it| it.class == class);
            let marks = shares.get(&(class, book.term.slot)).copied();
            let was = YearAgo {
                class: taught.then_some(class),
                marks: marks.unwrap_or_default(),
            };
            Some((book.class.id, was))
        });
        Ok(known.collect())
    }

    /// In which class of the year everybody was on the last day of each period.
    async fn places(
        &self,
        tx: &mut Tx,
        year: &StudyYear,
        slots: &[Slot],
    ) -> Result<HashMap<(PersonId, Slot), ClassId>, Error> {
        let classes: Vec<ClassId> = year.classes.iter().map(|it| it.id).collect();
        let days = (year.year.starts_on, year.year.ends_on);
        let members = self.register.members(tx, &classes, days.0, days.1).await?;
        let mut last: HashMap<ClassId, Vec<(Slot, NaiveDate)>> = HashMap::new();
        for class in &year.classes {
            let days = slots.iter();
            let days = days.filter_map(|slot| Some((*slot, last_day(year, class.grade, *slot)?)));
            last.insert(class.id, days.collect());
        }
        let mut places = HashMap::new();
        for it in &members {
            let days = last.get(&it.class).into_iter().flatten();
            let there = days.filter(|day| it.on(day.1));
            places.extend(there.map(|day| ((it.pupil, day.0), it.class)));
        }
        Ok(places)
    }
}

/// The class in which more than half of the pupils were.
fn class_before(book: &ClassBook, places: &HashMap<(PersonId, Slot), ClassId>) -> Option<ClassId> {
    let mut counts: BTreeMap<ClassId, usize> = BTreeMap::new();
    for it in &book.pupils {
        if let Some(class) = places.get(&(it.id, book.term.slot)) {
            *counts.entry(*class).or_default() += 1;
        }
    }
    let (class, count) = counts.into_iter().max_by_key(|it| it.1)?;
    (count * 2 > book.pupils.len()).then_some(class)
}

/// The last day of the period; `None` where the parallel had no such one.
fn last_day(year: &StudyYear, grade: i16, slot: Slot) -> Option<NaiveDate> {
    if !slot.is_term() {
        return Some(year.ends_on(grade));
    }
    let mut terms = year.terms(grade);
    Some(terms.find(|it| Slot::of(it) == slot)?.ends_on)
}
