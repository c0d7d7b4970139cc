//! The head's signature («на подписи → издан»).

use db::Tx;
use kernel::{Actor, Right};

use super::Movement;
use crate::{
    Error,
    order::{OrderId, OrderState},
    store,
};

impl Movement {
    /// Whether the actor may put orders in force: where the school says so,
    /// the head alone.
    pub(super) async fn may_issue(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Error> {
        // Who may do neither asks nothing of the database.
        if actor.may_in_org(Right::MovementApprove).is_err() {
            actor.may_in_org(Right::MovementEdit)?;
        }
        let right = if store::director_signs(tx).await? {
            Right::MovementApprove
        } else {
            Right::MovementEdit
        };
        Ok(actor.may_in_org(right)?)
    }

    /// Whether orders of the school wait for the head's signature.
    pub async fn director_signs(&self, actor: &Actor) -> Result<bool, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let signs = store::director_signs(&mut tx).await?;
        tx.commit().await?;
        Ok(signs)
    }

    /// The head says whether orders wait for the signature from now on.
    #[tracing::instrument(name = "movement.let_director_sign", skip(self, actor))]
    pub async fn let_director_sign(&self, actor: &Actor, signs: bool) -> Result<(), Error> {
        actor.may_in_org(Right::MovementApprove)?;
        let mut tx = self.db.begin(actor).await?;
        store::let_director_sign(&mut tx, signs).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a draft to the head to sign.
    #[tracing::instrument(name = "movement.submit", skip_all, fields(order.id = %id))]
    pub async fn submit(&self, actor: &Actor, id: OrderId, seen: i32) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        self.pass_on(actor, (id, seen), OrderState::Draft, OrderState::Submitted)
            .await
    }

    /// Takes the order back to the desk: the head did not sign, or whoever
    /// prepared it found a mistake.
    #[tracing::instrument(name = "movement.take_back", skip_all, fields(order.id = %id))]
    pub async fn take_back(&self, actor: &Actor, id: OrderId, seen: i32) -> Result<(), Error> {
        if actor.may_in_org(Right::MovementApprove).is_err() {
            actor.may_in_org(Right::MovementEdit)?;
        }
        self.pass_on(actor, (id, seen), OrderState::Submitted, OrderState::Draft)
            .await
    }

    async fn pass_on(
        &self,
        actor: &Actor,
        (id, seen): (OrderId, i32),
        from: OrderState,
        to: OrderState,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let order = store::orders(&mut tx, &[id]).await?.pop();
        let order = order.ok_or(Error::NoSuchOrder)?;
        if order.state != from {
            return Err(Error::NotADraft);
        }
        store::pass_on(&mut tx, actor.person, (id, seen), from, to).await?;
        tx.commit().await?;
        Ok(())
    }
}
