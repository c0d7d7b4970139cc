//! Brings letters to the mail server: any number of nodes, each letter once.
//!
//! A node takes letters, commits that it has them, and only then talks to the
//! mail server; afterwards it commits what came of it. Whoever dies between
//! leaves letters in `sending`; when their lease is over, another node sends
//! them again with the same Message-ID. The one window in which a letter may
//! arrive twice is between the server's `250` and our commit (ADR 0014).

use std::{sync::Arc, time::Duration};

use db::Db;
use futures_util::future::join_all;
use tokio::{sync::watch, time::sleep};

use crate::{
    Error, NoPost, Smtp,
    letter::{Letter, Outcome, pause},
    mime,
    smtp::Line,
    store,
};

/// A node has so many letters, and connections, at one time.
const AT_ONCE: u32 = 4;
/// How often the end of an attempt is written down again where the database is away.
const RECORDS: u32 = 5;
/// How long a letter is tried before it is given up.
const GIVE_UP: chrono::TimeDelta = chrono::TimeDelta::days(5);

/// How letters are sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// `None`: letters wait until somebody sets a mail server up.
    pub smtp: Option<Smtp>,
    /// The address of the site in letters: `https://zvonok.example`.
    pub site: String,
    /// How long a letter belongs to the node that took it.
    pub lease: Duration,
    /// How often a node looks for letters.
    pub look: Duration,
    /// The pause after the first failure; it doubles with each.
    pub retry: Duration,
}

impl Default for Sending {
    fn default() -> Self {
        Self {
            smtp: None,
            site: String::new(),
            lease: Duration::from_mins(1),
            look: Duration::from_secs(3),
            retry: Duration::from_mins(1),
        }
    }
}

/// What one look brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    pub failed: usize,
    /// The mail server took nothing at all.
    pub down: bool,
    /// There may be more at once.
    pub more: bool,
}

/// The sender of this node.
#[derive(Clone)]
pub struct Sender {
    db: Db,
    line: Option<Line>,
    setup: Sending,
    closing: Arc<watch::Sender<bool>>,
}

impl Sender {
    /// # Errors
    /// The settings make no way to a mail server.
    pub fn new(db: Db, setup: Sending) -> Result<Self, NoPost> {
        let line = match &setup.smtp {
            Some(smtp) => Some(Line::new(smtp, AT_ONCE)?),
            None => None,
        };
        Ok(Self {
            db,
            line,
            setup,
            closing: Arc::new(watch::Sender::new(false)),
        })
    }

    /// Sends what is due, until the node closes.
    pub async fn tend(&self) {
        let mut closing = self.closing.subscribe();
        let mut pause = self.setup.look;
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                // An error would mean that the sender is gone, and we hold it.
                _ = closing.wait_for(|it| *it) => return,
            }
            pause = match self.send_due().await {
                Ok(round) if round.down => self.setup.retry,
                Ok(round) if round.more => Duration::ZERO,
                Ok(_) => self.setup.look,
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "no look at the letters"
                    );
                    self.setup.look
                }
            };
        }
    }

    /// Takes nothing more; letters under way come to their end in [`Sender::tend`].
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// One look: takes the letters that are due, a few at most, and sends them.
    pub async fn send_due(&self) -> Result<Round, Error> {
        self.measure().await?;
        let Some(line) = &self.line else {
            return Ok(Round::default());
        };
        let mut tx = self.db.begin_worker().await?;
        let letters = store::take(&mut tx, i64::from(AT_ONCE), self.setup.lease).await?;
        tx.commit().await?;
        if letters.is_empty() {
            return Ok(Round::default());
        }
        let mut round = Round {
            more: letters.len() == AT_ONCE as usize,
            ..Round::default()
        };
        if let Err(words) = line.probe().await {
            round.down = true;
            round.failed = letters.len();
            tracing::warn!(error = words, "the mail server takes no letters");
            let outcome = Outcome::PutOff(words);
            join_all(letters.iter().map(|it| self.record(it, &outcome))).await;
            return Ok(round);
        }
        let sent = join_all(letters.iter().map(|it| self.send(line, it))).await;
        round.sent = sent.iter().filter(|it| **it).count();
        round.failed = letters.len() - round.sent;
        Ok(round)
    }

    /// Sends one letter and writes down what came of it; whether it was taken.
    async fn send(&self, line: &Line, letter: &Letter) -> bool {
        let outcome = match mime::message(letter, line.from(), &self.setup.site) {
            Err(unfit) => Outcome::Refused(unfit.to_string()),
            // Within the lease, so that nobody else has the letter meanwhile.
            Ok(message) => {
                let limit = self.setup.lease.mul_f64(0.75);
                let sent = tokio::time::timeout(limit, line.send(message)).await;
                sent.unwrap_or_else(|_| Outcome::Doubtful("no answer in time".to_owned()))
            }
        };
        self.record(letter, &outcome).await;
        outcome == Outcome::Sent
    }

    /// Writes the end of the attempt down. Where the database is away it is
    /// tried again: what was sent and not written down is sent twice.
    async fn record(&self, letter: &Letter, outcome: &Outcome) {
        count(outcome);
        for turn in 0..RECORDS {
            match self.recorded(letter, outcome).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(
                        letter.id = %letter.id,
                        error = &error as &dyn std::error::Error,
                        "what came of a letter was not written down"
                    );
                    sleep(Duration::from_millis(200) * (1 << turn)).await;
                }
            }
        }
    }

    async fn recorded(&self, letter: &Letter, outcome: &Outcome) -> Result<(), Error> {
        let mut tx = self.db.begin_worker().await?;
        let pause = pause(self.setup.retry, letter.attempt);
        match outcome {
            Outcome::Sent => store::sent(&mut tx, letter).await?,
            Outcome::Refused(words) => store::refused(&mut tx, letter, words).await?,
            Outcome::PutOff(words) => {
                store::put_off(&mut tx, letter, words, pause, GIVE_UP, false).await?;
            }
            Outcome::Doubtful(words) => {
                store::put_off(&mut tx, letter, words, pause, GIVE_UP, true).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn measure(&self) -> Result<(), Error> {
        let mut tx = self.db.begin_worker().await?;
        let (waiting, oldest) = store::waiting(&mut tx).await?;
        let now = tx.now();
        tx.commit().await?;
        let age = oldest.map_or(0, |it| (now - it).num_seconds().max(0));
        let age = u32::try_from(age).unwrap_or(u32::MAX);
        metrics::gauge!("zvonok_letters_waiting").set(f64::from(waiting));
        metrics::gauge!("zvonok_letters_waiting_seconds").set(f64::from(age));
        Ok(())
    }
}

fn count(outcome: &Outcome) {
    let result = match outcome {
        Outcome::Sent => "sent",
        Outcome::Refused(_) => "refused",
        Outcome::PutOff(_) => "put_off",
        Outcome::Doubtful(_) => "doubtful",
    };
    metrics::counter!("zvonok_letters_total", "result" => result).increment(1);
}
