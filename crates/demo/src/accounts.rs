//! Logins: of the people whom the demo names, and of everybody else. All but a
//! few have chosen the password of the demo: the slips of those few still lie
//! in the office.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Role, names::FullName};

use crate::{
    cast::{self, Cast},
    garden::Garden,
    ids::Ids,
    model::{Person, School},
    plan::Login,
    reports,
    rows::{Batch, Rows},
};

/// The password of every known login.
pub(crate) const PASSWORD: &str = "zvonok-2026";

/// One of so many accounts waits for its slip.
const SLIPS_WAIT: i64 = 61;
/// Accounts were last used within so many days.
const USED_WITHIN: i64 = 45;

/// Collects accounts, memberships and grants of all organisations.
pub(crate) struct Accounts {
    hash: String,
    moment: DateTime<Utc>,
    /// When the newest things were made.
    lately: DateTime<Utc>,
    taken: HashSet<String>,
    logged: Rows,
    /// Memberships and grants by organisation.
    of_org: Vec<(i64, Rows, Rows)>,
    /// The account of a known login, for a second school.
    known: HashMap<&'static str, i64>,
    pub(crate) logins: Vec<Login>,
    /// What the deputy head with the known login built.
    reports: Vec<Rows>,
}

/// Somebody who gets a login in an organisation.
struct Member<'a> {
    person: i64,
    name: &'a FullName,
    role: Role,
    /// The children of a parent.
    children: Vec<i64>,
}

