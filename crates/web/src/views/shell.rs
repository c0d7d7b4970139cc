//! What stands around every page: organisation, person, navigation, look.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use kernel::Role;
use serde::Serialize;

use super::Views;
use crate::{Look, Me, Membership, Visit};

/// A section that has a page. The app lists only these, so no link is dead.
#[derive(Clone, Copy, Debug)]
pub struct NavItem {
    /// The key of its word is `nav.<code>`.
    pub code: &'static str,
    pub icon: &'static str,
    /// `/o/{org}/journal`, or a path without `{org}`.
    pub href: &'static str,
    /// Who sees it; empty for everybody.
    pub roles: &'static [Role],
}

#[derive(Serialize)]
pub(super) struct Shell<'a> {
    title_prefix: String,
    nonce: &'a str,
    assets: &'a BTreeMap<String, String>,
    org: Option<OrgView<'a>>,
    person: Option<PersonView<'a>>,
    nav: Vec<NavView>,
    orgs: Vec<OrgView<'a>>,
    path: &'a str,
    theme: &'a str,
    a11y: A11y<'a>,
    archive: Option<&'a str>,
    flash: Option<FlashView>,
    /// The moment of rendering; `date` and `time` show it in `zone`.
    now: String,
    zone: &'a str,
    system: &'a str,
    /// Who prints (S2:4.5).
    executor: String,
    request: &'a str,
}

#[derive(Serialize)]
struct OrgView<'a> {
    code: &'a str,
    name: &'a str,
    short_name: &'a str,
}

#[derive(Serialize)]
struct PersonView<'a> {
    /// By which the browser tells whose copies it keeps for when the network is gone.
    account: kernel::AccountId,
    name: &'a str,
    initials: &'a str,
    login: &'a str,
    roles: Vec<&'static str>,
}

#[derive(Serialize)]
struct NavView {
    code: &'static str,
    href: String,
    icon: &'static str,
    current: bool,
}

#[derive(Serialize)]
struct A11y<'a> {
    on: bool,
    size: u16,
    colors: &'a str,
    spacing: &'a str,
    images: bool,
}

#[derive(Serialize)]
struct FlashView {
    code: String,
    kind: &'static str,
    text: String,
    href: Option<String>,
    undo: Option<String>,
}

impl<'a> Shell<'a> {
    pub(super) fn of(views: &'a Views, visit: &'a Visit, title_prefix: String) -> Self {
        let setup = views.setup();
        let me = visit.me();
        let member = visit.membership();
        let roles = visit.roles();
        let org = member.map(|it| OrgView::of(&it.code, &it.name, &it.short_name));
        let place = member.or_else(|| of_the_query(me, visit.path()));
        let orgs = me.map_or(&[][..], |it| &it.memberships);
        let look = visit.look();
        Self {
            title_prefix,
            nonce: visit.nonce(),
            assets: &setup.assets,
            org,
            person: me.map(|it| PersonView {
                account: it.account,
                name: &it.name,
                initials: &it.initials,
                login: &it.login,
                roles: roles.iter().map(|it| it.code()).collect(),
            }),
            nav: navigation(&setup.nav, &roles, place, visit.path()),
            orgs: orgs
                .iter()
                .map(|it| OrgView::of(&it.code, &it.name, &it.short_name))
                .collect(),
            path: visit.path(),
            theme: look.theme.code(),
            a11y: a11y(look),
            archive: visit.archive.as_deref(),
            flash: visit.flash().map(|it| FlashView {
                code: it.code.clone(),
                kind: it.kind(),
                text: views.phrase(&it.code, &it.args),
                href: it.href.clone(),
                undo: it.undo.clone(),
            }),
            now: setup.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true),
            zone: visit.zone_name(),
            system: &setup.system,
            executor: me.map(|it| it.initials.clone()).unwrap_or_default(),
            request: visit.request_id(),
        }
    }
}

impl<'a> OrgView<'a> {
    fn of(code: &'a str, name: &'a str, short_name: &'a str) -> Self {
        Self {
            code,
            name,
            short_name,
        }
    }
}

/// Outside of an organisation the sections are those of the school that the
/// address names (`child=krymsk-g7:128`), otherwise of the first one.
fn of_the_query<'a>(me: Option<&'a Me>, path: &str) -> Option<&'a Membership> {
    let memberships = &me?.memberships;
    let named = path.split_once('?').and_then(|(_, query)| {
        let child = query.split('&').find_map(|it| it.strip_prefix("child="))?;
        child.split([':', '%']).next()
    });
    memberships
        .iter()
        .find(|it| named == Some(it.code.as_str()))
        .or_else(|| memberships.first())
}

fn a11y(look: &Look) -> A11y<'_> {
    let Look {
        on,
        size,
        colors,
        spacing,
        images,
        ..
    } = look;
    A11y {
        on: *on,
        size: *size,
        colors: colors.code(),
        spacing: spacing.code(),
        images: *images,
    }
}

