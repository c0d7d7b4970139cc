//! «Прибытие по запросу», and what either school says to the other.

use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, OrgId, PersonId, Right};
use people::{
    Card, CardKind, ClassNames, Families, FamilyBook, People, PersonFields, RestrictedField,
};
use serde::Serialize;

use super::{
    HandedDocument, Side, Step, Transfer, TransferId, TransferMoved, TransferState, Transfers,
    due_on, tell,
};
use crate::{
    Details, Error, LeavingReason, OrderBook, OrderDraft, OrderId, OrderKind, OrderLine, store,
    store::OwnSide,
};

/// So many requests to one school may wait: a school is asked for pupils who
/// come, not for everybody it may have.
const MOST_REQUESTS: i64 = 30;

/// Whom a school asks for. It learns nothing before the answer, also not
/// whether there is such a pupil.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub school: OrgId,
    pub last_name: String,
    pub first_name: String,
    pub middle_name: String,
    pub born_on: NaiveDate,
    /// The number of the personal file, or else the СНИЛС.
    pub file_number: String,
    pub snils: String,
    pub note: String,
}

/// Whether a request and a card say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Knows {
    Same,
    Other,
    /// The request does not say it.
    Unsaid,
}

/// A pupil whom a request may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub card: Card,
    /// «5А»; none where the pupil is in no class.
    pub class: Option<String>,
    /// Name and birth date are the same.
    pub same_person: bool,
    pub file_number: Knows,
    pub snils: Knows,
}

/// For what the СНИЛС of a request is sealed.
fn place(from: OrgId, to: OrgId) -> String {
    format!("movement.transfer|{from}|{to}")
}

impl Transfers {
    /// Asks another school for a pupil.
    ///
    /// # Errors
    /// [`Error::NothingToKnowBy`], [`Error::BadSnils`], [`Error::NoSuchSchool`],
    /// [`Error::AskedSchoolEnough`].
    #[tracing::instrument(name = "movement.ask_for", skip_all)]
    pub async fn ask(&self, actor: &Actor, it: &NewRequest) -> Result<TransferId, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        if it.file_number.is_empty() && it.snils.is_empty() {
            return Err(Error::NothingToKnowBy);
        }
        let snils = RestrictedField::Snils.checked(&it.snils);
        let snils = snils.map_err(|_| Error::BadSnils)?;
        let mut tx = self.db.begin(actor).await?;
        self.must_be_other(&mut tx, actor, it.school).await?;
        let own = self.orgs.own(&mut tx).await?;
        let today = own.day(tx.now());
        if today < it.born_on {
            return Err(Error::DateOutOfRange);
        }
        if MOST_REQUESTS <= store::open_requests(&mut tx, it.school).await? {
            return Err(Error::AskedSchoolEnough);
        }
        let sealed = if snils.is_empty() {
            None
        } else {
            let ring = self.db.keyring()?;
            Some(ring.seal(&place(it.school, actor.org), snils.as_bytes())?)
        };
        let due = due_on(&*self.movement.calendar, &mut tx, it.school, today).await?;
        let id = store::ask_for(&mut tx, it, sealed, due).await?;
        let told = TransferMoved {
            transfer: id,
            tell: it.school,
            state: TransferState::Asked,
        };
        tell(&mut tx, &told).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn must_be_other(&self, tx: &mut Tx, actor: &Actor, school: OrgId) -> Result<(), Error> {
        let schools = self.orgs.schools(tx).await?;
        let is_there = |id: OrgId| schools.iter().any(|it| it.id == id);
        if school == actor.org || !is_there(school) || !is_there(actor.org) {
            return Err(Error::NoSuchSchool);
        }
        Ok(())
    }

    /// Whom of the own pupils a request may mean.
    pub(super) async fn candidates(
        &self,
        tx: &mut Tx,
        it: &Transfer,
        today: NaiveDate,
    ) -> Result<Vec<Candidate>, Error> {
        let person = PersonFields {
            last_name: it.last_name.clone(),
            first_name: it.first_name.clone(),
            middle_name: Some(it.middle_name.clone()),
            born_on: it.born_on,
            ..PersonFields::default()
        };
        let found = FamilyBook.namesakes(tx, &[person]).await?;
        let pupils = found.into_iter().flatten();
        let pupils = pupils.filter(|it| it.kinds.contains(&CardKind::Pupil));
        let namesakes: Vec<(PersonId, bool)> = pupils.map(|it| (it.card.id, it.sure)).collect();
        let numbers = if it.file_number.is_empty() {
            std::collections::HashMap::new()
        } else {
            people::Cards.file_numbers(tx).await?
        };
        let of_number = numbers
            .iter()
            .find(|(_, number)| **number == it.file_number);
        let of_number = of_number.map(|it| *it.0);
        let of_snils = self.of_snils(tx, it).await?;
        let names_snils = it.snils.is_some();
        let mut ids: Vec<PersonId> = namesakes.iter().map(|it| it.0).collect();
        ids.extend(of_number.into_iter().chain(of_snils));
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let cards = people::Cards.cards(tx, &ids).await?;
        let mut classes = self.movement.class_names(tx, &ids, today).await?;
        let knows = |said: bool, known: Option<PersonId>, id: PersonId| match known {
            _ if !said => Knows::Unsaid,
            Some(known) if known == id => Knows::Same,
            _ => Knows::Other,
        };
        let candidate = |card: Card| Candidate {
            class: classes.remove(&card.id),
            same_person: namesakes.contains(&(card.id, true)),
            file_number: knows(!it.file_number.is_empty(), of_number, card.id),
            snils: knows(names_snils, of_snils, card.id),
            card,
        };
        Ok(cards.into_iter().map(candidate).collect())
    }

