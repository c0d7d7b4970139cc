//! Putting orders in force and out of it, inside the caller's transaction.

use std::collections::{BTreeSet, HashMap};

use chrono::Datelike;
use db::Tx;
use kernel::{Actor, PersonId};

use super::Movement;
use crate::{
    Error, books,
    order::{Effect, Facts, Order, OrderId, OrderKind, OrderLine},
    register::{Chain, Event, Stay},
    store::{self, Numbered},
    transfers,
};

type Lines = HashMap<OrderId, Vec<OrderLine>>;
pub(super) type Chains = HashMap<PersonId, Chain>;

/// What orders change in the register.
#[derive(Default)]
struct Changes {
    ended: Vec<(PersonId, Stay)>,
    begun: Vec<(PersonId, Stay)>,
}

impl Changes {
    /// What lies between what the register says and what it shall say.
    fn between(before: &Chains, after: &Chains) -> Self {
        let mut changes = Self::default();
        for (pupil, chain) in after {
            let known = before.get(pupil).map_or(&[][..], |it| &it.stays);
            let (old, new) = chain.stays.split_at(known.len());
            let ended = old.iter().zip(known).filter(|(now, then)| now != then);
            changes.ended.extend(ended.map(|(now, _)| (*pupil, *now)));
            changes.begun.extend(new.iter().map(|it| (*pupil, *it)));
        }
        changes
    }
}

impl Order {
    /// The order as it concerns the pupil of the line.
    pub(crate) fn event(&self, line: &OrderLine) -> Result<Event, Error> {
        let effect = self.kind.effect(line.place()).ok_or(Error::NoClassChosen)?;
        Ok(Event {
            order: self.id,
            effective_on: self.effective_on,
            effect,
        })
    }

    fn year(&self) -> Result<i16, Error> {
        i16::try_from(self.ordered_on.year()).map_err(|_| Error::DateOutOfRange)
    }
}

/// Decides for every pupil of every order, one after the other; the first
/// refusal is the answer.
fn decide(
    orders: &[Order],
    lines: &Lines,
    facts: &Facts,
    chains: &mut Chains,
) -> Result<(), Error> {
    for order in orders {
        for line in lines.get(&order.id).map_or(&[][..], Vec::as_slice) {
            let event = order.event(line)?;
            let chain = chains.entry(line.pupil).or_default();
            let pupil = line.pupil;
            let step = chain
                .step(&event)
                .and_then(|step| facts.allow(order.kind, line, chain.now()).map(|()| step))
                .map_err(|why| Error::Refused { pupil, why })?;
            chain.take(&event, step);
        }
    }
    Ok(())
}

/// Gives each order the next number of its kind and calendar year.
fn number(
    orders: &[Order],
    mut last: HashMap<(OrderKind, i16), i32>,
) -> Result<Vec<Numbered>, Error> {
    let numbered = |it: &Order| {
        let count = last.entry((it.kind, it.year()?)).or_default();
        *count += 1;
        Ok(Numbered {
            order: it.id,
            seen: it.version,
            number: it.kind.number(*count),
        })
    };
    orders.iter().map(numbered).collect()
}

fn pupils_of(lines: &Lines) -> Vec<PersonId> {
    let all = lines.values().flatten().map(|it| it.pupil);
    let each: BTreeSet<PersonId> = all.collect();
    each.into_iter().collect()
}

impl Movement {
    /// The orders, each as it is now, every one of them.
    async fn all_orders(&self, tx: &mut Tx, ids: &[OrderId]) -> Result<Vec<Order>, Error> {
        let orders = store::orders(tx, ids).await?;
        if orders.len() == ids.len() {
            Ok(orders)
        } else {
            Err(Error::NoSuchOrder)
        }
    }

    /// One order that is still as the writer saw it.
    pub(super) async fn put_one_in_force(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: OrderId,
        seen: i32,
    ) -> Result<Order, Error> {
        let order = store::orders(tx, &[id]).await?.pop();
        let order = order.ok_or(Error::NoSuchOrder)?;
        order.must_be_waiting()?;
        if order.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let issued = self.put_in_force(tx, actor, &[id]).await?.pop();
        issued.ok_or(Error::NoSuchOrder)
    }

    /// Puts drafts in force one after the other.
    pub(super) async fn put_in_force(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        ids: &[OrderId],
    ) -> Result<Vec<Order>, Error> {
        store::lock_book(tx).await?;
        let orders = self.all_orders(tx, ids).await?;
        orders.iter().try_for_each(Order::must_be_waiting)?;
        let lines = store::lines(tx, ids).await?;
        let before = store::chains(tx, &pupils_of(&lines)).await?;
        let facts = self.facts(tx, &orders, &lines, &before).await?;
        let mut after = before.clone();
        decide(&orders, &lines, &facts, &mut after)?;

        let years: BTreeSet<i16> = orders.iter().map(Order::year).collect::<Result<_, _>>()?;
        let last = store::last_numbers(tx, &Vec::from_iter(years)).await?;
        store::issue(tx, actor.person, &number(&orders, last)?).await?;
        let changes = Changes::between(&before, &after);
        if !changes.ended.is_empty() {
            store::end_stays(tx, &changes.ended).await?;
        }
        if !changes.begun.is_empty() {
            store::begin_stays(tx, &changes.begun).await?;
        }
        self.follow_with_accounts(tx, &orders, &lines).await?;
        if orders.iter().any(|it| it.kind == OrderKind::Enrolment) {
            books::number_files(tx, &*self.people, ids).await?;
        }
        let issued = self.all_orders(tx, ids).await?;
        self.around().issued(tx, &issued, &lines).await?;
        Ok(issued)
    }

