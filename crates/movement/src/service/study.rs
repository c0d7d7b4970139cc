//! «История обучения» of a card: the stays of a pupil in classes (PPL-2, S1:4).

use chrono::NaiveDate;
use curriculum::{Class, Frame, Year};
use db::Tx;
use kernel::{Actor, PersonId, Reach, Reaches, Right, Scope};
use people::{Card, OwnPupils, Ties};

use super::Movement;
use crate::{Error, Stayed, store};

/// A pupil's way through the school, as the issued orders tell it.
#[derive(Clone, Debug)]
pub struct StudyHistory {
    pub card: Card,
    pub ties: Ties,
    /// The latest first.
    pub stays: Vec<StudyStay>,
    /// Another school of the region handed over the marks (MOV-5).
    pub came_by_transfer: bool,
}

#[derive(Clone, Debug)]
pub struct StudyStay {
    pub class: Class,
    pub year: Year,
    pub stayed: Stayed,
    /// The reader may see the final marks of the whole class.
    pub may_see_marks: bool,
}

impl Movement {
    /// The stays of a pupil, for whoever may see the card.
    ///
    /// # Errors
    /// [`people::Error::NoSuchPerson`] where there is none or the actor may not see it.
    pub async fn study(
        &self,
        actor: &Actor,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<StudyHistory, Error> {
        let reaches = actor.may(Right::PupilView)?;
        let mut tx = self.db.begin(actor).await?;
        let own = self
            .own_pupil(&mut tx, actor, reaches, pupil, today)
            .await?;
        let cards = self.people.cards(&mut tx, &[pupil]).await?;
        let card = cards
            .into_iter()
            .next()
            .ok_or(people::Error::NoSuchPerson)?;
        let stays = store::stayed(&mut tx, pupil).await?;
        if stays.is_empty() {
            let standing = self.people.standing(&mut tx, pupil).await?;
            standing
                .filter(|it| it.is_pupil)
                .ok_or(people::Error::NoSuchPerson)?;
        }
        let mut classes: Vec<_> = stays.iter().map(|it| it.class).collect();
        classes.sort_unstable();
        classes.dedup();
        let frames = self.curriculum.frames(&mut tx, &classes).await?;
        let came_by_transfer = store::came_by_transfer(&mut tx, pupil).await?;
        tx.commit().await?;

        let led = stays
            .iter()
            .filter(|it| it.on(today))
            .filter_map(|it| frames.get(&it.class))
            .any(|it| leads(actor, it));
        let edit = actor.reaches(Right::PupilEdit);
        let journal = actor.reaches(Right::JournalView);
        let stays = stays.into_iter().rev().filter_map(|stayed| {
            let frame = frames.get(&stayed.class)?;
            let own_class = frame.class.teacher == Some(actor.person);
            Some(StudyStay {
                class: frame.class.clone(),
                year: frame.year.clone(),
                may_see_marks: !frame.class.is_preschool()
                    && (journal.has(Reach::Org) || journal.has(Reach::OwnClass) && own_class),
                stayed,
            })
        });
        Ok(StudyHistory {
            card,
            ties: Ties {
                keeps: edit.has(Reach::Org) || edit.has(Reach::OwnClass) && led,
                own,
            },
            stays: stays.collect(),
            came_by_transfer,
        })
    }

    /// Refuses whom the card does not reach; whether it is the own or a child's.
    async fn own_pupil(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<bool, Error> {
        let is_self = reaches.has(Reach::Own) && pupil == actor.person;
        let own = is_self
            || reaches.has(Reach::OwnChild)
                && self
                    .people
                    .children(tx, actor.person, today)
                    .await?
                    .contains(&pupil);
        if own || reaches.has(Reach::Org) {
            return Ok(own);
        }
        let pupils = self.own_pupils(tx, actor, reaches, today).await?;
        if pupils.contains(&pupil) {
            return Ok(false);
        }
        Err(people::Error::NoSuchPerson.into())
    }
}

/// Whether the actor is the class teacher, or was given the class as a role.
fn leads(actor: &Actor, frame: &Frame) -> bool {
    let granted = Scope::Class(frame.class.id);
    frame.class.teacher == Some(actor.person) || actor.grants.iter().any(|it| it.scope == granted)
}