    /// Whose the СНИЛС of the request is; nobody's where it names none.
    async fn of_snils(&self, tx: &mut Tx, it: &Transfer) -> Result<Option<PersonId>, Error> {
        let Some(sealed) = &it.snils else {
            return Ok(None);
        };
        let opened = self.db.keyring()?.open(&place(it.from, it.to), sealed);
        let Some(clear) = opened.and_then(|it| String::from_utf8(it).ok()) else {
            return Ok(None);
        };
        Ok(FamilyBook.of_snils(tx, &clear).await?)
    }

    /// Seals what waits in requests to this school anew with the newest master
    /// key; how many.
    pub async fn seal_requests_anew(&self, org: OrgId) -> Result<usize, Error> {
        let ring = self.db.keyring()?;
        let mut tx = self.db.begin_system(org).await?;
        let mut done = 0;
        for (id, to, sealed) in store::sealed_requests(&mut tx).await? {
            let place = place(org, to);
            if ring.is_of_newest(&sealed) {
                continue;
            }
            if let Some(clear) = ring.open(&place, &sealed) {
                store::seal_request(&mut tx, id, &ring.seal(&place, &clear)?).await?;
                done += 1;
            }
        }
        tx.commit().await?;
        Ok(done)
    }

    /// Answers a request by drawing up the order of leaving; its id.
    #[tracing::instrument(name = "movement.answer_request", skip_all, fields(transfer.id = %id))]
    pub async fn answer(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        pupil: PersonId,
        on: NaiveDate,
    ) -> Result<OrderId, Error> {
        let mut tx = self.db.begin(actor).await?;
        let it = self
            .begin_step(&mut tx, actor, id, seen, (Side::Leaving, Step::Prepare))
            .await?;
        let own = self.orgs.own(&mut tx).await?;
        let line = OrderLine::leave(pupil, String::new(), LeavingReason::OtherSchool);
        let draft = OrderDraft {
            kind: OrderKind::Leaving,
            ordered_on: own.day(tx.now()),
            effective_on: on,
            basis: it.note.clone(),
            lines: vec![line.with(Details {
                to_school: Some(it.to),
                ..Details::default()
            })],
        };
        let orders = self.movement.draft_all(&mut tx, actor, &[draft]).await?;
        let order = orders.first().copied().ok_or(Error::NoSuchOrder)?;
        let side = OwnSide {
            transfer: id,
            other: it.to,
            pupil,
            order,
        };
        store::depart(&mut tx, side).await?;
        self.end_step(&mut tx, &it, actor, TransferState::Preparing, "")
            .await?;
        tx.commit().await?;
        Ok(order)
    }

    /// Refuses a request with the reason.
    pub async fn refuse(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        reason: &str,
    ) -> Result<(), Error> {
        self.say(actor, id, seen, (Side::Leaving, Step::Refuse), reason)
            .await
    }

    /// Takes a request back.
    pub async fn take_back(&self, actor: &Actor, id: TransferId, seen: i32) -> Result<(), Error> {
        self.say(actor, id, seen, (Side::Accepting, Step::TakeBack), "-")
            .await
    }

    /// Takes an offer back: the pupil stays an ordinary leaver.
    pub async fn withdraw(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        reason: &str,
    ) -> Result<(), Error> {
        self.say(actor, id, seen, (Side::Leaving, Step::Withdraw), reason)
            .await
    }

    /// Does not take the pupil, for the reason.
    pub async fn decline(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        reason: &str,
    ) -> Result<(), Error> {
        self.say(actor, id, seen, (Side::Accepting, Step::Decline), reason)
            .await
    }

    async fn say(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        (side, step): (Side, Step),
        reason: &str,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let it = self
            .begin_step(&mut tx, actor, id, seen, (side, step))
            .await?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        let reason = if step == Step::TakeBack { "" } else { reason };
        let next = it.state.step(side, step)?;
        self.end_step(&mut tx, &it, actor, next, reason).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Says which papers go with the pupil.
    pub async fn say_documents(
        &self,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        documents: &[HandedDocument],
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let it = store::transfers(&mut tx, Some(id)).await?.pop();
        let it = it.ok_or(Error::NoSuchTransfer)?;
        if it.side_of(actor.org) != Side::Leaving || !it.state.is_open() {
            return Err(Error::NoSuchStep);
        }
        store::say_documents(&mut tx, id, seen, documents).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The transfer, still as the writer saw it and held until the end, if
    /// that side may take the step.
    pub(super) async fn begin_step(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: TransferId,
        seen: i32,
        (side, step): (Side, Step),
    ) -> Result<Transfer, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        store::lock_transfers(tx, &[id]).await?;
        let it = store::transfers(tx, Some(id)).await?.pop();
        let it = it.ok_or(Error::NoSuchTransfer)?;
        if it.side_of(actor.org) != side {
            return Err(Error::NoSuchStep);
        }
        it.state.step(side, step)?;
        if it.version != seen {
            return Err(Error::ChangedMeanwhile);
        }
        Ok(it)
    }

    pub(super) async fn end_step(
        &self,
        tx: &mut Tx,
        it: &Transfer,
        actor: &Actor,
        next: TransferState,
        reason: &str,
    ) -> Result<(), Error> {
        store::move_transfers(tx, &[it.id], next, reason).await?;
        let told = TransferMoved {
            transfer: it.id,
            tell: it.other(actor.org),
            state: next,
        };
        tell(tx, &told).await
    }
}
