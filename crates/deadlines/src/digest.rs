//! Reminders become letters: one a day to each person, whatever happens (DLN-4).
//!
//! Whom to remind is found and written down by the look, in the transaction
//! that finds the debt ([`crate::to_tell`]). Here the waiting reminders of a
//! person become one letter at the person's hour of a working day; letter and
//! «told» are one transaction, and one node at a time works on a school. A
//! reminder found after the letter of the day waits for the next.

mod letter;
mod nudge;
mod schools;
mod unit;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use chrono::{NaiveDate, TimeDelta};
use db::{Db, Tx, outbox};
use kernel::{ClassId, OrgId, PersonId, Role, SubjectId, dates};
use messaging::{LetterId, Letters, NewLetter};
use tokio::sync::watch;
use web::Views;

use crate::{
    Deadlines, Error, Neighbours,
    store::{self, digest::Waiting},
};

/// What a letter is called in the post.
const KIND: &str = "deadlines.digest";
/// Somebody pressed the button of a board.
const REMINDED: &str = "deadlines.reminded";
/// Somebody above the schools pressed the button of theirs.
pub(crate) const SCHOOLS_REMINDED: &str = "deadlines.schools-reminded";
/// A node looks for reminders by hand every time and for letters of the day so seldom.
const DIGEST_LOOKS: u32 = 20;
/// So many events are taken at one time.
const AT_ONCE: i64 = 20;
/// How long they belong to the node that took them.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// An event that failed is looked at again after so long.
const LATER: TimeDelta = TimeDelta::minutes(10);

/// Writes the letters of the deadlines.
#[derive(Clone)]
pub struct Digests {
    db: Db,
    asked: Neighbours,
    letters: Arc<dyn Letters>,
    views: Views,
    /// The address of the site in letters: `https://zvonok.example`.
    site: String,
    /// How often a node looks for letters to write.
    look: Duration,
    closing: Arc<watch::Sender<bool>>,
}

/// The names of what letters are about.
struct Names {
    /// `https://zvonok.example/o/krymsk-g7`
    base: String,
    /// Who reminds by hand.
    by: Option<String>,
    classes: HashMap<ClassId, String>,
    subjects: HashMap<SubjectId, String>,
    people: HashMap<PersonId, String>,
}

impl Deadlines {
    /// The writer of letters about these deadlines.
    pub fn digests(
        &self,
        letters: Arc<dyn Letters>,
        views: Views,
        site: String,
        look: Duration,
    ) -> Digests {
        Digests {
            db: self.db.clone(),
            asked: self.asked.clone(),
            letters,
            views,
            site,
            look,
            closing: Arc::default(),
        }
    }
}

