//! Writes letters, and what people and administrators do with them.

mod writing;

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Days, TimeDelta, Utc};
use db::{Db, Tx};
use kernel::{Actor, Fault, Job, PersonId, Right};
use org::Organisations;
use people::{Card, People};
use web::Views;

use crate::{
    Error, LetterId, LetterState, Letters, NewLetter, StoredLetter, Wish, leave::Leave, store,
};

/// So many failed letters are shown.
const SHOWN: i64 = 200;
/// What letters said is kept so long after they were sent.
const KEPT: TimeDelta = TimeDelta::days(30);

/// What letters need to know of the installation.
#[derive(Clone, Debug)]
pub struct PostSetup {
    /// The address of the site in letters: `https://zvonok.example`.
    pub site: String,
    /// Whether there is a mail server; letters wait until there is.
    pub connected: bool,
}

/// The post of all organisations.
#[derive(Clone)]
pub struct Post {
    db: Db,
    views: Views,
    people: Arc<dyn People>,
    orgs: Arc<dyn Organisations>,
    setup: PostSetup,
}

/// How the post of an organisation stands, for the administrator.
#[derive(Clone, Debug)]
pub struct PostState {
    pub connected: bool,
    pub waiting: i64,
    pub due: i64,
    pub oldest: Option<DateTime<Utc>>,
    /// What the mail server said last to a letter that still waits.
    pub error: Option<String>,
    /// Sent within the last week.
    pub sent: i64,
    pub failed: i64,
    pub letters: Vec<StoredLetter>,
    pub unreachable: Vec<Unreachable>,
    /// Whether the actor may send again.
    pub may_retry: bool,
}

/// Somebody who should have had letters and has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    pub person: PersonId,
    pub name: String,
    pub kind: String,
    pub letters: i32,
    pub last_at: DateTime<Utc>,
}

impl Post {
    pub fn new(
        db: Db,
        views: Views,
        people: Arc<dyn People>,
        orgs: Arc<dyn Organisations>,
        setup: PostSetup,
    ) -> Self {
        Self {
            db,
            views,
            people,
            orgs,
            setup,
        }
    }

    /// What the actor wants to be sent, and the address it goes to.
    pub async fn own_wish(&self, actor: &Actor) -> Result<(Wish, Option<String>), Error> {
        let mut tx = self.db.begin(actor).await?;
        let wish = store::wish(&mut tx, actor.person).await?;
        let mut emails = self
            .people
            .emails(&mut tx, &[actor.person])
            .await
            .map_err(Error::neighbour)?;
        tx.commit().await?;
        Ok((wish, emails.remove(&actor.person)))
    }

    /// Keeps what the actor wants to be sent.
    pub async fn save_wish(&self, actor: &Actor, wish: &Wish) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        store::save_wish(&mut tx, actor.person, wish).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the link of a letter unsubscribes from: the name of the
    /// organisation and the kind of letters.
    pub async fn leaving(&self, token: &str) -> Result<(String, String), Error> {
        let (mut tx, leave) = self.signed(token).await?;
        let org = self.orgs.own(&mut tx).await.map_err(Error::neighbour)?;
        tx.commit().await?;
        Ok((org.name, leave.kind))
    }

    /// Unsubscribes whom the link names; done twice, it is done.
    pub async fn leave(&self, token: &str) -> Result<String, Error> {
        let (mut tx, leave) = self.signed(token).await?;
        let wish = store::wish(&mut tx, leave.person).await?;
        let without = wish.without(&leave.kind);
        if without != wish {
            store::save_wish(&mut tx, leave.person, &without).await?;
        }
        tx.commit().await?;
        Ok(leave.kind)
    }

    /// Reads a link and checks who signed it, in a transaction of that organisation.
    async fn signed(&self, token: &str) -> Result<(Tx, Leave), Error> {
        let leave = Leave::parse(token).ok_or(Error::NoSuchLink)?;
        let mut tx = self.db.begin_system(leave.org).await?;
        let key = store::key(&mut tx).await?.ok_or(Error::NoSuchLink)?;
        if !leave.is_signed_by(&key) {
            return Err(Error::NoSuchLink);
        }
        Ok((tx, leave))
    }

