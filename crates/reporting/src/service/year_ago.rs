//! What classes had a year ago in the same period (`ux.md` §5.5).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use curriculum::{Scale, StudyYear};
use db::Tx;
use journal::Slot;
use kernel::{ClassId, PersonId};
use movement::Member;

use super::Reporting;
use crate::{Books, ClassBook, Error, Kind, reports::YearAgo};

/// A class of these books as it was in the year before.
struct Was {
    now: ClassId,
    class: ClassId,
    slot: Slot,
    /// Whether its journal tells what was taught.
    taught: bool,
}

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
        let classes: Vec<ClassId> = before.classes.iter().map(|it| it.id).collect();
        let days = (before.year.starts_on, before.year.ends_on);
        let members = self.register.members(tx, &classes, days.0, days.1).await?;
        let was = books.classes.iter();
        let was: Vec<Was> = was
            .filter_map(|it| class_before(it, before, &members))
            .collect();
        let mut of: HashMap<(PersonId, Slot), ClassId> = HashMap::new();
        for it in &was {
            let there = there(&members, it.class, before, it.slot);
            of.extend(there.map(|pupil| ((pupil, it.slot), it.now)));
        }
        let mut people: Vec<PersonId> = of.keys().map(|it| it.0).collect();
        people.sort_unstable();
        people.dedup();
        let mut slots: Vec<Slot> = was.iter().map(|it| it.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        let mut known: HashMap<ClassId, YearAgo> = was
            .iter()
            .map(|it| (it.now, YearAgo::of(it.taught.then_some(it.class))))
            .collect();
        let marks = self
            .finals
            .finals_of(tx, &people, before.year.id, &slots)
            .await?;
        for (place, value) in marks {
            let class = of.get(&(place.pupil, place.slot));
            let Some(it) = class.and_then(|it| known.get_mut(it)) else {
                continue;
            };
            let subject = books.subjects.get(&place.subject);
            let scale = subject.map_or(Scale::default(), |it| it.scale);
            it.marks.add(&value, scale);
        }
        Ok(known)
    }
}

/// The class in which more than half of the pupils were a year ago.
fn class_before(book: &ClassBook, before: &StudyYear, members: &[Member]) -> Option<Was> {
    let slot = book.term.slot;
    let mut counts: BTreeMap<ClassId, usize> = BTreeMap::new();
    for class in &before.classes {
        let own = there(members, class.id, before, slot);
        let own = own.filter(|pupil| book.pupils.iter().any(|it| it.id == *pupil));
        counts.insert(class.id, own.count());
    }
    let (class, count) = counts.into_iter().max_by_key(|it| it.1)?;
    (count * 2 > book.pupils.len()).then(|| Was {
        now: book.class.id,
        class,
        slot,
        taught: before.loads.iter().any(|it| it.class == class),
    })
}

/// Who was in a class on the last day of the period; nobody where the parallel
/// had no such one.
fn there(
    members: &[Member],
    class: ClassId,
    year: &StudyYear,
    slot: Slot,
) -> impl Iterator<Item = PersonId> {
    let last = last_day(year, class, slot);
    let own = members.iter().filter(move |it| it.class == class);
    own.filter(move |it| last.is_some_and(|day| it.on(day)))
        .map(|it| it.pupil)
}

fn last_day(year: &StudyYear, class: ClassId, slot: Slot) -> Option<NaiveDate> {
    let grade = year.classes.iter().find(|it| it.id == class)?.grade;
    if !slot.is_term() {
        return Some(year.ends_on(grade));
    }
    let mut terms = year.terms(grade);
    Some(terms.find(|it| Slot::of(it) == slot)?.ends_on)
}
