//! Whose diary a page of `/my/*` shows: the reader's own, or that of a child,
//! in each of the schools where there is one (P4).

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kernel::{Actor, PersonId, Reach, Right};
use serde::Serialize;

use crate::{Go, Membership, Missing, Signed};

/// An organisation where the reader has a child, or is a pupil.
pub struct Home<'a> {
    pub membership: &'a Membership,
    pub actor: Actor,
}

impl Home<'_> {
    /// The clock on the wall of the organisation.
    pub fn zone(&self) -> Tz {
        self.membership.zone.parse().unwrap_or(Tz::Europe__Moscow)
    }

    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        kernel::dates::today(now, self.zone())
    }

    /// Whether the reader is somebody's parent there.
    pub fn is_parent(&self) -> bool {
        self.actor.reaches(Right::DiaryView).has(Reach::OwnChild)
    }
}

/// Every organisation where the reader has a diary.
pub fn homes(signed: &Signed) -> Vec<Home<'_>> {
    let home = |membership| Home {
        actor: signed.me.actor_in(membership),
        membership,
    };
    let all = signed.me.memberships.iter().map(home);
    all.filter(|it| it.is_parent() || it.actor.reaches(Right::DiaryView).has(Reach::Own))
        .collect()
}

/// The one of the homes and the child that an address names; the first home
/// where it names none, `None` where there is no home at all.
///
/// # Errors
/// [`Missing`] where the address names what is not the reader's.
pub fn chosen<'h, 'a>(
    homes: &'h [Home<'a>],
    child: Option<&str>,
) -> Result<Option<(&'h Home<'a>, Option<PersonId>)>, Missing> {
    let Some(text) = child.filter(|it| !it.is_empty()) else {
        return Ok(homes.first().map(|it| (it, None)));
    };
    let (org, child) = text.split_once(':').ok_or(Missing)?;
    let child = child.parse().map_err(|_| Missing)?;
    let home = homes.iter().find(|it| it.membership.code == org);
    Ok(Some((home.ok_or(Missing)?, Some(child))))
}

/// A person without a diary goes to the pages of the own work.
pub fn away(signed: &Signed) -> Response {
    let to = signed.me.memberships.first().map_or_else(
        || "/my/settings".to_owned(),
        |it| format!("/o/{}/", it.code),
    );
    Go::to(to).into_response()
}

/// A link that switches to a child.
#[derive(Clone, Debug, Serialize)]
pub struct ChildLink {
    /// `krymsk-g7:128`: the organisation and the card there.
    key: String,
    name: String,
    current: bool,
}

/// Links to the children of one organisation.
pub fn child_links<'c>(
    org: &str,
    children: impl IntoIterator<Item = (PersonId, &'c str)>,
    current: Option<PersonId>,
) -> Vec<ChildLink> {
    let link = |(id, name): (PersonId, &str)| ChildLink {
        key: format!("{org}:{id}"),
        name: name.to_owned(),
        current: current == Some(id),
    };
    children.into_iter().map(link).collect()
}

/// What every page of a diary begins with: `templates/journal/_diary.html`.
#[derive(Clone, Debug, Serialize)]
pub struct Whose {
    pub org: String,
    pub children: Vec<ChildLink>,
    /// The value of `child` in links; empty where there is no child.
    pub key: String,
    pub name: String,
    pub class: Option<String>,
    /// The reader is the pupil.
    pub own: bool,
    /// The child is in a group of a kindergarten (JRN-10).
    pub preschool: bool,
}

impl Whose {
    /// Of one of the reader's children in this home; class and kindergarten
    /// are for the page to tell.
    pub fn of(home: &Home<'_>, children: &[(PersonId, String)], child: Option<PersonId>) -> Self {
        let org = &home.membership.code;
        let current = children.iter().find(|it| Some(it.0) == child);
        Self {
            org: org.clone(),
            children: child_links(org, children.iter().map(|it| (it.0, it.1.as_str())), child),
            key: current.map_or_else(String::new, |it| format!("{org}:{}", it.0)),
            name: current.map_or_else(String::new, |it| it.1.clone()),
            class: None,
            own: child == Some(home.actor.person),
            preschool: false,
        }
    }

    /// Children in another home of the reader, so that one tap switches.
    pub fn and(&mut self, other: &Home<'_>, children: &[(PersonId, String)]) {
        let children = children.iter().map(|it| (it.0, it.1.as_str()));
        let links = child_links(&other.membership.code, children, None);
        self.children.extend(links);
    }
}
