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
    /// The end of the action: `sign-in`; of other domains the whole, `hub.person-opened`.
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
            actions: TOLD.map(str::to_owned).to_vec(),
            account: asked.account,
            from: asked.from,
            to: asked.to,
            ..Filter::default()
        };
        let mut entries = audit::list(&mut tx, &filter, SHOWN + 1).await?;
        let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
        let more = entries.len() > shown;
        entries.truncate(shown);
        let mut accounts: Vec<i64> = entries
            .iter()
            .filter_map(|it| it.account)
            .map(AccountId::get)
            .collect();
        accounts.extend(entries.iter().filter_map(about));
        accounts.sort_unstable();
        accounts.dedup();
        let people: Vec<i64> = entries.iter().filter_map(whose).collect();
        let names = Names {
            accounts: store::member::account_names(&mut tx, &accounts).await?,
            people: store::member::person_names(&mut tx, &people).await?,
        };
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

/// What the journal of security tells: what befell the accounts, looks of
/// those above at somebody, searches by the number of a document, and all data
/// of a person taken out.
const TOLD: [&str; 4] = [
    "identity.",
    "hub.person-",
    "people.number-search",
    "privacy.exported",
];

/// The names that events tell.
struct Names {
    accounts: HashMap<i64, String>,
    people: HashMap<i64, String>,
}

/// The person whose data an event is about.
fn whose(it: &Entry) -> Option<i64> {
    it.object
        .as_deref()?
        .strip_prefix("people.person:")?
        .parse()
        .ok()
}

/// The account that an event is about.
fn about(it: &Entry) -> Option<i64> {
    let object = it.object.as_deref().unwrap_or_default();
    object
        .strip_prefix("identity.account:")
        .and_then(|it| it.parse().ok())
        .or_else(|| it.details.get("account")?.as_i64())
}

fn event(it: &Entry, names: &Names) -> SecurityEvent {
    let name = |id: i64| names.accounts.get(&id).cloned();
    let text = |key: &str| it.details.get(key).and_then(|it| it.as_str());
    let about = match whose(it) {
        Some(id) => Some(names.people.get(&id).cloned().unwrap_or(format!("№ {id}"))),
        None => about(it).and_then(name),
    };
    let about = about.unwrap_or_default();
    // Whoever looked from above is no member here, and said why.
    let is_look = it.action.starts_with("hub.");
    let from_above = text("by").filter(|_| is_look);
    let from_above = from_above.map(|by| format!("{by}, {}", text("unit").unwrap_or_default()));
    let about = match (text("path"), text("reason").filter(|_| is_look)) {
        (Some(path), _) => format!("{about} {path}"),
        (None, Some(reason)) if about.is_empty() => reason.to_owned(),
        (None, Some(reason)) => format!("{about}: {reason}"),
        (None, None) => about,
    };
    SecurityEvent {
        id: it.id,
        at: it.at,
        what: it
            .action
            .strip_prefix("identity.")
            .unwrap_or(&it.action)
            .to_owned(),
        by: from_above.or_else(|| it.account.and_then(|it| name(it.get()))),
        about,
        address: it.ip.clone().unwrap_or_default(),
    }
}
