//! Many orders at once, for imports and for the year's transition.

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};

use super::Movement;
use crate::{
    Error, OrderBook,
    order::{Order, OrderDraft, OrderId, OrderKind, OrderLine},
    store, transfers,
};

#[async_trait]
impl OrderBook for Movement {
    async fn draft_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        drafts: &[OrderDraft],
    ) -> Result<Vec<OrderId>, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        drafts.iter().try_for_each(OrderDraft::check)?;
        let drafts = self.with_schools(tx, drafts).await?;
        store::enter_orders(tx, actor.person, &drafts).await
    }

    async fn issue_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
    ) -> Result<Vec<Order>, Error> {
        self.may_issue(tx, actor).await?;
        if orders.is_empty() {
            return Ok(Vec::new());
        }
        self.put_in_force(tx, actor, orders).await
    }

    async fn cancel_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        self.put_out_of_force(tx, actor, orders, reason).await?;
        Ok(())
    }

    async fn discard_all(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        orders: &[OrderId],
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let found = store::orders(tx, orders).await?;
        found.iter().try_for_each(Order::must_be_waiting)?;
        transfers::discarded(tx, orders).await?;
        let gone = store::drop_orders(tx, orders).await?;
        if gone == orders.len() as u64 {
            Ok(())
        } else {
            Err(Error::NoSuchOrder)
        }
    }
}

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
    /// Lists bring in what is decided already: no head signs them again.
    pub async fn enrol_list_by(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (ordered_on, effective_on): (NaiveDate, NaiveDate),
        basis: String,
        pupils: Vec<(PersonId, ClassId)>,
    ) -> Result<Order, Error> {
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
        let ids = self.draft_all(tx, actor, &[draft]).await?;
        let issued = self.put_in_force(tx, actor, &ids).await?.pop();
        issued.ok_or(Error::NoSuchOrder)
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
        self.cancel_all(tx, actor, &[order], reason).await?;
        store::drop_records(tx, order).await?;
        store::drop_lines(tx, &[order]).await?;
        Ok(())
    }
}