    /// How the post of the organisation stands.
    pub async fn state(&self, actor: &Actor) -> Result<PostState, Error> {
        actor.may_in_org(Right::AccountView)?;
        let mut tx = self.db.begin(actor).await?;
        let week = tx.now() - Days::new(7);
        let it = store::overview(&mut tx, week).await?;
        let failed = [LetterState::Refused, LetterState::GivenUp];
        let letters = store::of_state(&mut tx, &failed, SHOWN).await?;
        let unreachable = self.unreachable(&mut tx).await?;
        tx.commit().await?;
        Ok(PostState {
            connected: self.setup.connected,
            waiting: it.waiting,
            due: it.due,
            oldest: it.oldest,
            error: it.error,
            sent: it.sent,
            failed: it.failed,
            letters,
            unreachable,
            may_retry: actor.may_in_org(Right::AccountEdit).is_ok(),
        })
    }

    /// Those noted as without an address who still have none.
    async fn unreachable(&self, tx: &mut Tx) -> Result<Vec<Unreachable>, Error> {
        let noted = store::unreachable(tx).await?;
        let ids: Vec<PersonId> = noted.iter().map(|it| it.person).collect();
        let emails = self
            .people
            .emails(tx, &ids)
            .await
            .map_err(Error::neighbour)?;
        let cards = self
            .people
            .cards(tx, &ids)
            .await
            .map_err(Error::neighbour)?;
        let cards: HashMap<PersonId, Card> = cards.into_iter().map(|it| (it.id, it)).collect();
        let shown = noted.into_iter().filter_map(|it| {
            let reachable = emails
                .get(&it.person)
                .is_some_and(|it| crate::mime::is_address(it));
            let name = cards.get(&it.person)?.full();
            (!reachable).then_some(Unreachable {
                person: it.person,
                name,
                kind: it.kind,
                letters: it.letters,
                last_at: it.last_at,
            })
        });
        Ok(shown.collect())
    }

    /// Sends one letter that failed again, or all of them, to the addresses in
    /// the cards. How many go.
    pub async fn retry(&self, actor: &Actor, only: Option<LetterId>) -> Result<u64, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let failed = [LetterState::Refused, LetterState::GivenUp];
        let mut letters = store::of_state(&mut tx, &failed, SHOWN).await?;
        letters.retain(|it| only.is_none_or(|id| id == it.id));
        if only.is_some() && letters.is_empty() {
            return Err(Error::NoSuchLetter);
        }
        let people: Vec<PersonId> = letters.iter().map(|it| it.to).collect();
        let emails = self
            .people
            .emails(&mut tx, &people)
            .await
            .map_err(Error::neighbour)?;
        let again: Vec<(LetterId, String)> = letters
            .into_iter()
            .map(|it| (it.id, emails.get(&it.to).cloned().unwrap_or(it.address)))
            .collect();
        let count = store::retry(&mut tx, &again).await?;
        tx.commit().await?;
        Ok(count)
    }
}

#[async_trait]
impl Letters for Post {
    async fn write(
        &self,
        tx: &mut Tx,
        letters: &[NewLetter],
    ) -> Result<Vec<Option<LetterId>>, Box<dyn Fault>> {
        self.write_letters(tx, letters).await.map_err(boxed)
    }

    async fn written(
        &self,
        tx: &mut Tx,
        kind: &str,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, String, DateTime<Utc>)>, Box<dyn Fault>> {
        store::of_kind(tx, kind, people).await.map_err(boxed)
    }

    async fn wishes(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Wish>, Box<dyn Fault>> {
        let mut wishes = store::wishes(tx, people).await.map_err(boxed)?;
        for it in people {
            wishes.entry(*it).or_default();
        }
        Ok(wishes)
    }
}

/// Forgets what old letters said.
#[async_trait]
impl Job for Post {
    fn name(&self) -> &'static str {
        "messaging.forget"
    }

    fn cron(&self) -> &'static str {
        "0 41 2 * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        let mut tx = self.db.begin_worker().await.map_err(boxed)?;
        let before = tx.now() - KEPT;
        let count = store::forget(&mut tx, before).await.map_err(boxed)?;
        tx.commit().await.map_err(boxed)?;
        tracing::info!(count, "old letters forgotten");
        Ok(())
    }
}

fn boxed(it: impl Fault) -> Box<dyn Fault> {
    Box::new(it)
}
