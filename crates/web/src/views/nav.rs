//! The menu (`ux.md` §3.3): the sections of somebody's roles, the pages of a
//! section as tabs, and where the page that is shown belongs.

use kernel::Role;
use serde::Serialize;

use crate::Membership;

/// A section that has pages. The app lists only these, so no link is dead.
#[derive(Clone, Copy, Debug)]
pub struct NavItem {
    /// The key of its word is `nav.<code>`.
    pub code: &'static str,
    pub icon: &'static str,
    /// `/o/{org}/journal`, or a path without `{org}`. Where there are parts,
    /// the first of them that somebody has stands for the section.
    pub href: &'static str,
    /// Who sees it; empty for everybody.
    pub roles: &'static [Role],
    pub parts: &'static [NavPart],
}

/// A page of a section.
#[derive(Clone, Copy, Debug)]
pub struct NavPart {
    /// The key of its word is `menu.<code>`.
    pub code: &'static str,
    pub href: &'static str,
    /// Who has it in this section; empty for everybody who has the section.
    pub roles: &'static [Role],
    /// Other pages with the same tab; `*` is any one part of an address.
    pub also: &'static [&'static str],
}

impl NavItem {
    pub const fn new(code: &'static str, icon: &'static str, roles: &'static [Role]) -> Self {
        Self {
            code,
            icon,
            href: "",
            roles,
            parts: &[],
        }
    }

    /// A section of one page, or of pages that have tabs of their own.
    #[must_use]
    pub const fn at(self, href: &'static str) -> Self {
        Self { href, ..self }
    }

    #[must_use]
    pub const fn with(self, parts: &'static [NavPart]) -> Self {
        Self { parts, ..self }
    }

    fn is_of_school(&self) -> bool {
        let of_school = |href: &str| href.contains("{org}");
        of_school(self.href) || self.parts.iter().any(|it| of_school(it.href))
    }
}

impl NavPart {
    pub const fn new(code: &'static str, href: &'static str) -> Self {
        Self {
            code,
            href,
            roles: &[],
            also: &[],
        }
    }

    #[must_use]
    pub const fn only(self, roles: &'static [Role]) -> Self {
        Self { roles, ..self }
    }