    /// Whom transfers ask about what follows from orders.
    fn around(&self) -> transfers::Around<'_> {
        transfers::Around {
            people: &*self.people,
            accounts: &*self.accounts,
            curriculum: &*self.curriculum,
            orgs: &*self.orgs,
            marks: &*self.marks,
            calendar: &*self.calendar,
        }
    }

    /// Whoever comes gets an account, whoever has left loses it; the last of
    /// the orders about the pupil decides.
    async fn follow_with_accounts(
        &self,
        tx: &mut Tx,
        orders: &[Order],
        lines: &Lines,
    ) -> Result<(), Error> {
        let mut last: HashMap<PersonId, (Effect, &Order)> = HashMap::new();
        for order in orders {
            for line in lines.get(&order.id).into_iter().flatten() {
                let effect = order.event(line)?.effect;
                if !matches!(effect, Effect::Move(_)) {
                    last.insert(line.pupil, (effect, order));
                }
            }
        }
        let came: Vec<PersonId> = last
            .iter()
            .filter(|(_, (effect, _))| matches!(effect, Effect::Enter(_)))
            .map(|(pupil, _)| *pupil)
            .collect();
        if !came.is_empty() {
            self.open_accounts(tx, &came).await?;
        }
        if came.len() < last.len() {
            let today = self.today(tx).await?;
            let left = last.iter().filter(|(_, (effect, order))| {
                *effect == Effect::Leave && order.effective_on <= today
            });
            let left: Vec<PersonId> = left.map(|(pupil, _)| *pupil).collect();
            if !left.is_empty() {
                self.accounts.close(tx, &left).await?;
            }
        }
        Ok(())
    }

    /// Puts issued orders out of force, all of them the last about their pupils.
    pub(super) async fn put_out_of_force(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        ids: &[OrderId],
        reason: &str,
    ) -> Result<Vec<Order>, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        store::lock_book(tx).await?;
        let orders = self.all_orders(tx, ids).await?;
        orders.iter().try_for_each(Order::must_be_issued)?;
        let lines = store::lines(tx, ids).await?;
        let chains = store::chains(tx, &pupils_of(&lines)).await?;
        let is_last = |it: PersonId| chains.get(&it).is_some_and(|it| it.ends_with(ids));
        if !lines.values().flatten().all(|it| is_last(it.pupil)) {
            return Err(Error::NotTheLast);
        }
        transfers::cancelled(tx, &orders, reason).await?;
        store::cancel(tx, actor.person, ids, reason).await?;
        store::undo_stays(tx, ids).await?;
        self.undo_accounts(tx, &orders, &lines, &chains).await?;
        if orders.iter().any(|it| it.kind == OrderKind::Enrolment) {
            books::take_numbers_back(tx, &*self.people, ids).await?;
        }
        Ok(orders)
    }

    /// Accounts as they were before the first of the cancelled orders.
    async fn undo_accounts(
        &self,
        tx: &mut Tx,
        orders: &[Order],
        lines: &Lines,
        chains: &Chains,
    ) -> Result<(), Error> {
        let kinds: HashMap<OrderId, OrderKind> = orders.iter().map(|it| (it.id, it.kind)).collect();
        let (mut close, mut open) = (Vec::new(), Vec::new());
        for pupil in pupils_of(lines) {
            let Some(chain) = chains.get(&pupil) else {
                continue;
            };
            let undone: Vec<OrderKind> = chain
                .orders()
                .filter_map(|it| kinds.get(&it).copied())
                .collect();
            match undone[..] {
                [OrderKind::Enrolment, ..] => close.push(pupil),
                _ if undone.iter().any(|it| it.leads_out()) => open.push(pupil),
                _ => {}
            }
        }
        if !close.is_empty() {
            self.accounts.close(tx, &close).await?;
        }
        if !open.is_empty() {
            self.open_accounts(tx, &open).await?;
        }
        Ok(())
    }

    /// What the checks look at beside the chains: classes, and marks of the year.
    pub(super) async fn facts(
        &self,
        tx: &mut Tx,
        orders: &[Order],
        lines: &Lines,
        chains: &Chains,
    ) -> Result<Facts, Error> {
        let now = |it: &OrderLine| chains.get(&it.pupil).and_then(Chain::now);
        let places = lines.values().flatten();
        let classes: BTreeSet<_> = places
            .flat_map(|it| [it.place(), now(it)])
            .filter_map(|it| it?.class())
            .collect();
        let mut facts = Facts::default();
        if !classes.is_empty() {
            let classes = Vec::from_iter(classes);
            let (found, closed) = self.curriculum.classes_and_closed(tx, &classes).await?;
            facts.classes = found.into_iter().map(|it| (it.id, it)).collect();
            facts.closed = closed;
        }
        let enrolled = orders
            .iter()
            .filter(|it| it.kind == OrderKind::Enrolment && it.is_waiting())
            .filter_map(|it| lines.get(&it.id))
            .flatten();
        let enrolled: Vec<&OrderLine> = enrolled.collect();
        facts.taken = books::taken_wishes(tx, &*self.people, &enrolled).await?;
        let promoted = orders
            .iter()
            .filter(|it| it.kind == OrderKind::Promotion)
            .filter_map(|it| lines.get(&it.id))
            .flatten()
            .filter_map(|it| Some((it.pupil, now(it)?.class()?)));
        let promoted: Vec<_> = promoted.collect();
        if !promoted.is_empty() {
            let marks = self.marks.year_marks(tx, &promoted).await;
            facts.year_marks = marks.map_err(Error::Journal)?;
        }
        Ok(facts)
    }
}
