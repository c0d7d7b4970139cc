use super::*;

const ITEMS: &[NavItem] = &[
    NavItem::new("journal", "i", &[Role::Teacher]).with(&[
        NavPart::new("journals", "/o/{org}/journal"),
        NavPart::new("attendance", "/o/{org}/attendance").and(&["/o/{org}/journal/*/attendance"]),
    ]),
    NavItem::new("control", "i", &[Role::Deputy]).with(&[
        NavPart::new("filling", "/o/{org}/control/filling"),
        NavPart::new("journals", "/o/{org}/journal"),
        NavPart::new("attendance", "/o/{org}/attendance/day").and(&["/o/{org}/attendance"]),
        NavPart::new("secret", "/o/{org}/secret").only(&[Role::Admin]),
    ]),
    NavItem::new("school", "i", &[Role::Admin]).at("/o/{org}/settings/org"),
    NavItem::new("study", "i", &[Role::Admin, Role::Deputy]).at("/o/{org}/study/classes"),
    NavItem::new("plans", "i", &[Role::Teacher]).at("/o/{org}/study/plans"),
    NavItem::new("today", "i", &[Role::Admin, Role::Deputy, Role::Teacher]).at("/o/{org}/"),
    NavItem::new("my-day", "i", &[Role::Parent]).at("/my/day"),
    NavItem::new("diary", "i", &[Role::Parent]).at("/my/diary/week"),
    NavItem::new("marks", "i", &[Role::Parent]).at("/my/diary/marks"),
];

fn membership(code: &str, roles: &[Role]) -> Membership {
    let grant = |role: &Role| kernel::Grant {
        role: *role,
        scope: kernel::Scope::Org,
    };
    Membership {
        views_at: vec![],
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
    let mark = |code: &str, current: bool| format!("{code}{}", if current { "*" } else { "" });
    let place = org.map(|code| membership(code, roles));
    let (sections, tabs) = menu(ITEMS, roles, place.as_ref(), path);
    let sections: Vec<String> = sections
        .iter()
        .map(|it| mark(it.code, it.current))
        .collect();
    let tabs: Vec<String> = tabs.iter().map(|it| mark(it.code, it.current)).collect();
    let shown = format!("{} | {}", sections.join(" "), tabs.join(" "));
    shown.trim_end_matches([' ', '|']).to_owned()
}

#[test]
fn sections_follow_the_role_and_the_longest_path_is_current() {
    let shown = |path| codes(&[Role::Teacher], Some("g7"), path);
    assert_eq!(
        shown("/o/g7/journal?x=1"),
        "today journal* plans | journals* attendance"
    );
    assert_eq!(shown("/o/g7/journal/5/1"), "today journal* plans");
    assert_eq!(shown("/o/g7?x=1"), "today* journal plans");
    assert_eq!(shown("/o/g7/journals"), "today journal plans");
    assert_eq!(
        shown("/o/g7/journal/5/attendance"),
        "today journal* plans | journals attendance*"
    );
}

#[test]
fn parts_are_for_their_roles() {
    let shown = |path| codes(&[Role::Deputy], Some("g7"), path);
    assert_eq!(
        shown("/o/g7/attendance/day"),
        "today control* study | filling journals attendance*"
    );
    assert_eq!(shown("/o/g7/secret"), "today control study");
    assert_eq!(shown("/o/g7/journal/5/1"), "today control* study");
}

/// A second role brings only what the first one does not lead to.
#[test]
fn several_roles_make_one_menu() {
    let both = [Role::Teacher, Role::Deputy];
    assert_eq!(
        codes(&both, Some("g7"), "/o/g7/journal/5/attendance"),
        "today control* study"
    );
    let both = [Role::Parent, Role::Teacher];
    assert_eq!(
        codes(&both, Some("g7"), "/my/diary/marks"),
        "today journal plans diary marks*"
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
    let current = |role, path| {
        let all = codes(&[role], Some("g7"), path);
        let sections = all.split(" |").next().unwrap_or_default().to_owned();
        let found: Vec<String> = sections
            .split(' ')
            .filter_map(|it| it.strip_suffix('*').map(str::to_owned))
            .collect();
        found.join(" ")
    };
    for (role, path, code) in [
        (Role::Admin, "/o/g7/", "today"),
        (Role::Admin, "/o/g7/settings/access", "school"),
        (Role::Admin, "/o/g7/settings/org/edit", "school"),
        (Role::Admin, "/o/g7/study/load", "study"),
        (Role::Admin, "/o/g7/study/classes/7", "study"),
        (Role::Admin, "/o/g7/movement/register", ""),
        (Role::Admin, "/o/g7/search?q=x", ""),
        (Role::Parent, "/my/diary/marks?child=g7:5", "marks"),
        (Role::Parent, "/my/diary/attendance", "diary"),
        (Role::Parent, "/my/diary/week?week=2026-11-16", "diary"),
        (Role::Parent, "/my/settings", ""),
        (Role::Parent, "/my/notifications", ""),
        (Role::Parent, "/", ""),
    ] {
        assert_eq!(current(role, path), code, "{path}");
    }
}
