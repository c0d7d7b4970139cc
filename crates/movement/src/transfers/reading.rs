//! Looking at transfers.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::{Tx, audit};
use kernel::{Actor, OrgId, PersonId, Right};
use org::Organisation;
use people::{Card, Ties};
use serde_json::json;

use super::{
    Candidate, CurrentMarks, Extract, Side, Transfer, TransferId, TransferState, Transfers,
    accepting::name_of,
};
use crate::{Error, Register, store};

/// What the audit calls the reading of an extract.
const EXTRACT_READ: &str = "movement.extract-read";

/// The transfers of a school.
#[derive(Clone, Debug)]
pub struct TransferList {
    /// The newest first.
    pub transfers: Vec<Transfer>,
    /// The schools of the region by id.
    pub schools: HashMap<OrgId, String>,
}

/// One transfer as one of the schools sees it.
#[derive(Clone, Debug)]
pub struct TransferPage {
    pub transfer: Transfer,
    pub side: Side,
    /// The name of the other school.
    pub other: String,
    /// What is handed over; only while the reader may see it.
    pub extract: Option<Extract>,
    /// Whom a request may mean, for the school that answers.
    pub candidates: Vec<Candidate>,
}

/// Marks of a pupil in the school before.
#[derive(Clone, Debug)]
pub struct FormerMarks {
    pub card: Card,
    pub ties: Ties,
    /// Of each school, the latest first.
    pub schools: Vec<FormerSchool>,
}

/// What one school handed over, as far as the new class needs it.
#[derive(Clone, Debug)]
pub struct FormerSchool {
    pub school: String,
    pub class: String,
    pub leaves_on: NaiveDate,
    pub marks: CurrentMarks,
}

/// What other domains may ask about transfers of the organisation of the
/// caller's transaction.
#[async_trait]
pub trait TransferBook: Send + Sync {
    /// The transfer; none where the organisation has no part in it.
    async fn transfer(&self, tx: &mut Tx, id: TransferId) -> Result<Option<Transfer>, Error> {
        Ok(store::transfers(tx, Some(id)).await?.pop())
    }
}

impl TransferBook for Register {}

impl Transfers {
    /// The transfers of the actor's school, on either side.
    pub async fn list(&self, actor: &Actor) -> Result<TransferList, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let transfers = store::transfers(&mut tx, None).await?;
        let schools = self.orgs.schools(&mut tx).await?;
        tx.commit().await?;
        Ok(TransferList {
            transfers,
            schools: schools.into_iter().map(|it| (it.id, it.name)).collect(),
        })
    }

    /// The other schools of the region, by name.
    pub async fn other_schools(&self, actor: &Actor) -> Result<Vec<Organisation>, Error> {
        self.movement.other_schools(actor).await
    }

    /// How many transfers wait for the actor's school; none where they are not
    /// the actor's business.
    pub async fn waiting(&self, actor: &Actor) -> Result<Option<i64>, Error> {
        if actor.may_in_org(Right::MovementEdit).is_err() {
            return Ok(None);
        }
        let mut tx = self.db.begin(actor).await?;
        let count = store::waiting_transfers(&mut tx).await?;
        tx.commit().await?;
        Ok(Some(count))
    }

    /// One transfer. That its extract was read is put on record.
    ///
    /// # Errors
    /// [`Error::NoSuchTransfer`], also where the school has no part in it.
    #[tracing::instrument(name = "movement.transfer", skip_all, fields(transfer.id = %id))]
    pub async fn transfer(
        &self,
        actor: &Actor,
        id: TransferId,
        today: NaiveDate,
        purpose: &'static str,
    ) -> Result<TransferPage, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let transfer = store::transfers(&mut tx, Some(id)).await?.pop();
        let transfer = transfer.ok_or(Error::NoSuchTransfer)?;
        let side = transfer.side_of(actor.org);
        let extract = if transfer.state.is_open() {
            self.note_reading(&mut tx, id, purpose).await?;
            store::extract(&mut tx, id).await?
        } else {
            None
        };
        let asked = side == Side::Leaving && transfer.state == TransferState::Asked;
        let candidates = if asked {
            self.candidates(&mut tx, &transfer, today).await?
        } else {
            Vec::new()
        };
        let schools = self.orgs.schools(&mut tx).await?;
        tx.commit().await?;
        Ok(TransferPage {
            other: name_of(&schools, transfer.other(actor.org)),
            side,
            transfer,
            extract,
            candidates,
        })
    }

    /// What cannot be put on record is not read.
    pub(super) async fn note_reading(
        &self,
        tx: &mut Tx,
        id: TransferId,
        purpose: &'static str,
    ) -> Result<(), Error> {
        let object = format!("movement.transfer:{id}");
        audit::record(tx, EXTRACT_READ, &object, &json!({ "purpose": purpose })).await?;
        Ok(())
    }

    /// «Отметки из прежней школы», for whoever may see how the pupil learns.
    ///
    /// # Errors
    /// [`people::Error::NoSuchPerson`] where the actor may not see the card,
    /// [`Error::NoSuchTransfer`] where no school handed marks over.
    pub async fn former_marks(
        &self,
        actor: &Actor,
        pupil: PersonId,
        today: NaiveDate,
    ) -> Result<FormerMarks, Error> {
        let study = self.movement.study(actor, pupil, today).await?;
        if !study.ties.own && !study.ties.keeps {
            actor.may(Right::JournalView)?;
        }
        let mut tx = self.db.begin(actor).await?;
        let all = store::arrived(&mut tx, pupil).await?;
        if all.is_empty() {
            return Err(Error::NoSuchTransfer);
        }
        for (id, _) in &all {
            self.note_reading(&mut tx, *id, "former-marks").await?;
        }
        tx.commit().await?;
        let schools = all.into_iter().map(|(_, it)| FormerSchool {
            school: it.school,
            class: it.class,
            leaves_on: it.leaves_on,
            marks: it.marks,
        });
        Ok(FormerMarks {
            card: study.card,
            ties: study.ties,
            schools: schools.collect(),
        })
    }
}
