//! The pages of the rules render, whatever the rule, and keep what was typed.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use axum::http::StatusCode;
use kernel::{Fault, Grant, Role, Scope};
use testkit::{Client, world::SCHOOL};
use web::{Gate, Limits, Me, Membership, Templates, Views, ViewsSetup, WebConfig};

use crate::support::{DEPUTY, REGION, School};

/// Who is signed in follows from the cookie alone.
struct ByCookie;

const CAST: [(&str, i64, Role, i64); 3] = [
    ("deputy", DEPUTY, Role::Deputy, SCHOOL),
    ("teacher", 21, Role::Teacher, SCHOOL),
    ("region", 1, Role::RegionAdmin, REGION),
];

#[async_trait]
impl Gate for ByCookie {
    async fn whois(&self, token: &str) -> Result<Option<Me>, Box<dyn Fault>> {
        let found = CAST.into_iter().find(|it| it.0 == token);
        Ok(found.map(|(_, person, role, org)| me(org, person, role)))
    }
}

fn me(org: i64, person: i64, role: Role) -> Me {
    Me {
        account: person.into(),
        name: "Иванова Ольга Петровна".to_owned(),
        initials: "Иванова О. П.".to_owned(),
        login: "ivanovaop".to_owned(),
        must_change_password: false,
        bounds: web::Bounds::default(),
        memberships: vec![Membership {
            views_at: vec![],
            org: org.into(),
            code: if org == SCHOOL { "g7" } else { "krai" }.to_owned(),
            name: "Гимназия № 7".to_owned(),
            short_name: "Гимназия".to_owned(),
            zone: "Europe/Moscow".to_owned(),
            person: person.into(),
            grants: kernel::Grants::from_iter([Grant {
                role,
                scope: Scope::Org,
            }]),
        }],
    }
}

fn browser(school: &School, who: &str) -> Client {
    let names = ["app.css", "app.js", "icons.svg"];
    let views = Views::load(ViewsSetup {
        templates: Templates::Own,
        assets: BTreeMap::from(names.map(|it| (it.to_owned(), format!("/assets/{it}")))),
        nav: vec![],
        system: "Звонок".to_owned(),
        clock: school.world.clock().clone(),
    })
    .expect("templates and words load");
    let config = WebConfig {
        gate: Arc::new(ByCookie),
        views: views.clone(),
        https: false,
        proxies: vec![],
        origins: vec![],
        limits: Limits::default(),
    };
    let router = deadlines::rules_router(school.deadlines.clone(), views);
    let (router, _) = web::layers(router, config).expect("the layers fit");
    Client::new(router).with_cookie("sid", who)
}

#[tokio::test]
async fn every_rule_has_a_page_for_those_who_decide_and_those_who_read() {
    let school = School::new(&["journal.lesson"]).await;
    school.go_to("2026-09-10");
    for who in ["deputy", "teacher"] {
        let mut browser = browser(&school, who);
        for show in ["on", "off", "waiting", "all"] {
            let page = browser
                .get(&format!("/o/g7/settings/deadlines?show={show}"))
                .await;
            assert_eq!(page.status, StatusCode::OK, "{show}: {}", page.text());
        }
        for rule in deadlines::rules() {
            let page = browser
                .get(&format!(
                    "/o/g7/settings/deadlines/{}?on=01.10.2026",
                    rule.id
                ))
                .await;
            assert_eq!(page.status, StatusCode::OK, "{}: {}", rule.id, page.text());
            assert!(page.text().contains(&rule.what), "{}", rule.id);
        }
    }
    let page = browser(&school, "region")
        .get("/o/krai/settings/deadlines/R-8.4")
        .await;
    assert!(
        page.text().contains("allow_later"),
        "the region sets limits"
    );
}

/// DLN-2: days off are entered where they are decided, and count below.
#[tokio::test]
async fn days_off_are_entered_and_taken_back() {
    let school = School::new(&["journal.lesson"]).await;
    school.go_to("2026-09-10");
    let mut region = browser(&school, "region");
    let at = "/o/krai/settings/workdays";
    let day = [("day", "21.04.2027"), ("name", "Радоница"), ("works", "0")];
    let added = region.post_form(&format!("{at}/days"), &day).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let wrong = [("day", "31.02.2027"), ("name", ""), ("works", "0")];
    let refused = region.post_form(&format!("{at}/days"), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut deputy = browser(&school, "deputy");
    let here = deputy.get("/o/g7/settings/workdays").await;
    for text in ["Радоница", "Край", "247", "предварительный"] {
        assert!(here.text().contains(text), "{text}");
    }
    assert!(
        !here.text().contains("removal"),
        "what the region decided stays"
    );
    let gone = deputy
        .post_form("/o/g7/settings/workdays/removal", &[("day", "21.04.2027")])
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let week = deputy
        .post_form("/o/g7/settings/workdays", &[("week", "6")])
        .await;
    assert_eq!(week.status, StatusCode::SEE_OTHER);
    assert!(
        deputy
            .get("/o/g7/settings/workdays")
            .await
            .text()
            .contains("298"),
        "299 without the day"
    );
    let gone = region
        .post_form(&format!("{at}/removal"), &[("day", "21.04.2027")])
        .await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_rule_is_changed_by_its_form() {
    let school = School::new(&["journal.lesson"]).await;
    school.go_to("2026-09-10");
    let mut browser = browser(&school, "deputy");
    let at = "/o/g7/settings/deadlines/R-8.4";
    let form = |n| {
        [
            ("version", "0"),
            ("on", "1"),
            ("n", n),
            ("unit", "calendar_days"),
            ("before", "3, 1"),
            ("remind", "owner"),
            ("remind", "class_teacher"),
            ("after_deputy", "1"),
            ("after_director", "3"),
            ("since", ""),
        ]
    };
    let refused = browser.post_form(at, &form("21")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("href=\"#n\""), "{}", refused.text());
    assert!(
        refused.text().contains("value=\"21\""),
        "what was typed stays"
    );
    assert!(refused.text().contains("value=\"class_teacher\" checked"));

    let saved = browser.post_form(at, &form("7")).await;
    assert_eq!(
        (saved.status, saved.location()),
        (StatusCode::SEE_OTHER, Some(at))
    );
    let stale = browser.post_form(at, &form("7")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let list = browser.get("/o/g7/settings/deadlines").await;
    assert!(list.text().contains("раз в 7 дн., без каникул"));
    let (page, statements) = db::statements::counted(browser.get(at)).await;
    assert!(
        page.text().contains("10.09.2026") && statements <= 8,
        "{statements}"
    );
    let back = browser
        .post_form(&format!("{at}/withdrawal"), &[("version", "1")])
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
}