impl Accounts {
    /// `taken` are the logins that are in the database.
    pub(crate) fn new(
        moment: DateTime<Utc>,
        lately: DateTime<Utc>,
        taken: HashSet<String>,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            hash: identity::hash_password(&identity::Password::new(PASSWORD))?,
            moment,
            lately,
            taken: taken
                .into_iter()
                .chain(cast::KNOWN_LOGINS.map(str::to_owned))
                .collect(),
            logged: Rows::new(
                "identity.account (account_id, login, password_hash, password_set_at, must_change, created_at, last_login_at)",
            ),
            of_org: Vec::new(),
            known: HashMap::new(),
            logins: Vec::new(),
            reports: Vec::new(),
        })
    }

    pub(crate) const fn count(&self) -> usize {
        self.logged.count
    }

    /// Somebody of the ministry or a municipality.
    pub(crate) fn authority(
        &mut self,
        ids: &mut Ids,
        org: (i64, &str, &str),
        person: &Person,
        role: Role,
    ) {
        self.open_org(org.0);
        let member = Member {
            person: person.id,
            name: &person.name,
            role,
            children: Vec::new(),
        };
        match cast::known_login(role).filter(|it| !self.known.contains_key(it)) {
            Some(login) => {
                let told = Told {
                    role: role.code(),
                    org: org.2,
                    first_url: format!("/o/{}/", org.1),
                };
                self.known_member(ids, &member, login, told);
            }
            None => self.member(ids, &member),
        }
    }

    /// The staff; of the first school also the named people, pupils and parents.
    pub(crate) fn school(&mut self, ids: &mut Ids, school: &School, cast: Option<&Cast>) {
        self.open_org(school.site.org);
        let home = format!("/o/{}/", school.site.code);
        let told = |role, first_url| Told {
            role,
            org: &school.site.name,
            first_url,
        };
        for (at, it) in school.workers.iter().enumerate() {
            let member = Member {
                person: it.person.id,
                name: &it.person.name,
                role: it.role,
                children: Vec::new(),
            };
            let named = cast.and_then(|cast| match at {
                at if at == cast.teacher => Some(("teacher", "teacher")),
                at if at == cast.class_teacher => Some(("klassruk", "class_teacher")),
                _ => cast::known_login(it.role).map(|login| (login, it.role.code())),
            });
            match named.filter(|it| !self.known.contains_key(it.0)) {
                Some((login, role)) => {
                    self.known_member(ids, &member, login, told(role, home.clone()));
                }
                None => self.member(ids, &member),
            }
        }
        if let Some(account) = self.known.get("zavuch").filter(|_| cast.is_some()) {
            self.reports
                .extend(reports::rows(school, *account, self.lately));
        }
        let mother = cast::mother_of_relatives(school);
        for (at, it) in school.parents.iter().enumerate() {
            let is_named = mother == Some(at);
            let children = school
                .pupils
                .iter()
                .filter(|pupil| pupil.family == it.family && pupil.until.is_none());
            let children: Vec<i64> = children.map(|it| it.person.id).collect();
            if children.is_empty() {
                continue;
            }
            let member = Member {
                person: it.person.id,
                name: &it.person.name,
                role: Role::Parent,
                children,
            };
            match self.known.get("parent").copied() {
                Some(account) if is_named => self.join(account, "parent", &member),
                None if is_named => {
                    self.known_member(ids, &member, "parent", told("parent", "/my/day".to_owned()));
                }
                _ => self.member(ids, &member),
            }
        }
        for (at, it) in school
            .pupils
            .iter()
            .enumerate()
            .filter(|it| it.1.until.is_none())
        {
            let member = Member {
                person: it.person.id,
                name: &it.person.name,
                role: Role::Pupil,
                children: Vec::new(),
            };
            if cast.is_some_and(|it| at == it.pupil) {
                self.known_member(ids, &member, "pupil", told("pupil", "/my/day".to_owned()));
            } else {
                self.member(ids, &member);
            }
        }
    }

    /// The staff of the kindergarten, with known logins for its head, an
    /// educator and a mother.
    pub(crate) fn garden(&mut self, ids: &mut Ids, garden: &Garden) {
        self.open_org(garden.org);
        let home = format!("/o/{}/preschool", garden.code);
        let told = |role, first_url| Told {
            role,
            org: garden.name,
            first_url,
        };
        for (at, (it, role)) in garden.staff.iter().enumerate() {
            let member = Member {
                person: it.id,
                name: &it.name,
                role: *role,
                children: Vec::new(),
            };
            match at {
                0 => self.known_member(ids, &member, "zaved", told("director", home.clone())),
                // The educator of the third group.
                5 => self.known_member(ids, &member, "vospitatel", told("teacher", home.clone())),
                _ => self.member(ids, &member),
            }
        }
        let Some((mother, child)) = &garden.mother else {
            return;
        };
        let member = Member {
            person: mother.id,
            name: &mother.name,
            role: Role::Parent,
            children: vec![*child],
        };
        let first = "/my/preschool".to_owned();
        self.known_member(ids, &member, "mama", told("parent", first));
    }

    fn open_org(&mut self, org: i64) {
        let members = Rows::new(
            "identity.membership (org_id, account_id, person_id, login, name, created_at)",
        );
        let grants = Rows::new(
            "identity.role_grant (org_id, account_id, role, scope_kind, scope_id, granted_at)",
        );
        self.of_org.push((org, members, grants));
    }

    fn known_member(
        &mut self,
        ids: &mut Ids,
        member: &Member<'_>,
        login: &'static str,
        told: Told<'_>,
    ) {
        let account = ids.next("identity.account");
        self.logged.add(&[
            &account,
            &login,
            &self.hash,
            &self.moment,
            &false,
            &self.moment,
            &None::<DateTime<Utc>>,
        ]);
        self.known.insert(login, account);
        self.join(account, login, member);
        self.logins.push(Login {
            role: told.role.to_owned(),
            login: login.to_owned(),
            password: PASSWORD.to_owned(),
            name: member.name.full(),
            org: told.org.to_owned(),
            first_url: told.first_url,
        });
    }

    fn member(&mut self, ids: &mut Ids, member: &Member<'_>) {
        let account = ids.next("identity.account");
        let free = |it: &String| !self.taken.contains(it);
        let Some(login) = kernel::text::login_candidates(member.name).find(free) else {
            return;
        };
        let waits = account % SLIPS_WAIT == 0;
        let hash = (!waits).then_some(self.hash.as_str());
        let set_at = (!waits).then_some(self.moment);
        // Most were here lately, some only once.
        let used = self.lately - TimeDelta::days(account * 7 % USED_WITHIN);
        let used = set_at.map(|set_at| used.max(set_at));
        self.logged.add(&[
            &account,
            &login,
            &hash,
            &set_at,
            &waits,
            &self.moment,
            &used,
        ]);
        self.join(account, &login, member);
        self.taken.insert(login);
    }

    /// A membership in the organisation opened last, with its grants.
    fn join(&mut self, account: i64, login: &str, member: &Member<'_>) {
        let Some((org, members, grants)) = self.of_org.last_mut() else {
            return;
        };
        members.add(&[
            org,
            &account,
            &member.person,
            &login,
            &member.name.full(),
            &self.moment,
        ]);
        let role = member.role.code();
        if member.role != Role::Parent {
            grants.add(&[org, &account, &role, &"org", &None::<i64>, &self.moment]);
        }
        for child in &member.children {
            grants.add(&[org, &account, &role, &"child", &Some(*child), &self.moment]);
        }
    }

    /// Everything in one batch of one organisation's transaction.
    pub(crate) fn rows(self, org: i64) -> (Batch, Vec<Login>) {
        let mut batch = Batch::new(org, "accounts".to_owned());
        batch.at(self.moment, None);
        batch.copy([self.logged]);
        for (_, members, grants) in self.of_org {
            batch.copy([members, grants]);
        }
        batch.copy(self.reports);
        (batch, self.logins)
    }
}

/// What the list of logins says besides.
struct Told<'a> {
    role: &'a str,
    org: &'a str,
    first_url: String,
}
