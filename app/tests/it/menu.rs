//! The menu (`ux.md` §3.3): at most seven sections for whoever signs in, each
//! of them opens, and every page lights its own section and tab.

use testkit::Client;

use crate::{actors::Cast, world::World};

/// More than these nobody finds their way among.
const MOST: usize = 7;

/// A link of the menu or of the tabs.
#[derive(Debug, PartialEq, Eq)]
struct Link {
    code: String,
    href: String,
    current: bool,
}

/// The links of the page that have that attribute, in their order.
fn links(html: &str, name: &str) -> Vec<Link> {
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        let value = &tag[from..];
        Some(value[..value.find('"')?].to_owned())
    };
    let tags = html.split("<a").skip(1);
    tags.filter_map(|it| {
        let tag = it.split('>').next()?;
        Some(Link {
            code: attribute(tag, name)?,
            href: attribute(tag, "href")?,
            current: tag.contains("aria-current"),
        })
    })
    .collect()
}

fn lit(links: &[Link]) -> Vec<&str> {
    let lit = links.iter().filter(|it| it.current);
    lit.map(|it| it.code.as_str()).collect()
}

/// The page, behind a redirect if there is one.
async fn open(client: &mut Client, path: &str) -> String {
    let mut answer = client.get(path).await;
    if let Some(to) = answer.location().map(str::to_owned) {
        answer = client.get(&to).await;
    }
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

async fn walk(who: &str, client: &mut Client, home: &str) {
    let sections = links(&open(client, home).await, "data-nav");
    assert!(!sections.is_empty(), "{who} has no menu");
    assert!(sections.len() <= MOST, "{who}: {sections:?}");
    for section in &sections {
        let page = open(client, &section.href).await;
        assert_eq!(lit(&links(&page, "data-nav")), [&section.code], "{who}");
        let tabs = links(&page, "data-tab");
        if let Some(first) = tabs.first() {
            assert!(first.current, "{who}: {} opens its first tab", section.code);
        }
        for tab in &tabs {
            let page = open(client, &tab.href).await;
            let place = format!("{who}: {} of {}", tab.code, section.code);
            assert_eq!(lit(&links(&page, "data-nav")), [&section.code], "{place}");
            let there = links(&page, "data-tab");
            assert_eq!(lit(&there), [&tab.code], "{place}");
            assert_eq!(there.len(), tabs.len(), "{place}");
        }
    }
}

#[tokio::test]
async fn every_section_and_every_tab_of_a_role_opens() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    cast.sign_in(&world).await;
    let school = format!("/o/{}/", world.own.code);
    for (who, home) in [
        ("director", school.as_str()),
        ("deputy", &school),
        ("admin", &school),
        ("secretary", &school),
        ("teacher", &school),
        ("class_teacher", &school),
        ("parent", "/my/day"),
        ("pupil", "/my/day"),
    ] {
        let mut client = world.client(&cast.of_name(who).token);
        walk(who, &mut client, home).await;
    }
}