/// The order of `ux.md` §3.3; what has no page yet is left out.
fn order(role: Role) -> &'static [&'static str] {
    match role {
        Role::Teacher => &[
            "today",
            "class",
            "journal",
            "plans",
            "timetable",
            "reports",
            "messages",
        ],
        Role::Deputy => &[
            "today",
            "control",
            "study",
            "journal",
            "timetable",
            "pupils",
            "reports",
            "messages",
        ],
        Role::Admin => &[
            "today", "school", "people", "pupils", "study", "reports", "service",
        ],
        Role::Secretary => &[
            "today",
            "pupils",
            "parents",
            "staff",
            "movement",
            "documents",
            "reports",
        ],
        Role::Director => &["today", "control", "pupils", "staff", "reports", "messages"],
        Role::Parent | Role::Pupil | Role::Committee => &[
            "my-day",
            "diary",
            "marks",
            "timetable",
            "notifications",
            "messages",
        ],
        Role::Moderator => &["queue", "forum", "rules", "log"],
        Role::MunicipalOperator => &[
            "overview",
            "orgs",
            "pupils",
            "forms",
            "control",
            "attestation",
            "messages",
        ],
        Role::Ministry | Role::RegionAdmin => &[
            "overview",
            "municipalities",
            "pupils",
            "forms",
            "control",
            "exchange",
            "settings",
        ],
        Role::Medic => &["today", "pupils"],
    }
}

fn navigation(
    items: &[NavItem],
    roles: &[Role],
    school: Option<&Membership>,
    path: &str,
) -> Vec<NavView> {
    let org = school.map(|it| it.code.as_str());
    // A role of one school opens no section of another.
    let there: Vec<Role> = school
        .iter()
        .flat_map(|it| it.grants.iter().map(|it| it.role))
        .collect();
    let theirs = |it: &NavItem| {
        let roles = if it.href.contains("{org}") {
            there.as_slice()
        } else {
            roles
        };
        it.roles.is_empty() || it.roles.iter().any(|it| roles.contains(it))
    };
    let mut sorted: Vec<(usize, &NavItem)> = items
        .iter()
        .filter(|it| theirs(it))
        .map(|it| (place(it.code, roles), it))
        .collect();
    sorted.sort_by_key(|it| it.0);
    let mut nav: Vec<NavView> = sorted
        .into_iter()
        .filter_map(|(_, it)| nav_view(it, org))
        .collect();
    // Whoever works here and has a child here: one «Сегодня», that of the work.
    if nav.iter().any(|it| it.code == "today") {
        nav.retain(|it| it.code != "my-day");
    }
    if let Some(index) = current(&nav, path) {
        nav[index].current = true;
    }
    nav
}

/// The section that the page belongs to: the first screens only by their own
/// address; otherwise the longest one that the address begins with; otherwise
/// the first in the same folder (`/o/g7/study/load` beside `/o/g7/study/classes`).
/// A page of one class that is called like a section is that section's
/// (`/o/g7/journal/5/attendance` is attendance and not the journal).
fn current(nav: &[NavView], path: &str) -> Option<usize> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let same = |it: &NavView| it.href.trim_end_matches('/') == path.trim_end_matches('/');
    let sections = || nav.iter().enumerate().filter(|(_, it)| !is_home(&it.href));
    nav.iter()
        .position(same)
        .or_else(|| {
            sections()
                .find(|(_, it)| is_called(path, &it.href))
                .map(|(index, _)| index)
        })
        .or_else(|| {
            sections()
                .filter(|(_, it)| is_under(path, &it.href))
                .max_by_key(|(_, it)| it.href.len())
                .map(|(index, _)| index)
        })
        .or_else(|| {
            let folder = folder(path)?;
            sections()
                .find(|(_, it)| self::folder(&it.href) == Some(folder))
                .map(|(index, _)| index)
        })
}

/// `/o/g7/journal/5/attendance` is called like `/o/g7/attendance`.
fn is_called(path: &str, href: &str) -> bool {
    let Some((root, name)) = href.rsplit_once('/') else {
        return false;
    };
    root.starts_with("/o/")
        && is_under(path, root)
        && path.rsplit_once('/').is_some_and(|it| it.1 == name)
}

/// `/o/g7/` and `/my/day`: below them is nothing of theirs.
fn is_home(href: &str) -> bool {
    let parts: Vec<&str> = href.split('/').filter(|it| !it.is_empty()).collect();
    matches!(parts[..], ["o", _] | ["my", "day"])
}

/// `/o/g7/study` of `/o/g7/study/load`, `/my/diary` of `/my/diary/week`: the
/// part of the address that names the section, where something follows it.
fn folder(path: &str) -> Option<&str> {
    let root = if path.starts_with("/o/") { 3 } else { 2 };
    let mut slashes = path.match_indices('/').map(|(at, _)| at).skip(root);
    let end = slashes.next()?;
    (end + 1 < path.len()).then(|| &path[..end])
}

