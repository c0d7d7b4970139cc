//! Whose session a request carries: asked for every page, so one statement.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kernel::{AccountId, Fault, Grant, Grants, OrgId, PersonId, names::FullName};
use serde::Deserialize;
use web::{Bounds, Gate, Looking, Me, Membership, table::Shelf};

use super::Identity;
use crate::{
    Error, grant,
    session::is_staff,
    sheet::{self, Rule},
    store, token,
};

/// The idle time of a session is written anew at most this often.
const SLIDE_EVERY: Duration = Duration::minutes(1);

/// What `identity.known_by` answers.
#[derive(Deserialize)]
pub(crate) struct Known {
    account: AccountId,
    login: String,
    must_change: bool,
    must_enrol: bool,
    seen_at: DateTime<Utc>,
    looking: Option<KnownLooking>,
    memberships: Vec<KnownMembership>,
}

#[derive(Deserialize)]
struct KnownLooking {
    by: AccountId,
    person: PersonId,
    name: String,
    until: DateTime<Utc>,
}

#[derive(Deserialize)]
struct KnownMembership {
    org: OrgId,
    code: String,
    name: String,
    full_name: String,
    zone: String,
    person: PersonId,
    person_name: String,
    grants: Vec<KnownGrant>,
    /// What was decided about the rights of these roles.
    rules: Option<Vec<Rule>>,
    /// The lists whose views the member keeps.
    views_at: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct KnownGrant {
    role: String,
    scope: String,
    id: Option<i64>,
}

#[async_trait]
impl Gate for Identity {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        self.known(token, true)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }

    async fn peek(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        self.known(token, false)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }

    async fn looked(&self, me: &Me, path: &str) -> Result<(), Box<dyn Fault>> {
        self.note_looked(me, path)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }

    fn shelf(&self) -> Option<&dyn Shelf> {
        Some(self)
    }
}

impl Identity {
    async fn known(&self, token: &str, slides: bool) -> Result<Option<Me>, Error> {
        let digest = token::session(token);
        let now = self.db.clock().now();
        let Some(known) = store::session::whois(&self.db, &digest, now).await? else {
            return Ok(None);
        };
        if slides && known.seen_at + SLIDE_EVERY <= now {
            let idle_until = now + self.settings.lifetimes.idle(known.is_staff());
            let mut tx = self.db.begin_auth().await?;
            store::session::slide(&mut tx, &digest, idle_until).await?;
            tx.commit().await?;
        }
        Ok(Some(known.into()))
    }
}

impl Known {
    /// Whoever looks with the eyes of another is of the staff, whosever eyes.
    fn is_staff(&self) -> bool {
        self.looking.is_some()
            || self
                .memberships
                .iter()
                .flat_map(KnownMembership::grants)
                .any(|it| is_staff(it.role))
    }
}

impl KnownMembership {
    fn grants(&self) -> impl Iterator<Item = Grant> {
        self.grants
            .iter()
            .filter_map(|it| grant::grant(&it.role, &it.scope, it.id))
    }
}

impl From<Known> for Me {
    fn from(it: Known) -> Self {
        let name = it
            .memberships
            .first()
            .map(|it| it.person_name.clone())
            .unwrap_or_default();
        Self {
            account: it.account,
            initials: FullName::parse(&name).map_or_else(|_| name.clone(), |it| it.short()),
            name,
            login: it.login,
            must_change_password: it.must_change,
            bounds: Bounds {
                must_enrol: it.must_enrol,
                looking: it.looking.map(|it| Looking {
                    by: it.by,
                    person: it.person,
                    name: it.name,
                    until: it.until,
                }),
            },
            memberships: it.memberships.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<KnownMembership> for Membership {
    fn from(it: KnownMembership) -> Self {
        let rules = it.rules.as_deref().unwrap_or_default();
        let grants = it.grants().collect::<Grants>().with(sheet::decided(rules));
        Self {
            org: it.org,
            code: it.code,
            name: it.full_name,
            short_name: it.name,
            zone: it.zone,
            person: it.person,
            grants,
            views_at: it.views_at.unwrap_or_default(),
        }
    }
}
