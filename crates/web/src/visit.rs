//! Who came, from where, and with what look: everything a handler knows of its request.

mod context;
mod cookies;
mod extract;
mod flash;
mod look;
mod look_page;

use std::{net::IpAddr, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{AccountId, Actor, Fault, Grants, OrgId, PersonId, Role};

use crate::table::Shelf;

pub(crate) use context::{Context, Settings};
pub(crate) use cookies::no_flash;
pub use extract::{Member, Refusal, Signed};
pub use flash::{Flash, Go};
pub use look::{Colors, Look, Spacing, Theme};
pub use look_page::{ROUTES as LOOK_ROUTES, router as look_router};

/// Tells whose session a token is. `identity` implements it with one SQL statement.
#[async_trait]
pub trait Gate: Send + Sync {
    /// The account behind the token of the cookie; `None` where the session is over or unknown.
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>>;

    /// Where the views of lists are that people keep; nowhere by default.
    fn shelf(&self) -> Option<&dyn Shelf> {
        None
    }

    /// Told of every page that somebody opens with the eyes of another.
    async fn looked(&self, me: &Me, path: &str) -> Result<(), Box<dyn Fault>> {
        let _ = (me, path);
        Ok(())
    }

    /// The same, without the session living on for it: the page asks, not the person.
    async fn peek(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        self.whois(token).await
    }
}

/// An account that is signed in.
#[derive(Clone, Debug)]
pub struct Me {
    pub account: AccountId,
    /// Фамилия Имя Отчество.
    pub name: String,
    /// Фамилия И. О., the executor on prints (S2:4.5).
    pub initials: String,
    pub login: String,
    /// Every page but `/my/password` and `/logout` is closed until it is changed.
    pub must_change_password: bool,
    pub memberships: Vec<Membership>,
    pub bounds: Bounds,
}

/// What binds a session besides the rights of its account.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// Every page but that of the second factor is closed until there is one.
    pub must_enrol: bool,
    /// Somebody looks with these eyes: pages open, nothing changes.
    pub looking: Option<Looking>,
}

/// Who looks with the eyes of the account that is signed in.
#[derive(Clone, Debug)]
pub struct Looking {
    pub by: AccountId,
    /// The own card of whoever looks, in the organisation looked at.
    pub person: PersonId,
    pub name: String,
    pub until: DateTime<Utc>,
}

impl Me {
    /// The account as a member of that organisation.
    pub fn actor_in(&self, it: &Membership) -> Actor {
        Actor {
            account: self.account,
            person: it.person,
            org: it.org,
            grants: it.grants.clone(),
            looked: self.bounds.looking.is_some(),
        }
    }
}

/// The roles of an account in one organisation.
#[derive(Clone, Debug)]
pub struct Membership {
    pub org: OrgId,
    /// The organisation in URLs: `krymsk-g7`.
    pub code: String,
    pub name: String,
    pub short_name: String,
    /// IANA name of the organisation's time zone.
    pub zone: String,
    pub person: PersonId,
    pub grants: Grants,
    /// The paths inside the organisation of the lists whose views the member keeps.
    pub views_at: Vec<String>,
}

impl Membership {
    /// How the organisation is called among its people.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.short_name.is_empty() {
            &self.name
        } else {
            &self.short_name
        }
    }
}

/// What answer the client can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// A browser that shows a whole page.
    Page,
    /// htmx, which puts a piece into the page.
    Fragment,
    /// A script or a program.
    Json,
}

/// One request, for handlers that serve anybody.
///
/// [`Signed`] and [`Member`] hold one as well; pages are rendered with it.
#[derive(Clone)]
pub struct Visit {
    pub(crate) context: Arc<Context>,
    pub(crate) me: Option<Arc<Me>>,
    pub(crate) membership: Option<usize>,
    pub(crate) archive: Option<String>,
}

impl Visit {
    /// The person who is signed in.
    pub fn me(&self) -> Option<&Me> {
        self.me.as_deref()
    }

    /// The membership in the organisation of the path.
    pub fn membership(&self) -> Option<&Membership> {
        self.me()?.memberships.get(self.membership?)
    }

    /// The actor of that membership.
    pub fn actor(&self) -> Option<Actor> {
        Some(self.me()?.actor_in(self.membership()?))
    }

