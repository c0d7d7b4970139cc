//! What a family sees: the month of the own child.

use chrono::NaiveDate;
use curriculum::Frame;
use db::Tx;
use kernel::{Actor, PersonId};

use super::{Preschool, usual_month};
use crate::{Error, Month, Sheet};

/// The month of a child.
#[derive(Clone, Debug)]
pub struct MyMonth {
    pub children: Vec<(PersonId, String)>,
    pub child: Option<PersonId>,
    /// The child alone; `None` for one who is in no group.
    pub sheet: Option<Sheet>,
}

impl Preschool {
    /// The month of a child; somebody else's is answered like a missing one.
    pub async fn mine(
        &self,
        actor: &Actor,
        child: Option<PersonId>,
        month: Option<Month>,
        today: NaiveDate,
    ) -> Result<MyMonth, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        if child.is_some_and(|it| children.iter().all(|own| own.0 != it)) {
            return Err(Error::NotFound);
        }
        let child = child.or_else(|| children.first().map(|it| it.0));
        let frame = match child {
            Some(child) => self.group_of(&mut tx, child, today).await?,
            None => None,
        };
        let sheet = match frame {
            Some(frame) => {
                let month = month.unwrap_or_else(|| usual_month(&frame, today));
                let mut sheet = self.sheet(&mut tx, frame, month).await?;
                sheet.rows.retain(|it| Some(it.pupil) == child);
                Some(sheet)
            }
            None => None,
        };
        tx.commit().await?;
        Ok(MyMonth {
            children,
            child,
            sheet,
        })
    }

    /// The children whose sheets the actor may see, in this organisation.
    pub async fn children(
        &self,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let children = self.own_children(&mut tx, actor, today).await?;
        tx.commit().await?;
        Ok(children)
    }

    /// The group that the child is in, or was in last.
    async fn group_of(
        &self,
        tx: &mut Tx,
        child: PersonId,
        today: NaiveDate,
    ) -> Result<Option<Frame>, Error> {
        let stays = self.register.stays(tx, &[child]).await?;
        let known = stays.iter().filter(|it| it.since <= today);
        let Some(stay) = known.max_by_key(|it| it.since) else {
            return Ok(None);
        };
        let frame = self.curriculum.frame(tx, stay.class).await?;
        Ok(frame.filter(|it| it.class.is_preschool()))
    }

    async fn own_children(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: NaiveDate,
    ) -> Result<Vec<(PersonId, String)>, Error> {
        let cards = self.people.diary_cards(tx, actor, today).await?;
        Ok(cards.iter().map(|it| (it.id, it.listed())).collect())
    }
}
