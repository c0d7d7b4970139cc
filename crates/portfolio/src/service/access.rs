//! Whose portfolio the actor sees, brings things to and keeps
//! (`reports-and-rules.md` §10, «Портфолио, достижения»).

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, PersonId, Reach, Reaches, Right};

use super::Portfolio;
use crate::{Error, Owner, Standing};

impl Portfolio {
    /// What the actor may do with that portfolio; one that the actor may not
    /// see is answered like a missing one.
    pub(super) async fn standing(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        owner: Owner,
        today: NaiveDate,
    ) -> Result<Standing, Error> {
        match owner {
            Owner::Pupil(id) => self.to_pupil(tx, actor, id, today).await,
            Owner::Staff(id) => to_staff(actor, id),
        }
    }

    async fn to_pupil(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<Standing, Error> {
        let view = actor.may(Right::PortfolioView)?;
        let edit = actor.reaches(Right::PortfolioEdit);
        let led = self
            .holds(tx, actor, view, Reach::OwnClass, pupil, today)
            .await?;
        let taught = !led
            && self
                .holds(tx, actor, view, Reach::OwnLoad, pupil, today)
                .await?;
        let own = view.has(Reach::Own) && pupil == actor.person;
        let child = view.has(Reach::OwnChild)
            && self
                .people
                .children(tx, actor.person, today)
                .await?
                .contains(&pupil);
        if !(view.has(Reach::Org) || led || taught || own || child) {
            return Err(Error::NotFound);
        }
        let keeps = edit.has(Reach::Org) || led && edit.has(Reach::OwnClass);
        let brings = taught && edit.has(Reach::OwnLoad)
            || own && edit.has(Reach::Own)
            || child && edit.has(Reach::OwnChild);
        Ok(Standing {
            keeps,
            proposes: keeps || brings,
        })
    }

    /// Whether the pupil is the actor's own in that way.
    async fn holds(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        view: Reaches,
        reach: Reach,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<bool, Error> {
        if !view.has(reach) {
            return Ok(false);
        }
        let own = self.own.own_pupils(tx, actor, reach.into(), today).await?;
        Ok(own.contains(&pupil))
    }
}

/// Who works here keeps the own portfolio; the office keeps those of all.
fn to_staff(actor: &Actor, staff: PersonId) -> Result<Standing, Error> {
    let own = staff == actor.person;
    let reaches = |right, reach| actor.reaches(right).has(reach);
    let sees =
        reaches(Right::StaffView, Reach::Org) || own && reaches(Right::StaffView, Reach::Own);
    if !sees {
        actor.may(Right::StaffView)?;
        return Err(Error::NotFound);
    }
    let keeps =
        reaches(Right::StaffEdit, Reach::Org) || own && reaches(Right::PortfolioEdit, Reach::Own);
    Ok(Standing {
        keeps,
        proposes: keeps,
    })
}
