use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::Class;
use kernel::{Actor, ClassId, PersonId};

use super::{
    super::{Journal, access},
    child::slots,
};
use crate::{
    Error, Slot,
    store::{self, Seen, StoredFinal},
};

/// Which parents of a class have seen the final marks of a period.
#[derive(Clone, Debug)]
pub struct Acknowledgements {
    pub class: Class,
    pub slot: Slot,
    pub slots: Vec<Slot>,
    /// Pupils of the class, by name.
    pub rows: Vec<AcknowledgedRow>,
}

#[derive(Clone, Debug)]
pub struct AcknowledgedRow {
    pub pupil: PersonId,
    pub name: String,
    /// How many marks there are to see.
    pub marks: usize,
    /// Those who are the pupil's parents today.
    pub parents: Vec<ParentSeen>,
}

#[derive(Clone, Debug)]
pub struct ParentSeen {
    pub name: String,
    /// When the parent acknowledged last, if ever.
    pub at: Option<DateTime<Utc>>,
    /// Marks were changed after that.
    pub stale: bool,
}

impl AcknowledgedRow {
    /// One parent is enough, as it is in a diary of paper.
    pub fn is_seen(&self) -> bool {
        self.parents.iter().any(|it| it.at.is_some() && !it.stale)
    }
}

impl Journal {
    /// Who of the parents of a class has acknowledged the final marks (JRN-5).
    /// Without a wish it is the last period that has marks.
    ///
    /// Fails with [`Error::NotFound`] for whoever neither leads the class nor
    /// sees the whole school.
    pub async fn acknowledgements(
        &self,
        actor: &Actor,
        class: ClassId,
        slot: Option<Slot>,
        today: NaiveDate,
    ) -> Result<Acknowledgements, Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        access::may_view_class(actor, &frame.class)?;
        let day = today.clamp(frame.year.starts_on, frame.year.ends_on);
        let members = self.register.members(&mut tx, &[class], day, day).await?;
        let pupils: Vec<PersonId> = members.iter().map(|it| it.pupil).collect();
        let marks = store::finals(&mut tx, &pupils, None).await?;
        let seen = store::seen(&mut tx, &pupils, frame.year.id).await?;
        let kin = self.people.parents_of(&mut tx, &pupils, today).await?;
        let mut people = pupils.clone();
        people.extend(kin.iter().map(|it| it.parent));
        let cards = self.people.cards(&mut tx, &people).await?;
        tx.commit().await?;

        let mut of_slot: HashMap<(PersonId, Slot), Vec<&StoredFinal>> = HashMap::new();
        for (place, mark) in marks.iter().filter(|it| it.1.year == frame.year.id) {
            let of_place = of_slot.entry((place.pupil, place.slot)).or_default();
            of_place.push(mark);
        }
        let any = |slot: Slot| {
            let mut of_slot = of_slot.iter().filter(|(it, _)| it.1 == slot);
            of_slot.any(|(_, it)| it.iter().any(|it| !it.value.is_none()))
        };
        let slots = slots(&frame, any);
        let last = || slots.iter().copied().rfind(|it| any(*it));
        let slot = slot
            .or_else(last)
            .or_else(|| slots.first().copied())
            .filter(|it| slots.contains(it))
            .ok_or(Error::NotFound)?;
        let rows = cards
            .iter()
            .filter(|card| pupils.contains(&card.id))
            .map(|card| {
                let marks = of_slot.get(&(card.id, slot)).map_or(&[][..], Vec::as_slice);
                let changed_at = marks.iter().map(|it| it.at).max();
                let parents = kin.iter().filter(|it| it.pupil == card.id);
                AcknowledgedRow {
                    pupil: card.id,
                    name: card.listed(),
                    marks: marks.iter().filter(|it| !it.value.is_none()).count(),
                    parents: parents
                        .filter_map(|kin| cards.iter().find(|it| it.id == kin.parent))
                        .map(|parent| {
                            let own = seen_by(&seen, card.id, slot, parent.id);
                            ParentSeen {
                                name: parent.short(),
                                at: own.map(|it| it.at),
                                stale: own.is_some_and(|it| it.is_stale(changed_at)),
                            }
                        })
                        .collect(),
                }
            })
            .collect();
        Ok(Acknowledgements {
            class: frame.class,
            slot,
            slots,
            rows,
        })
    }
}

fn seen_by(seen: &[Seen], pupil: PersonId, slot: Slot, parent: PersonId) -> Option<&Seen> {
    let own = |it: &&Seen| (it.pupil, it.slot, it.parent) == (pupil, slot, parent);
    seen.iter().find(own)
}