    #[must_use]
    pub const fn and(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

/// A page of somebody's menu, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuLink {
    pub name: String,
    /// The section that it belongs to, empty where it is one itself.
    pub section: String,
    pub href: String,
}

/// All pages of the menu, in its order; `word` knows the words.
pub(super) fn links(
    items: &[NavItem],
    roles: &[Role],
    school: Option<&Membership>,
    word: impl Fn(&str) -> String,
) -> Vec<MenuLink> {
    let mut links: Vec<MenuLink> = vec![];
    for it in sections(items, roles, school) {
        let section = word(&format!("nav.{}", it.code));
        if it.parts.len() < 2 {
            links.push(MenuLink {
                name: section,
                section: String::new(),
                href: it.href,
            });
            continue;
        }
        for part in it.parts {
            links.push(MenuLink {
                name: word(&format!("menu.{}", part.code)),
                section: section.clone(),
                href: part.href,
            });
        }
    }
    links
}

/// A section as the layout shows it.
#[derive(Serialize)]
pub(super) struct Section {
    code: &'static str,
    href: String,
    icon: &'static str,
    current: bool,
    parts: Vec<PartView>,
}

#[derive(Clone, Serialize)]
pub(super) struct PartView {
    code: &'static str,
    href: String,
    current: bool,
    #[serde(skip)]
    also: Vec<String>,
}

/// The sections in their order, and the tabs of the page if it is one of a section.
pub(super) fn menu(
    items: &[NavItem],
    roles: &[Role],
    school: Option<&Membership>,
    path: &str,
) -> (Vec<Section>, Vec<PartView>) {
    let mut sections = sections(items, roles, school);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let Some((at, part)) = current(&sections, path) else {
        return (sections, vec![]);
    };
    let section = &mut sections[at];
    section.current = true;
    let tabs = match part {
        Some(part) if section.parts.len() > 1 => {
            section.parts[part].current = true;
            section.parts.clone()
        }
        _ => vec![],
    };
    (sections, tabs)
}

/// Whoever has several roles gets the sections of the leading one, then what
/// the others have beyond it.
fn sections(items: &[NavItem], roles: &[Role], school: Option<&Membership>) -> Vec<Section> {
    // A role of one school opens no section of another.
    let there: Vec<Role> = school
        .iter()
        .flat_map(|it| it.grants.iter().map(|it| it.role))
        .collect();
    let org = school.map(|it| it.code.as_str());
    let mut menu: Vec<Section> = vec![];
    for role in leading(roles) {
        let is_here = role.is_some_and(|it| there.contains(&it));
        let mut own: Vec<(usize, Section)> = items
            .iter()
            .filter(|it| has(it.roles, role) && (is_here || !it.is_of_school()))
            .filter_map(|it| Some((place(it.code, role), section(it, role, org)?)))
            .collect();
        own.sort_by_key(|it| it.0);
        let had = menu.len();
        for (_, it) in own {
            add(&mut menu, it, had);
        }
    }
    menu
}

/// The one whose menu leads comes first. Nobody in particular has what everybody has.
fn leading(roles: &[Role]) -> Vec<Option<Role>> {
    const ORDER: [Role; 6] = [
        Role::Director,
        Role::Admin,
        Role::Deputy,
        Role::Secretary,
        Role::Teacher,
        Role::Medic,
    ];
    let rank = |role: &Role| ORDER.iter().position(|it| it == role);
    let mut sorted = roles.to_vec();
    sorted.sort_by_key(|it| rank(it).unwrap_or(ORDER.len()));
    sorted.dedup();
    if sorted.is_empty() {
        return vec![None];
    }
    sorted.into_iter().map(Some).collect()
}

fn has(roles: &[Role], role: Option<Role>) -> bool {
    roles.is_empty() || role.is_some_and(|it| roles.contains(&it))
}

/// Adds a section behind the `had` ones of other roles, if they do not lead there already.
fn add(menu: &mut Vec<Section>, new: Section, had: usize) {
    if let Some(same) = menu.iter_mut().find(|it| it.code == new.code) {
        for part in new.parts {
            if !same.parts.iter().any(|it| it.href == part.href) {
                same.parts.push(part);
            }
        }
        return;
    }
    // Whoever works here and has a child here: one «Сегодня», that of the work.
    if new.code == "my-day" && menu.iter().any(|it| it.code == "today") {
        return;
    }
    let is_covered = |href: &str| current(&menu[..had], href).is_some();
    let is_known = match new.parts.as_slice() {
        [] => is_covered(&new.href),
        parts => parts.iter().all(|it| is_covered(&it.href)),
    };
    if !is_known {
        menu.push(new);
    }
}

fn section(item: &NavItem, role: Option<Role>, org: Option<&str>) -> Option<Section> {
    let parts: Vec<PartView> = item
        .parts
        .iter()
        .filter(|it| has(it.roles, role))
        .filter_map(|it| {
            let also = it.also.iter().filter_map(|it| address(it, org));
            Some(PartView {
                code: it.code,
                href: address(it.href, org)?,
                current: false,
                also: also.collect(),
            })
        })
        .collect();
    let href = match parts.first() {
        Some(first) => first.href.clone(),
        None => address(item.href, org)?,
    };
    Some(Section {
        code: item.code,
        href,
        icon: item.icon,
        current: false,
        parts,
    })
}

fn address(href: &str, org: Option<&str>) -> Option<String> {
    match (href.contains("{org}"), org) {
        (true, Some(org)) => Some(href.replace("{org}", org)),
        (true, None) => None,
        (false, _) => Some(href.to_owned()),
    }
}

/// How surely a page belongs to an address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Closeness {
    /// In the same folder (`/o/g7/study/load` beside `/o/g7/study/classes`).
    Beside,
    /// Below it; the longer the address, the surer.
    Below(usize),
    /// It is that page.
    Same,
}

