use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::NaiveDate;
use db::notices::{Heard, Notices};
use kernel::{AccountId, Actor, ClassId, OrgId, PersonId, SubjectId};
use schedule::Lesson;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::{Journal, access};
use crate::Error;

/// The channel of all notices of the journal.
pub(super) const CHANNEL: &str = "zvonok_journal";
/// An account listens from so many pages at once.
const MOST_SEATS: usize = 8;

/// Which journal is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    pub org: OrgId,
    pub class: ClassId,
    pub subject: SubjectId,
}

/// What the nodes tell each other: ids only, so that nothing leaks to whoever
/// may listen to the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetNotice {
    #[serde(flatten)]
    pub sheet: Sheet,
    pub what: What,
    pub person: PersonId,
    /// The page that it comes from, which knows it already.
    pub tab: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Marks, absences, works or topics are not as they were.
    Changed,
    /// Somebody looks at the journal.
    Here,
    Gone,
}

/// How many pages each account listens from, on this node.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A place among the listeners; free again when it is dropped.
#[derive(Debug)]
struct Seat {
    seats: Seats,
    account: AccountId,
}

impl Seats {
    fn take(&self, account: AccountId) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(account).or_default();
        if *count >= MOST_SEATS {
            return None;
        }
        *count += 1;
        Some(Seat {
            seats: self.clone(),
            account,
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.account) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

/// Somebody listens to one journal (JRN-1, `ux.md` §4.7).
pub struct Watch {
    pub sheet: Sheet,
    pub person: PersonId,
    pub tab: u64,
    heard: broadcast::Receiver<Heard>,
    notices: Notices,
    _seat: Seat,
}

impl Watch {
    /// The next notice of another page about this journal; after a gap it is
    /// taken that something changed. `None`: nothing will come any more.
    pub async fn next(&mut self) -> Option<SheetNotice> {
        loop {
            let gap = SheetNotice {
                sheet: self.sheet,
                what: What::Changed,
                person: self.person,
                tab: 0,
            };
            let notice = match self.heard.recv().await {
                Ok(Heard::Notice(text)) => serde_json::from_str::<SheetNotice>(&text).ok(),
                Ok(Heard::Gap) | Err(broadcast::error::RecvError::Lagged(_)) => Some(gap),
                Err(broadcast::error::RecvError::Closed) => return None,
            };
            let theirs = |it: &SheetNotice| it.sheet == self.sheet && it.tab != self.tab;
            if let Some(notice) = notice.filter(theirs) {
                return Some(notice);
            }
        }
    }

    /// Tells the others that this page is here, or gone.
    pub fn tell(&self, what: What) {
        tell(
            &self.notices,
            &SheetNotice {
                sheet: self.sheet,
                what,
                person: self.person,
                tab: self.tab,
            },
        );
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.tell(What::Gone);
    }
}

fn tell(notices: &Notices, notice: &SheetNotice) {
    match serde_json::to_string(notice) {
        Ok(text) => notices.tell(text),
        Err(error) => tracing::error!(%error, "a notice cannot be written"),
    }
}

impl Journal {
    /// Begins to listen to a journal that the actor may look into.
    ///
    /// # Errors
    /// As opening it; [`Error::TooManyStreams`] where the account listens from
    /// too many pages already.
    pub async fn watch(
        &self,
        actor: &Actor,
        (class, subject): (ClassId, SubjectId),
        today: NaiveDate,
        tab: u64,
    ) -> Result<Watch, Error> {
        self.may_watch(actor, (class, subject), today).await?;
        let seat = self.seats.take(actor.account);
        let watch = Watch {
            sheet: Sheet {
                org: actor.org,
                class,
                subject,
            },
            person: actor.person,
            tab,
            heard: self.notices.hear(),
            notices: self.notices.clone(),
            _seat: seat.ok_or(Error::TooManyStreams)?,
        };
        watch.tell(What::Here);
        Ok(watch)
    }

    /// Whether the actor still may look into the journal.
    pub async fn may_watch(
        &self,
        actor: &Actor,
        (class, subject): (ClassId, SubjectId),
        today: NaiveDate,
    ) -> Result<(), Error> {
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        tx.commit().await?;
        frame.subject(subject).ok_or(Error::NotFound)?;
        access::may_view(actor, &frame, subject, today)
    }

    /// «Соколова М. П.» of each of these people.
    pub async fn short_names(
        &self,
        actor: &Actor,
        people: &[PersonId],
    ) -> Result<Vec<String>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let cards = self.people.cards(&mut tx, people).await?;
        tx.commit().await?;
        Ok(cards.iter().map(people::Card::short).collect())
    }

    /// Tells whoever looks at the journals of these lessons to look again.
    /// Called after the commit.
    pub(super) fn tell_changed<'a>(
        &self,
        actor: &Actor,
        lessons: impl IntoIterator<Item = &'a Lesson>,
        tab: u64,
    ) {
        let mut told: Vec<(ClassId, SubjectId)> = vec![];
        for lesson in lessons {
            let journal = (lesson.class, lesson.subject);
            if told.contains(&journal) {
                continue;
            }
            told.push(journal);
            let sheet = Sheet {
                org: actor.org,
                class: lesson.class,
                subject: lesson.subject,
            };
            let notice = SheetNotice {
                sheet,
                what: What::Changed,
                person: actor.person,
                tab,
            };
            tell(&self.notices, &notice);
        }
    }
}