impl Digests {
    /// Writes letters until the node closes.
    pub async fn tend(&self) {
        let mut closing = self.closing.subscribe();
        for turn in 0_u32.. {
            tokio::select! {
                () = tokio::time::sleep(self.look) => {}
                // An error would mean that the sender is gone, and we hold it.
                _ = closing.wait_for(|it| *it) => return,
            }
            let written = if turn % DIGEST_LOOKS == 0 {
                self.write_all().await
            } else {
                self.nudge_all().await.map(|()| 0)
            };
            if let Err(error) = written {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "no look at the reminders"
                );
            }
        }
    }

    /// Takes nothing more.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Writes what is due everywhere; how many letters.
    pub async fn write_all(&self) -> Result<usize, Error> {
        self.nudge_all().await?;
        let mut tx = self.db.begin_worker().await?;
        let orgs = store::digest::orgs_waiting(&mut tx).await?;
        tx.commit().await?;
        let mut written = 0;
        for org in orgs {
            match self.write(org).await {
                Ok(count) => written += count,
                // One school must not keep the others waiting.
                Err(error) => tracing::error!(
                    org.id = %org,
                    error = &error as &dyn std::error::Error,
                    "no letters of a school"
                ),
            }
        }
        Ok(written + self.write_units().await?)
    }

    /// Writes what is due in one organisation; how many letters.
    #[tracing::instrument(name = "deadlines.digest", skip_all, fields(org.id = %org))]
    pub async fn write(&self, org: OrgId) -> Result<usize, Error> {
        let mut tx = self.db.begin_system(org).await?;
        if !store::digest::lock(&mut tx).await? {
            return Ok(0);
        }
        let line = self.asked.orgs.line(&mut tx).await?;
        let ids: Vec<OrgId> = line.iter().map(|it| it.id).collect();
        let own = line.last().ok_or(org::Error::NoSuchOrganisation)?;
        let today = dates::today(tx.now(), own.zone);
        let calendar = store::digest::calendar(&mut tx, &ids).await?;
        if !calendar.workdays().is_working(today) {
            return Ok(0);
        }
        let waiting = store::digest::waiting(&mut tx).await?;
        let base = format!("{}/o/{}", self.site, own.code);
        let (letters, told) = self.due(&mut tx, waiting, base, today, own.zone).await?;
        let ids = self
            .letters
            .write(&mut tx, &letters)
            .await
            .map_err(Error::Source)?;
        let count = ids.iter().flatten().count();
        let by_person: HashMap<PersonId, LetterId> = letters
            .iter()
            .zip(ids)
            .filter_map(|(letter, id)| Some((letter.to, id?)))
            .collect();
        let told: Vec<(i64, Option<LetterId>)> = told
            .into_iter()
            .map(|(id, to)| (id, to.and_then(|it| by_person.get(&it).copied())))
            .collect();
        store::digest::tell(&mut tx, &told, today).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// The letters whose hour has come, and the reminders that they tell or
    /// that nobody needs to be told any more.
    async fn due(
        &self,
        tx: &mut Tx,
        waiting: Vec<Waiting>,
        base: String,
        today: NaiveDate,
        zone: chrono_tz::Tz,
    ) -> Result<(Vec<NewLetter>, Vec<(i64, Option<PersonId>)>), Error> {
        let now = tx.now();
        let mut told: Vec<(i64, Option<PersonId>)> = vec![];
        let mut of: BTreeMap<PersonId, Vec<Waiting>> = BTreeMap::new();
        for it in waiting {
            if it.closed {
                told.push((it.reminder, None));
            } else {
                of.entry(it.to).or_default().push(it);
            }
        }
        let people: Vec<PersonId> = of.keys().copied().collect();
        let had = store::digest::told_on(tx, &people, today).await?;
        let wishes = self
            .letters
            .wishes(tx, &people)
            .await
            .map_err(Error::Source)?;
        let wish = |it: &PersonId| wishes.get(it).copied().unwrap_or_default();
        of.retain(|to, _| !had.contains(to) && wish(to).digest_at(today, zone) <= now);
        if of.is_empty() {
            return Ok((vec![], told));
        }
        let all: Vec<&Waiting> = of.values().flatten().collect();
        let names = self.names(tx, &all, None, base).await?;
        let holders = self.holders(tx, &all).await?;
        let mut letters = vec![];
        for (to, reminders) in &of {
            told.extend(reminders.iter().map(|it| (it.reminder, Some(*to))));
            let letter = letter::Content::of(*to, reminders, &holders, today);
            if !letter.duty && !wish(to).wants(KIND) {
                continue;
            }
            let (subject, text, html) = letter.shown(&self.views, &names, today)?;
            letters.push(NewLetter {
                to: *to,
                kind: KIND,
                once: today.to_string(),
                subject,
                text,
                html,
                not_before: now,
                duty: letter.duty,
            });
        }
        Ok((letters, told))
    }

    async fn names(
        &self,
        tx: &mut Tx,
        all: &[&Waiting],
        by: Option<PersonId>,
        base: String,
    ) -> Result<Names, Error> {
        let classes: BTreeSet<ClassId> = all.iter().filter_map(|it| it.class).collect();
        let classes: Vec<ClassId> = classes.into_iter().collect();
        let classes = self.asked.curriculum.classes_by_id(tx, &classes).await?;
        let subjects = self.asked.curriculum.subjects(tx).await?;
        let people = all.iter().flat_map(|it| [it.about, it.owner]).flatten();
        let people: BTreeSet<PersonId> = people.chain(by).collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let cards = self.asked.people.cards(tx, &people).await?;
        let by = by.and_then(|id| cards.iter().find(|it| it.id == id));
        Ok(Names {
            base,
            by: by.map(people::Card::short),
            classes: classes.into_iter().map(|it| (it.id, it.name())).collect(),
            subjects: subjects.into_iter().map(|it| (it.id, it.name)).collect(),
            people: cards.into_iter().map(|it| (it.id, it.short())).collect(),
        })
    }

    /// Who holds the roles that owe something.
    async fn holders(
        &self,
        tx: &mut Tx,
        all: &[&Waiting],
    ) -> Result<HashSet<(Role, PersonId)>, Error> {
        let roles: BTreeSet<Role> = all.iter().filter_map(|it| it.role).collect();
        let roles: Vec<Role> = roles.into_iter().collect();
        if roles.is_empty() {
            return Ok(HashSet::new());
        }
        let holders = self.asked.holders.holders(tx, &roles).await?;
        Ok(holders.into_iter().collect())
    }

    /// Letters of the boards' «Напомнить», at once.
    async fn nudge_all(&self) -> Result<(), Error> {
        let mut tx = self.db.begin_worker().await?;
        let events = outbox::claim(&mut tx, &[REMINDED, SCHOOLS_REMINDED], AT_ONCE, LEASE).await?;
        tx.commit().await?;
        for event in &events {
            let told = if event.kind == SCHOOLS_REMINDED {
                self.remind_schools(event).await
            } else {
                self.nudge(event).await
            };
            let mut tx = self.db.begin_worker().await?;
            match told {
                Ok(()) => {
                    outbox::done(&mut tx, event).await?;
                }
                Err(error) => {
                    tracing::error!(
                        event.id = %event.id,
                        error = &error as &dyn std::error::Error,
                        "no letters of a reminder"
                    );
                    let again = tx.now() + LATER;
                    outbox::failed(&mut tx, event, &error.to_string(), again).await?;
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }
}
