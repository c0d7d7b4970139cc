//! Sessions: how long they last and what is kept of them (security.md §5.5).

use chrono::{DateTime, Duration, Utc};
use kernel::{AccountId, Role};

/// How long a session may be idle and how long it may last at all.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    pub staff_idle: Duration,
    pub staff_longest: Duration,
    /// Parents and pupils, whose phones stay signed in.
    pub family_idle: Duration,
    pub family_longest: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            staff_idle: Duration::minutes(15),
            staff_longest: Duration::hours(12),
            family_idle: Duration::days(7),
            family_longest: Duration::days(30),
        }
    }
}

impl Lifetimes {
    pub(crate) const fn idle(&self, staff: bool) -> Duration {
        if staff {
            self.staff_idle
        } else {
            self.family_idle
        }
    }

    pub(crate) const fn longest(&self, staff: bool) -> Duration {
        if staff {
            self.staff_longest
        } else {
            self.family_longest
        }
    }
}

/// Whether the role sees more than one's own family. One such role makes the
/// whole account one of staff.
pub(crate) const fn is_staff(role: Role) -> bool {
    !matches!(role, Role::Parent | Role::Pupil | Role::Committee)
}

/// A session to be kept. The token itself goes to the browser only.
#[derive(Debug)]
pub(crate) struct NewSession {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) account: AccountId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) idle_until: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) address: String,
    pub(crate) agent: String,
    pub(crate) by_code: bool,
    /// Nothing opens until the second factor is set up.
    pub(crate) must_enrol: bool,
}

/// An open session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Open {
    pub id: i64,
    pub created_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub address: String,
    pub agent: String,
    /// The one that asks.
    pub current: bool,
}

/// «Firefox, Windows»: what a person recognises of the browser's long name.
pub(crate) fn browser(agent: &str) -> String {
    // The order matters: Edge, Opera and Yandex call themselves Chrome too,
    // Chrome calls itself Safari, and Android calls itself Linux.
    const BROWSERS: [(&str, &str); 7] = [
        ("YaBrowser", "Yandex"),
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|it| agent.contains(it.0)).map(|it| it.1)
    };
    let parts: Vec<&str> = [named(&BROWSERS), named(&SYSTEMS)]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() {
        agent.chars().take(40).collect()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_so_that_its_owner_knows_it() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0";
        assert_eq!(browser(edge), "Edge, Windows");
        let phone =
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
        assert_eq!(browser(phone), "Chrome, Android");
        assert_eq!(browser("something else"), "something else");
        assert_eq!(browser(""), "");
    }

    #[test]
    fn one_role_of_staff_makes_the_session_short() {
        let it = Lifetimes::default();
        assert!(it.idle(true) < it.idle(false) && it.longest(true) < it.longest(false));
        assert!(is_staff(Role::Teacher) && !is_staff(Role::Parent) && !is_staff(Role::Pupil));
    }
}
