//! Orders for whole lists of pupils, for imports.

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};

use super::Movement;
use crate::{
    Error,
    order::{Order, OrderDraft, OrderId, OrderKind, OrderLine},
    store,
};

impl Movement {
    /// One enrolment order for a list of pupils, drawn up and issued in the
    /// caller's transaction: everybody is in the class afterwards and has an
    /// account, or nobody.
    ///
    /// # Errors
    /// [`Error::Refused`] names the first pupil who is enrolled already.
    pub async fn enrol_list(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        ordered_on: NaiveDate,
        effective_on: NaiveDate,
        pupils: Vec<(PersonId, ClassId)>,
    ) -> Result<Order, Error> {
        self.enrol_list_by(tx, actor, (ordered_on, effective_on), String::new(), pupils)
            .await
    }

    /// As [`Movement::enrol_list`], with the paper that the order rests on.
    pub async fn enrol_list_by(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (ordered_on, effective_on): (NaiveDate, NaiveDate),
        basis: String,
        pupils: Vec<(PersonId, ClassId)>,
    ) -> Result<Order, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let lines = pupils
            .into_iter()
            .map(|(it, class)| OrderLine::enter(it, class, String::new()));
        let draft = OrderDraft {
            kind: OrderKind::Enrolment,
            ordered_on,
            effective_on,
            basis,
            lines: lines.collect(),
        };
        draft.check()?;
        let id = store::enter_order(tx, actor.person, &draft).await?;
        self.put_in_force(tx, actor, id, 1).await
    }

    /// Takes [`Movement::enrol_list`] back: the order is cancelled with the
    /// reason and names nobody any more, so that the cards may go too
    /// (`People::forget_pupils`). What it named stays in the history.
    ///
    /// # Errors
    /// [`Error::NotTheLast`] where a later order concerns one of the pupils.
    pub async fn undo_list(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        order: OrderId,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        self.put_out_of_force(tx, actor, order, reason).await?;
        store::drop_records(tx, order).await?;
        store::drop_lines(tx, order).await?;
        Ok(())
    }
}
