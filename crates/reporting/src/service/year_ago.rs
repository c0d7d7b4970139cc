//! What classes had a year ago in the same period (`ux.md` §5.5).

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::{Scale, StudyYear};
use db::Tx;
use journal::Slot;
use kernel::{ClassId, PersonId, YearId};

use super::Reporting;
use crate::{Books, Error, Kind, reports::YearAgo};

/// A class of these books as it was in the year before.
struct Was {
    now: ClassId,
    class: ClassId,
    year: YearId,
    slot: Slot,
    /// The last day of the period: who was there then is counted.
    last: NaiveDate,
}

impl Reporting {
    /// The final marks that the classes had a year ago, by what they are now.
    /// A class that is new, or that had other periods, is left out. Three
    /// statements beside the one of the study years.
    pub(super) async fn year_ago(
        &self,
        tx: &mut Tx,
        books: &Books,
        today: NaiveDate,
    ) -> Result<HashMap<ClassId, YearAgo>, Error> {
        let ids: Vec<ClassId> = books.classes.iter().map(|it| it.class.id).collect();
        let moves = self.moves.classes_before(tx, &ids).await?;
        let study = self.study(tx, Kind::Classes.looks_back(), today).await?;
        let was = moves.into_iter().filter_map(|(now, before)| {
            let book = books.classes.iter().find(|it| it.class.id == now)?;
            let (year, class) = study.class(before)?;
            let slot = book.term.slot;
            Some(Was {
                now,
                class: before,
                year: year.year.id,
                slot,
                last: last_day(year, class.grade, slot)?,
            })
        });
        let was: Vec<Was> = was.collect();
        let days = || was.iter().map(|it| it.last);
        let (Some(first), Some(last), Some(year)) =
            (days().min(), days().max(), was.first().map(|it| it.year))
        else {
            return Ok(HashMap::new());
        };
        let classes: Vec<ClassId> = was.iter().map(|it| it.class).collect();
        let members = self.register.members(tx, &classes, first, last).await?;
        let mut of: HashMap<(PersonId, Slot), ClassId> = HashMap::new();
        for it in &was {
            let there = members.iter().filter(|m| m.class == it.class);
            let there = there.filter(|m| m.on(it.last));
            of.extend(there.map(|m| ((m.pupil, it.slot), it.now)));
        }
        let mut people: Vec<PersonId> = of.keys().map(|it| it.0).collect();
        people.sort_unstable();
        people.dedup();
        let mut slots: Vec<Slot> = was.iter().map(|it| it.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        // Of two classes that were joined the first is opened.
        let mut known: HashMap<ClassId, YearAgo> = HashMap::new();
        for it in &was {
            known.entry(it.now).or_insert(YearAgo::of(it.class));
        }
        for (place, value) in self.finals.finals_of(tx, &people, year, &slots).await? {
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

/// The last day of the period; `None` where the parallel had no such one.
fn last_day(year: &StudyYear, grade: i16, slot: Slot) -> Option<NaiveDate> {
    if !slot.is_term() {
        return Some(year.ends_on(grade));
    }
    let mut terms = year.terms(grade);
    Some(terms.find(|it| Slot::of(it) == slot)?.ends_on)
}
