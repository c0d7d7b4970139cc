//! Putting orders in force and out of it, inside the caller's transaction.

use std::collections::HashMap;

use chrono::Datelike;
use db::Tx;
use identity::NewMember;
use kernel::{Actor, ClassId, Grant, OrgId, PersonId, Role, Scope};

use super::Movement;
use crate::{
    Error, books,
    order::{Order, OrderId, OrderKind, OrderLine},
    register::{Chain, Event, Step},
    store,
};

/// What an order changes in the register.
#[derive(Default)]
struct Changes {
    ends: Vec<PersonId>,
    begins: Vec<(PersonId, ClassId)>,
}

impl Changes {
    fn add(&mut self, pupil: PersonId, step: Step) {
        if step.ends.is_some() {
            self.ends.push(pupil);
        }
        if let Some(stay) = step.begins {
            self.begins.push((pupil, stay.class));
        }
    }
}

/// Decides for every pupil of the order; the first refusal is the answer.
fn decide(
    order: &Order,
    lines: &[OrderLine],
    chains: &HashMap<PersonId, Chain>,
) -> Result<Changes, Error> {
    let outside = Chain::default();
    let mut changes = Changes::default();
    for line in lines {
        let effect = order
            .kind
            .effect(line.to_class)
            .ok_or(Error::NoClassChosen)?;
        let event = Event {
            order: order.id,
            effective_on: order.effective_on,
            effect,
        };
        let chain = chains.get(&line.pupil).unwrap_or(&outside);
        let step = chain.step(&event).map_err(|why| Error::Refused {
            pupil: line.pupil,
            why,
        })?;
        changes.add(line.pupil, step);
    }
    Ok(changes)
}

fn pupils_of(lines: &[OrderLine]) -> Vec<PersonId> {
    lines.iter().map(|it| it.pupil).collect()
}

impl Movement {
    pub(super) async fn put_in_force(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: OrderId,
        seen: i32,
    ) -> Result<Order, Error> {
        store::lock_book(tx).await?;
        let order = store::order(tx, id).await?.ok_or(Error::NoSuchOrder)?;
        order.must_be_draft()?;
        if order.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let lines = store::lines(tx, id).await?;
        let pupils = pupils_of(&lines);
        let changes = decide(&order, &lines, &store::chains(tx, &pupils).await?)?;

        let year = i16::try_from(order.ordered_on.year()).map_err(|_| Error::DateOutOfRange)?;
        store::issue(tx, actor.person, &order, year).await?;
        if !changes.ends.is_empty() {
            store::end_stays(tx, id, order.effective_on, &changes.ends).await?;
        }
        if !changes.begins.is_empty() {
            store::begin_stays(tx, id, order.effective_on, &changes.begins).await?;
        }
        match order.kind {
            OrderKind::Enrolment => {
                self.open_accounts(tx, &pupils).await?;
                books::number_files(tx, &*self.people, &[id]).await?;
            }
            OrderKind::Leaving | OrderKind::Graduation => {
                self.close_accounts(tx, &order, &pupils).await?;
            }
            OrderKind::Transfer | OrderKind::Promotion | OrderKind::Repeat => {}
        }
        store::order(tx, id).await?.ok_or(Error::NoSuchOrder)
    }

    pub(super) async fn put_out_of_force(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: OrderId,
        reason: &str,
    ) -> Result<Order, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        store::lock_book(tx).await?;
        let order = store::order(tx, id).await?.ok_or(Error::NoSuchOrder)?;
        order.must_be_issued()?;
        let pupils = pupils_of(&store::lines(tx, id).await?);
        let chains = store::chains(tx, &pupils).await?;
        if !pupils
            .iter()
            .all(|it| chains.get(it).is_some_and(|it| it.ends_with(id)))
        {
            return Err(Error::NotTheLast);
        }
        store::cancel(tx, actor.person, &order, reason).await?;
        store::undo_stays(tx, id).await?;
        match order.kind {
            OrderKind::Enrolment => self.accounts.close(tx, &pupils).await?,
            OrderKind::Leaving | OrderKind::Graduation => self.open_accounts(tx, &pupils).await?,
            OrderKind::Transfer | OrderKind::Promotion | OrderKind::Repeat => {}
        }
        Ok(order)
    }

    /// Every pupil in a class has a login (S3:2.6); its slip is printed later.
    async fn open_accounts(&self, tx: &mut Tx, pupils: &[PersonId]) -> Result<(), Error> {
        let cards = self.people.cards(tx, pupils).await?;
        if cards.len() != pupils.len() {
            return Err(Error::NoSuchPupil);
        }
        let members: Vec<NewMember> = cards
            .into_iter()
            .map(|it| NewMember {
                person: it.id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                grants: vec![Grant {
                    role: Role::Pupil,
                    scope: Scope::Org,
                }],
            })
            .collect();
        self.accounts.open(tx, &members).await?;
        Ok(())
    }

    /// Whoever has left loses the account at once; whoever leaves later keeps
    /// it until then ([`Movement::close_accounts_of_leavers`]).
    async fn close_accounts(
        &self,
        tx: &mut Tx,
        order: &Order,
        pupils: &[PersonId],
    ) -> Result<(), Error> {
        if order.effective_on <= self.today(tx).await? {
            self.accounts.close(tx, pupils).await?;
        }
        Ok(())
    }

    /// Closes the accounts of everybody whom an order made leave by now.
    /// Repeating it does nothing; the daily job calls it for each organisation.
    pub async fn close_accounts_of_leavers(&self, tx: &mut Tx) -> Result<usize, Error> {
        let today = self.today(tx).await?;
        let left = store::left_lately(tx, today).await?;
        if !left.is_empty() {
            self.accounts.close(tx, &left).await?;
        }
        Ok(left.len())
    }

    /// The same in a transaction of its own.
    pub(crate) async fn close_accounts_in(&self, org: OrgId) -> Result<(), Error> {
        let mut tx = self.db.begin_system(org).await?;
        self.close_accounts_of_leavers(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Builds the register anew from the issued orders alone, where it is not
    /// already what they say; the pupils that were wrong.
    pub async fn rebuild(&self, tx: &mut Tx) -> Result<Vec<PersonId>, Error> {
        store::lock_book(tx).await?;
        let pupils = store::known_pupils(tx).await?;
        let chains = store::chains(tx, &pupils).await?;
        let events = store::events(tx, &pupils).await?;
        let mut wrong = Vec::new();
        for pupil in pupils {
            let orders = events.get(&pupil).map_or(&[][..], Vec::as_slice);
            let told = Chain::of(orders).map_err(|why| Error::Refused { pupil, why })?;
            if chains.get(&pupil).cloned().unwrap_or_default() != told {
                store::put_chain(tx, pupil, &told).await?;
                wrong.push(pupil);
            }
        }
        Ok(wrong)
    }
}