/// The section that the page belongs to, and its part if the page is one.
fn current(menu: &[Section], path: &str) -> Option<(usize, Option<usize>)> {
    let mut best: Option<(Closeness, usize, Option<usize>)> = None;
    let mut try_one = |closeness: Option<Closeness>, section, part: Option<usize>| {
        if let Some(it) = closeness
            && best.is_none_or(|(known, ..)| known < it)
        {
            best = Some((it, section, part.filter(|_| it == Closeness::Same)));
        }
    };
    for (at, section) in menu.iter().enumerate() {
        if section.parts.is_empty() {
            try_one(closeness(path, &section.href), at, None);
        }
        for (part, it) in section.parts.iter().enumerate() {
            let is_also = it.also.iter().any(|it| is_like(path, it));
            let same = is_also.then_some(Closeness::Same);
            try_one(same.or_else(|| closeness(path, &it.href)), at, Some(part));
        }
    }
    best.map(|(_, section, part)| (section, part))
}

fn closeness(path: &str, href: &str) -> Option<Closeness> {
    if href.trim_end_matches('/') == path.trim_end_matches('/') {
        Some(Closeness::Same)
    } else if is_home(href) {
        None
    } else if is_under(path, href) {
        Some(Closeness::Below(href.len()))
    } else {
        let folder = folder(path)?;
        (self::folder(href) == Some(folder)).then_some(Closeness::Beside)
    }
}

/// `/o/g7/` and `/my/day`: below them is nothing of theirs.
fn is_home(href: &str) -> bool {
    let parts: Vec<&str> = href.split('/').filter(|it| !it.is_empty()).collect();
    matches!(parts[..], ["o", _] | ["my", "day"])
}

fn is_under(path: &str, href: &str) -> bool {
    let href = href.trim_end_matches('/');
    path.strip_prefix(href)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// `/o/g7/study` of `/o/g7/study/load`, `/my/diary` of `/my/diary/week`: the
/// part of the address that names the section, where something follows it.
fn folder(path: &str) -> Option<&str> {
    let root = if path.starts_with("/o/") { 3 } else { 2 };
    let mut slashes = path.match_indices('/').map(|(at, _)| at).skip(root);
    let end = slashes.next()?;
    (end + 1 < path.len()).then(|| &path[..end])
}

fn is_like(path: &str, pattern: &str) -> bool {
    let (path, pattern) = (path.trim_end_matches('/'), pattern.trim_end_matches('/'));
    let parts = || path.split('/').zip(pattern.split('/'));
    path.split('/').count() == pattern.split('/').count()
        && parts().all(|(part, wanted)| wanted == "*" || part == wanted)
}

/// Where the section stands in the menu of the role; unknown ones at the end.
fn place(code: &str, role: Option<Role>) -> usize {
    let order = role.map_or(&[][..], order);
    let known = order.iter().position(|it| *it == code);
    known.unwrap_or(usize::MAX)
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
            "pupils",
            "life",
            "deadlines",
            "reports",
            "messages",
        ],
        Role::Deputy => &[
            "today",
            "control",
            "study",
            "timetable",
            "contingent",
            "life",
            "deadlines",
            "school",
            "reports",
            "messages",
        ],
        Role::Admin => &[
            "today",
            "school",
            "people",
            "contingent",
            "life",
            "study",
            "control",
            "deadlines",
            "reports",
            "service",
        ],
        Role::Secretary => &[
            "today",
            "pupils",
            "parents",
            "staff",
            "movement",
            "documents",
            "deadlines",
            "school",
            "reports",
        ],
        Role::Director => &[
            "today",
            "control",
            "contingent",
            "life",
            "personnel",
            "study",
            "deadlines",
            "school",
            "reports",
            "messages",
        ],
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
            "deadlines",
            "attestation",
            "messages",
        ],
        Role::Ministry | Role::RegionAdmin => &[
            "overview",
            "municipalities",
            "pupils",
            "forms",
            "control",
            "deadlines",
            "exchange",
            "settings",
        ],
        Role::Medic => &["today", "pupils"],
    }
}

#[cfg(test)]
#[path = "nav_tests.rs"]
mod tests;