    /// The actor as things stand now, for an answer that goes on for long;
    /// none where the session ended or the membership did.
    pub async fn actor_now(&self) -> Result<Option<Actor>, crate::Failure> {
        let (Some(token), Some(org)) = (self.token(), self.membership().map(|it| it.org)) else {
            return Ok(None);
        };
        let me = self.context.settings.gate.peek(token).await;
        let Some(me) = me.map_err(crate::Failure::boxed)? else {
            return Ok(None);
        };
        let it = me.memberships.iter().find(|it| it.org == org);
        Ok(it
            .filter(|_| !me.must_change_password && !me.bounds.must_enrol)
            .map(|it| me.actor_in(it)))
    }

    /// Roles in the organisation of the path, without repetition; outside of
    /// one, the roles of all memberships.
    pub fn roles(&self) -> Vec<Role> {
        let all: Vec<&Membership> = match (self.membership(), self.me()) {
            (Some(it), _) => vec![it],
            (None, Some(me)) => me.memberships.iter().collect(),
            (None, None) => vec![],
        };
        let mut roles = vec![];
        for grant in all.iter().flat_map(|it| it.grants.iter()) {
            if !roles.contains(&grant.role) {
                roles.push(grant.role);
            }
        }
        roles
    }

    /// The same visit to a closed year: pages show «2025/2026 — архив, только просмотр».
    #[must_use]
    pub fn in_archive(&self, year: impl Into<String>) -> Self {
        Self {
            archive: Some(year.into()),
            ..self.clone()
        }
    }

    /// The token of the session cookie, as sent.
    pub fn token(&self) -> Option<&str> {
        self.context.token.as_deref()
    }

    /// The path of the request with its query.
    pub fn path(&self) -> &str {
        &self.context.path
    }

    pub fn wants(&self) -> Wants {
        self.context.wants
    }

    /// The address of the client; behind a trusted proxy, the one it tells.
    pub fn address(&self) -> Option<IpAddr> {
        self.context.address
    }

    /// The browser's name of itself, cut to 200 characters.
    pub fn user_agent(&self) -> &str {
        &self.context.user_agent
    }

    pub fn look(&self) -> &Look {
        &self.context.look
    }

    pub fn flash(&self) -> Option<&Flash> {
        self.context.flash.as_ref()
    }

    /// The nonce that scripts of this response carry.
    pub fn nonce(&self) -> &str {
        &self.context.nonce
    }

    /// The code that a person can tell to support, and the logs know.
    pub fn request_id(&self) -> &str {
        &self.context.id
    }

    /// The zone of the organisation in the path, or of the first membership; otherwise Moscow.
    pub fn zone_name(&self) -> &str {
        let first = || self.me()?.memberships.first();
        self.membership()
            .or_else(first)
            .map_or("Europe/Moscow", |it| &it.zone)
    }

    pub fn zone(&self) -> Tz {
        self.zone_name().parse().unwrap_or(Tz::Europe__Moscow)
    }

    /// The day that a moment falls on where the organisation is.
    pub fn day_of(&self, moment: DateTime<Utc>) -> NaiveDate {
        moment.with_timezone(&self.zone()).date_naive()
    }

    /// The `Set-Cookie` that begins a session; it ends after `seconds`, or with the browser.
    pub fn sign_in_cookie(&self, token: &str, seconds: Option<u64>) -> String {
        cookies::session(&self.context.settings, token, seconds)
    }

    /// The `Set-Cookie` that ends the session in this browser.
    pub fn sign_out_cookie(&self) -> String {
        cookies::session(&self.context.settings, "", Some(0))
    }

    /// Whether browsers reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.context.settings.https
    }

    /// The `Set-Cookie` of a domain's own cookie, with the attributes of ours.
    pub fn own_cookie(&self, name: &str, value: &str, seconds: u64) -> String {
        cookies::own(&self.context.settings, name, value, seconds)
    }

    /// The `Set-Cookie` that keeps the look for a year, before login too.
    pub fn look_cookie(&self, look: Look) -> String {
        cookies::look(&self.context.settings, look)
    }
}

/// Where to go after login: a path of this site, whatever was asked for.
pub fn safe_next(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n', '\t', '\0']);
    if ours { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn login_never_leads_to_another_site() {
        assert_eq!(safe_next("/o/g7/journal?x=1"), "/o/g7/journal?x=1");
        for bad in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil",
            "/a\r\nb",
            "/\t/evil",
        ] {
            assert_eq!(safe_next(bad), "/", "{bad:?}");
        }
    }
}
