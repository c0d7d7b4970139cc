use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Denied, PersonId, Reach, Right};

use super::{Journal, Whose};
use crate::{ChildFinals, Error, Slot, store};

/// The final marks of a child, and who of the parents has seen them.
#[derive(Clone, Debug)]
pub struct MyFinals {
    pub whose: Whose,
    /// `None` for a child that is in no class.
    pub finals: Option<ChildFinals>,
    /// In the order of the slots.
    pub seen: Vec<SlotSeen>,
}

/// Who acknowledged the marks of one period.
#[derive(Clone, Debug, Default)]
pub struct SlotSeen {
    /// The latest last.
    pub by: Vec<SeenBy>,
    /// The reader is a parent and has not seen the marks as they are.
    pub asks: bool,
}

#[derive(Clone, Debug)]
pub struct SeenBy {
    pub name: String,
    pub at: DateTime<Utc>,
    /// Marks were changed after that.
    pub stale: bool,
}

impl Journal {
    /// «Итоговые»: marks by subject and period, and who has seen them (JRN-5).
    pub async fn finals_of(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        today: NaiveDate,
    ) -> Result<MyFinals, Error> {
        let mut tx = self.db.begin(actor).await?;
        let book = self.book(&mut tx, actor, child, today, |_| None).await?;
        let (Some(frame), Some(pupil)) = (&book.frame, book.pupil()) else {
            tx.commit().await?;
            return Ok(MyFinals {
                whose: book.whose(),
                finals: None,
                seen: vec![],
            });
        };
        let finals = self.finals_of_pupil(&mut tx, frame, pupil).await?;
        let seen = store::seen(&mut tx, &[pupil], frame.year.id).await?;
        let mut parents: Vec<PersonId> = seen.iter().map(|it| it.parent).collect();
        parents.sort_unstable();
        parents.dedup();
        let cards = self.people.cards(&mut tx, &parents).await?;
        tx.commit().await?;
        let is_parent = pupil != actor.person;
        let of_slot = |(slot, changed_at): (&Slot, &Option<DateTime<Utc>>)| {
            let of_slot = || seen.iter().filter(|it| it.slot == *slot);
            let own = of_slot().find(|it| it.parent == actor.person);
            SlotSeen {
                by: of_slot()
                    .map(|it| SeenBy {
                        name: cards
                            .iter()
                            .find(|card| card.id == it.parent)
                            .map_or_else(String::new, people::Card::short),
                        at: it.at,
                        stale: it.is_stale(*changed_at),
                    })
                    .collect(),
                asks: is_parent
                    && finals.has_marks(*slot)
                    && own.is_none_or(|it| it.is_stale(*changed_at)),
            }
        };
        Ok(MyFinals {
            whose: book.whose(),
            seen: finals
                .slots
                .iter()
                .zip(&finals.changed_at)
                .map(of_slot)
                .collect(),
            finals: Some(finals),
        })
    }

    /// «Ознакомлен(а)»: the parent has seen the marks of a period as they were
    /// last changed at `seen`. Said again, it stays as it was.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] where the marks are others by now;
    /// [`Error::Denied`] for whoever is not the child's parent, the pupil too.
    pub async fn acknowledge_finals(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        slot: Slot,
        seen: DateTime<Utc>,
        today: NaiveDate,
    ) -> Result<(), Error> {
        if !actor.may(Right::DiaryView)?.has(Reach::OwnChild) {
            return Err(Denied(Right::DiaryView).into());
        }
        let mut tx = self.db.begin(actor).await?;
        let book = self.book(&mut tx, actor, child, today, |_| None).await?;
        let (Some(frame), Some(pupil)) = (&book.frame, book.pupil()) else {
            return Err(Error::NotFound);
        };
        if pupil == actor.person {
            return Err(Denied(Right::DiaryView).into());
        }
        let finals = self.finals_of_pupil(&mut tx, frame, pupil).await?;
        let place = finals.slots.iter().position(|it| *it == slot);
        let place = place.ok_or(Error::NotFound)?;
        if finals.changed_at[place] != Some(seen) || !finals.has_marks(slot) {
            return Err(Error::ChangedMeanwhile);
        }
        let known = store::seen(&mut tx, &[pupil], frame.year.id).await?;
        let said = known
            .iter()
            .any(|it| it.slot == slot && it.parent == actor.person && it.marks_at >= seen);
        if !said {
            let of = (pupil, frame.year.id, slot);
            store::acknowledge(&mut tx, of, seen, actor.person).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
