//! What others fill in: the kinds of work, and who may do what by now.

use std::collections::BTreeMap;

use async_trait::async_trait;
use kernel::{AccountId, Actor, Fault, OrgId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Duty, Finished};

/// A kind of long work that a domain offers.
///
/// It may be begun more than once, on several nodes, and even twice at the
/// same time; it takes effect once, because [`Duty::finish`] commits the work
/// and its end together. So it must not have effects outside of the
/// transaction that it hands over.
#[async_trait]
pub trait Work: Send + Sync {
    /// Domain and work: `schedule.publish`. The words `work.kind.<kind>` name it.
    fn kind(&self) -> &'static str;
    /// The page it is started from, inside the organisation: where to look
    /// and try again after a refusal.
    fn place(&self, params: &Value) -> String;
    /// Does it in one transaction of the actor, and hands that to
    /// [`Duty::finish`].
    ///
    /// # Errors
    /// Why not; nothing was written then.
    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal>;
}

/// Tells who somebody is by now: a job runs with the rights that its starter
/// has when it runs. `identity` knows.
#[async_trait]
pub trait Actors: Send + Sync {
    /// The account as a member of the organisation; `None` where it is none
    /// any more, is blocked, or has no role left.
    async fn now(&self, org: OrgId, account: AccountId) -> Result<Option<Actor>, Box<dyn Fault>>;
}

/// What a job did, for the page of its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Where the result is, inside the organisation: `/timetable`.
    pub path: String,
    /// The key of the words that tell what was done, and their arguments.
    pub code: String,
    #[serde(default)]
    pub args: BTreeMap<String, String>,
}

impl Done {
    pub fn new(path: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            code: code.into(),
            args: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Why a job was not done; any [`Fault`] becomes one by `?`.
#[derive(Debug)]
pub struct Refusal {
    pub fault: Box<dyn Fault>,
    /// The words, where those of the fault's code say too little.
    pub said: Option<String>,
}

impl Refusal {
    /// With words of its own.
    #[must_use]
    pub fn said(mut self, words: impl Into<String>) -> Self {
        self.said = Some(words.into());
        self
    }
}

impl<F: Fault> From<F> for Refusal {
    fn from(fault: F) -> Self {
        Self {
            fault: Box::new(fault),
            said: None,
        }
    }
}
