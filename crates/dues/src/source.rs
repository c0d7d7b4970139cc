use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::Fault;

use crate::{Fact, Whole};

/// What is asked of a source.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The organisation's day.
    pub today: NaiveDate,
    /// Facts of earlier days are told only where they are [`known`](Self::known).
    pub from: NaiveDate,
    /// The last day of facts that are wanted; later than today for what can
    /// be seen coming (the end of a period, holidays).
    pub until: NaiveDate,
    /// Facts that were open when last asked, as (duty, key): the source tells
    /// again those of its own that still are, however old.
    pub known: &'a [(String, String)],
}

impl Ask<'_> {
    /// The keys of one duty that were open when last asked.
    pub fn known_of(&self, duty: &str) -> impl Iterator<Item = &str> {
        let known = self.known.iter().filter(move |it| it.0 == duty);
        known.map(|it| it.1.as_str())
    }
}

/// What a source knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What is not done, unordered.
    pub open: Vec<Fact>,
    /// What there was to do from `from` until `until`, unordered.
    pub whole: Vec<Whole>,
}

/// A domain that knows about duties.
#[async_trait]
pub trait DeadlineSource: Send + Sync {
    /// The duties it answers for.
    fn duties(&self) -> &'static [&'static str];
    /// The facts of the organisation of the transaction, with few statements
    /// whose number does not grow with the facts.
    async fn facts(&self, tx: &mut Tx, ask: &Ask<'_>) -> Result<Answer, Box<dyn Fault>>;
}