/// Where the section stands: in the order of the first role that knows it, otherwise at the end.
fn place(code: &str, roles: &[Role]) -> usize {
    let known = roles.iter().enumerate().find_map(|(rank, role)| {
        order(*role)
            .iter()
            .position(|it| *it == code)
            .map(|it| if it == 0 { 0 } else { rank * 100 + it })
    });
    known.unwrap_or(usize::MAX)
}

fn nav_view(item: &NavItem, org: Option<&str>) -> Option<NavView> {
    let href = match (item.href.contains("{org}"), org) {
        (true, Some(org)) => item.href.replace("{org}", org),
        (true, None) => return None,
        (false, _) => item.href.to_owned(),
    };
    Some(NavView {
        code: item.code,
        href,
        icon: item.icon,
        current: false,
    })
}

fn is_under(path: &str, href: &str) -> bool {
    let href = href.trim_end_matches('/');
    path.strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEMS: &[NavItem] = &[
        NavItem {
            code: "journal",
            icon: "j",
            href: "/o/{org}/journal",
            roles: &[Role::Teacher],
        },
        NavItem {
            code: "school",
            icon: "s",
            href: "/o/{org}/settings/org",
            roles: &[Role::Admin],
        },
        NavItem {
            code: "study",
            icon: "s",
            href: "/o/{org}/study/classes",
            roles: &[Role::Admin],
        },
        NavItem {
            code: "attendance",
            icon: "a",
            href: "/o/{org}/attendance",
            roles: &[Role::Admin],
        },
        NavItem {
            code: "today",
            icon: "t",
            href: "/o/{org}/",
            roles: &[],
        },
        NavItem {
            code: "my-day",
            icon: "m",
            href: "/my/day",
            roles: &[Role::Parent],
        },
        NavItem {
            code: "diary",
            icon: "d",
            href: "/my/diary/week",
            roles: &[Role::Parent],
        },
        NavItem {
            code: "marks",
            icon: "d",
            href: "/my/diary/marks",
            roles: &[Role::Parent],
        },
    ];

    fn membership(code: &str, roles: &[Role]) -> Membership {
        let grant = |role: &Role| kernel::Grant {
            role: *role,
            scope: kernel::Scope::Org,
        };
        Membership {
            org: 1.into(),
            code: code.to_owned(),
            name: String::new(),
            short_name: String::new(),
            zone: "Europe/Moscow".to_owned(),
            person: 1.into(),
            grants: roles.iter().map(grant).collect(),
        }
    }

    fn codes(roles: &[Role], org: Option<&str>, path: &str) -> String {
        let mark = |it: &NavView| format!("{}{}", it.code, if it.current { "*" } else { "" });
        let place = org.map(|code| membership(code, roles));
        navigation(ITEMS, roles, place.as_ref(), path)
            .iter()
            .map(mark)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn sections_follow_the_role_and_the_longest_path_is_current() {
        assert_eq!(
            codes(&[Role::Teacher], Some("g7"), "/o/g7/journal/5"),
            "today journal*"
        );
        assert_eq!(
            codes(&[Role::Teacher], Some("g7"), "/o/g7?x=1"),
            "today* journal"
        );
        assert_eq!(
            codes(&[Role::Teacher], Some("g7"), "/o/g7/journals"),
            "today journal"
        );
        let both = [Role::Teacher, Role::Parent];
        assert_eq!(
            codes(&both, Some("g7"), "/my/diary/week"),
            "today journal diary* marks"
        );
    }

    #[test]
    fn without_an_organisation_only_personal_sections_remain() {
        assert_eq!(
            codes(&[Role::Parent], None, "/my/diary/week"),
            "my-day diary* marks"
        );
    }

    /// Every page lights up its own section, and the first screen only itself.
    #[test]
    fn a_page_without_an_item_belongs_to_its_folder() {
        let current = |path| {
            let all = codes(&[Role::Admin, Role::Parent], Some("g7"), path);
            let found: Vec<String> = all
                .split(' ')
                .filter_map(|it| it.strip_suffix('*').map(str::to_owned))
                .collect();
            found.join(" ")
        };
        for (path, code) in [
            ("/o/g7/", "today"),
            ("/o/g7/settings/access", "school"),
            ("/o/g7/settings/org/edit", "school"),
            ("/o/g7/study/load", "study"),
            ("/o/g7/study/classes/7", "study"),
            ("/o/g7/journal/5/attendance", "attendance"),
            ("/o/g7/attendance/day", "attendance"),
            ("/o/g7/movement/register", ""),
            ("/o/g7/search?q=x", ""),
            ("/my/diary/marks?child=g7:5", "marks"),
            ("/my/diary/attendance", "diary"),
            ("/my/diary/week?week=2026-11-16", "diary"),
            ("/my/settings", ""),
            ("/my/notifications", ""),
            ("/", ""),
        ] {
            assert_eq!(current(path), code, "{path}");
        }
    }
}
