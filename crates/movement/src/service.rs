mod accounts;
mod approval;
mod issuing;
mod lists;
mod reading;
mod rebuilding;
mod schools;
mod showing;
mod study;

use std::sync::Arc;

use chrono::NaiveDate;
use curriculum::Curriculum;
use db::{Db, Tx};
use identity::Accounts;
use kernel::{Actor, Right};
use org::Organisations;
use people::People;

pub(crate) use schools::scope;

pub use reading::{Book, BookEntry, BookFilter, ClassCount, RegisterPage, Roll};
pub use showing::{OrderPage, OrderPupil, Size};
pub use study::{StudyHistory, StudyStay};

use crate::{
    CountryCalendar, Error, NoMarks, OrderBook, PupilMarks, WorkCalendar,
    order::{Order, OrderDraft, OrderId},
    store,
};

/// Use cases of the movement book: orders, and the class register that
/// follows from the issued ones alone (MOV-1, MOV-2).
#[derive(Clone)]
pub struct Movement {
    db: Db,
    people: Arc<dyn People>,
    curriculum: Arc<dyn Curriculum>,
    accounts: Arc<dyn Accounts>,
    orgs: Arc<dyn Organisations>,
    marks: Arc<dyn PupilMarks>,
    pub(crate) calendar: Arc<dyn WorkCalendar>,
}

impl Movement {
    pub fn new(
        db: Db,
        people: Arc<dyn People>,
        curriculum: Arc<dyn Curriculum>,
        accounts: Arc<dyn Accounts>,
        orgs: Arc<dyn Organisations>,
    ) -> Self {
        Self {
            db,
            people,
            curriculum,
            accounts,
            orgs,
            marks: Arc::new(NoMarks),
            calendar: Arc::new(CountryCalendar),
        }
    }

    /// With a journal whose marks orders heed (§3.2.3–4).
    #[must_use]
    pub fn with_marks(self, marks: Arc<dyn PupilMarks>) -> Self {
        Self { marks, ..self }
    }

    /// With the calendars by which schools count working days (S3:9.2).
    #[must_use]
    pub fn with_calendar(self, calendar: Arc<dyn WorkCalendar>) -> Self {
        Self { calendar, ..self }
    }

    /// Draws up an order. Nothing is checked against the register yet: that is
    /// the work of issuing it.
    #[tracing::instrument(name = "movement.draft", skip_all)]
    pub async fn draft(&self, actor: &Actor, draft: OrderDraft) -> Result<OrderId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let ids = self.draft_all(&mut tx, actor, &[draft]).await?;
        tx.commit().await?;
        ids.first().copied().ok_or(Error::NoSuchOrder)
    }

    /// Changes a draft that is still as the writer saw it.
    #[tracing::instrument(name = "movement.change_draft", skip_all, fields(order.id = %id))]
    pub async fn change_draft(
        &self,
        actor: &Actor,
        id: OrderId,
        seen: i32,
        draft: OrderDraft,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        draft.check()?;
        let mut tx = self.db.begin(actor).await?;
        let order = store::orders(&mut tx, &[id]).await?.pop();
        order.ok_or(Error::NoSuchOrder)?.must_be_draft()?;
        let drafts = [draft];
        let named = self.with_schools(&mut tx, &drafts).await?;
        for it in named.iter() {
            store::change_order(&mut tx, id, seen, it).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Throws a draft away.
    #[tracing::instrument(name = "movement.discard", skip_all, fields(order.id = %id))]
    pub async fn discard(&self, actor: &Actor, id: OrderId, seen: i32) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let order = store::orders(&mut tx, &[id]).await?.pop();
        let order = order.ok_or(Error::NoSuchOrder)?;
        order.must_be_waiting()?;
        if order.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        self.discard_all(&mut tx, actor, &[id]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Puts the draft in force: it gets its number, the register follows it,
    /// accounts are opened or closed, all or nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] names the first pupil for whom §3.2 forbids it.
    #[tracing::instrument(name = "movement.issue", skip_all, fields(order.id = %id))]
    pub async fn issue(&self, actor: &Actor, id: OrderId, seen: i32) -> Result<Order, Error> {
        let mut tx = self.db.begin(actor).await?;
        self.may_issue(&mut tx, actor).await?;
        let order = self.put_one_in_force(&mut tx, actor, id, seen).await?;
        tx.commit().await?;
        Ok(order)
    }

    /// Puts an order out of force, which is allowed only while no later one
    /// concerns the same pupils (§3.2.6). The number stays taken.
    #[tracing::instrument(name = "movement.cancel", skip_all, fields(order.id = %id))]
    pub async fn cancel(
        &self,
        actor: &Actor,
        id: OrderId,
        seen: i32,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let orders = self.put_out_of_force(&mut tx, actor, &[id], reason).await?;
        if orders.iter().any(|it| it.version != seen) {
            return Err(Error::ChangedMeanwhile);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The day it is in the organisation.
    pub(crate) async fn today(&self, tx: &mut Tx) -> Result<NaiveDate, Error> {
        let own = self.orgs.own(tx).await?;
        Ok(kernel::dates::today(tx.now(), own.zone))
    }
}
