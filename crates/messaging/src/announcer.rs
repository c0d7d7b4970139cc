//! Makes letters of what other domains said: events of the outbox.
//!
//! An event may come more than once; the letters of it are named by the event,
//! so that they are written once.

mod cards;
mod factor;
mod forms;
mod marks;
mod transfers;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use curriculum::Curriculum;
use db::{
    Db, Tx,
    outbox::{self, Event},
};
use identity::Holders;
use kernel::Fault;
use movement::TransferBook;
use org::Organisations;
use people::People;
use schedule::Lessons;
use tokio::sync::watch;
use web::Views;

use crate::{Error, Letters, NewLetter};

const MARKS: &str = "journal.marks-told";
const FACTOR: &str = "identity.factor-reset";
const CARDS: &str = "people.proposal-decided";
const TRANSFERS: &str = movement::TRANSFER_MOVED;
const FORMS: &str = "forms.decided";
const KINDS: &[&str] = &[MARKS, FACTOR, CARDS, TRANSFERS, FORMS];
/// So many events are taken at one time.
const AT_ONCE: i64 = 20;
/// How often a node looks for events.
const LOOK: std::time::Duration = std::time::Duration::from_secs(2);
/// How long they belong to the node that took them.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// An event that cannot be understood is looked at again after so long.
const LATER: TimeDelta = TimeDelta::minutes(10);
/// News of marks older than that are no news: the post was off meanwhile.
const STALE: TimeDelta = TimeDelta::days(3);

/// A socket that the app fills: the school of the transaction was told of a
/// step that another one took, and may owe an answer to it.
#[async_trait]
pub trait Owes: Send + Sync {
    async fn asked(&self, tx: &mut Tx) -> Result<(), Box<dyn Fault>>;
}

/// Nobody looks at what is owed.
#[async_trait]
impl Owes for () {
    async fn asked(&self, _: &mut Tx) -> Result<(), Box<dyn Fault>> {
        Ok(())
    }
}

/// Whom the letters are about, asked of other domains.
#[derive(Clone)]
pub struct Announcer {
    pub db: Db,
    pub views: Views,
    pub letters: Arc<dyn Letters>,
    pub people: Arc<dyn People>,
    pub orgs: Arc<dyn Organisations>,
    pub curriculum: Arc<dyn Curriculum>,
    pub lessons: Arc<dyn Lessons>,
    pub transfers: Arc<dyn TransferBook>,
    /// Whose business transfers are.
    pub holders: Arc<dyn Holders>,
    /// Who looks at what a school owes to another one.
    pub owes: Arc<dyn Owes>,
    /// The address of the site in letters.
    pub site: String,
    pub closing: Arc<watch::Sender<bool>>,
}

impl Announcer {
    /// Writes letters of what happened, until the node closes.
    pub async fn tend(&self) {
        let mut closing = self.closing.subscribe();
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                _ = look.tick() => {}
                // An error would mean that the sender is gone, and we hold it.
                _ = closing.wait_for(|it| *it) => return,
            }
            if let Err(error) = self.announce().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no look at the events"
                );
            }
        }
    }

    /// Takes nothing more.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Writes the letters of the events that wait; how many events that were.
    pub async fn announce(&self) -> Result<usize, Error> {
        let mut tx = self.db.begin_worker().await?;
        let events = outbox::claim(&mut tx, KINDS, AT_ONCE, LEASE).await?;
        tx.commit().await?;
        for event in &events {
            if let Err(error) = self.tell(event).await {
                tracing::error!(
                    event.id = %event.id,
                    kind = event.kind,
                    error = &error as &dyn std::error::Error,
                    "no letters of an event"
                );
                let mut tx = self.db.begin_worker().await?;
                let again = tx.now() + LATER;
                outbox::failed(&mut tx, event, &error.to_string(), again).await?;
                tx.commit().await?;
            }
        }
        Ok(events.len())
    }

    async fn tell(&self, event: &Event) -> Result<(), Error> {
        let told = transfers::told(event);
        let mut tx = self.db.begin_system(told.unwrap_or(event.org)).await?;
        if told.is_some() {
            let looked = self.owes.asked(&mut tx).await;
            looked.map_err(Error::Neighbour)?;
        }
        let letters = self.letters_of(&mut tx, event).await?;
        self.letters
            .write(&mut tx, &letters)
            .await
            .map_err(Error::Neighbour)?;
        tx.commit().await?;
        let mut tx = self.db.begin_worker().await?;
        outbox::done(&mut tx, event).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn letters_of(&self, tx: &mut Tx, event: &Event) -> Result<Vec<NewLetter>, Error> {
        match event.kind.as_str() {
            FACTOR => factor::letters(self, tx, event),
            CARDS => cards::letters(self, tx, event).await,
            TRANSFERS => transfers::letters(self, tx, event).await,
            FORMS => forms::letters(self, tx, event).await,
            _ if event.created_at + STALE < tx.now() => Ok(vec![]),
            _ => marks::letters(self, tx, event).await,
        }
    }
}
