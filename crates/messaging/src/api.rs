//! What other domains may ask of the post.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{Fault, PersonId};

use crate::Wish;

kernel::id!(/// One letter to one person.
    LetterId);

/// A letter to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLetter {
    pub to: PersonId,
    /// What it is: `deadlines.digest`. The person's wishes are asked by it.
    pub kind: &'static str,
    /// Names the letter within its kind and addressee: written twice, it is one
    /// letter. `2026-09-16` for the digest of that day.
    pub once: String,
    pub subject: String,
    /// The letter in plain text; complete without the other. Greeting, name of
    /// the school and the links of the foot are the post's work.
    pub text: String,
    /// The same as paragraphs and lists of HTML, inside the post's frame.
    pub html: String,
    /// Not to be sent before; the quiet hours of the person come on top.
    pub not_before: DateTime<Utc>,
    /// A matter of duty: nobody may unsubscribe from it.
    pub duty: bool,
}

/// The post of the organisation of the caller's transaction.
#[async_trait]
pub trait Letters: Send + Sync {
    /// Writes letters; those written before are left as they are. Who has no
    /// address, or does not want such letters, gets none, and the
    /// administrator sees who has no address.
    /// Returns the id for each letter in the order given; `None` where none was written now.
    async fn write(
        &self,
        tx: &mut Tx,
        letters: &[NewLetter],
    ) -> Result<Vec<Option<LetterId>>, Box<dyn Fault>>;

    /// The letters of a kind that were written to these people: to whom, what
    /// names it, and when.
    async fn written(
        &self,
        tx: &mut Tx,
        kind: &str,
        people: &[PersonId],
    ) -> Result<Vec<(PersonId, String, DateTime<Utc>)>, Box<dyn Fault>>;

    /// What these people want to be sent; who never said has the default.
    async fn wishes(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, Wish>, Box<dyn Fault>>;
}
