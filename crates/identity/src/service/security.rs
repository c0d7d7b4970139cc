//! The journal of security events (SEC-4, S2:5.8).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::audit::{self, Entry, Filter};
use kernel::{AccountId, Actor, Right};

use super::Identity;
use crate::{Error, store};

/// So many events are shown at one time.
pub(crate) const SHOWN: i64 = 1_000;

/// One event.
#[derive(Clone, Debug)]
pub struct SecurityEvent {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// The end of the action: `sign-in`.
    pub what: String,
    /// Who did it; nobody known by that login for `None`.
    pub by: Option<String>,
    /// Whose account it is about, where it is another's.
    pub about: String,
    pub address: String,
}

/// Which events to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    pub account: Option<AccountId>,
}

/// The journal and how the accounts stand.
#[derive(Clone, Debug)]
pub struct Security {
    pub events: Vec<SecurityEvent>,
    /// There are more than these.
    pub more: bool,
    pub blocked: i64,
    pub open_sessions: i64,
    pub failed: usize,
}

impl Identity {
    /// The security events of the organisation, the newest first.
    pub async fn security(&self, actor: &Actor, asked: Asked) -> Result<Security, Error> {
        actor.may_in_org(Right::AuditView)?;
        let mut tx = self.db.begin(actor).await?;
        let filter = Filter {
            action: Some("identity.".to_owned()),
            account: asked.account,
            from: asked.from,
            to: asked.to,
            ..Filter::default()
        };
        let mut entries = audit::list(&mut tx, &filter, SHOWN + 1).await?;
        let more = entries.len() > usize::try_from(SHOWN).unwrap_or(usize::MAX);
        if more {
            entries.pop();
        }
        let mut accounts: Vec<i64> = entries
            .iter()
            .filter_map(|it| it.account)
            .map(AccountId::get)
            .collect();
        accounts.extend(entries.iter().filter_map(about));
        accounts.sort_unstable();
        accounts.dedup();
        let names = store::member::account_names(&mut tx, &accounts).await?;
        let (blocked, open_sessions) = store::member::standing_of_all(&mut tx).await?;
        tx.commit().await?;
        let failed = |it: &&Entry| it.action.ends_with("-failed");
        Ok(Security {
            failed: entries.iter().filter(failed).count(),
            events: entries.iter().map(|it| event(it, &names)).collect(),
            more,
            blocked,
            open_sessions,
        })
    }
}

/// The account that an event is about.
fn about(it: &Entry) -> Option<i64> {
    let object = it.object.as_deref().unwrap_or_default();
    object
        .strip_prefix("identity.account:")
        .and_then(|it| it.parse().ok())
        .or_else(|| it.details.get("account")?.as_i64())
}

fn event(it: &Entry, names: &HashMap<i64, String>) -> SecurityEvent {
    let name = |id: i64| names.get(&id).cloned();
    let path = it.details.get("path").and_then(|it| it.as_str());
    let about = about(it).and_then(name).unwrap_or_default();
    SecurityEvent {
        id: it.id,
        at: it.at,
        what: it
            .action
            .strip_prefix("identity.")
            .unwrap_or_default()
            .to_owned(),
        by: it.account.and_then(|it| name(it.get())),
        about: match path {
            Some(path) => format!("{about} {path}"),
            None => about,
        },
        address: it.ip.clone().unwrap_or_default(),
    }
}
