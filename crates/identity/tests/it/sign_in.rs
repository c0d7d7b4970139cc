use axum::http::StatusCode;
use testkit::world::SCHOOL;

use super::support::{PASSWORD, School, is_in, member, sign_in};
use kernel::{Role, Scope};

/// PPL-5: login and password open the organisation; families begin with their day.
#[tokio::test]
async fn each_begins_where_they_belong() {
    let school = School::new().await;
    for (who, home) in [
        (&school.admin, "/o/g7/"),
        (&school.teacher, "/o/g7/"),
        (&school.parent, "/my/day"),
        (&school.pupil, "/my/day"),
    ] {
        let mut browser = school.browser();
        assert_eq!(browser.get("/login").await.status, StatusCode::OK);
        let answer = sign_in(
            &mut browser,
            &format!(" {} ", who.login.to_uppercase()),
            PASSWORD,
        )
        .await;
        assert_eq!(answer.location(), Some(home));
        assert!(is_in(&mut browser).await);
        assert_eq!(browser.get("/login").await.location(), Some(home));
    }
}

/// SEC-4: one message whatever was wrong, and nothing typed as password comes back.
#[tokio::test]
async fn every_failure_looks_the_same() {
    let school = School::new().await;
    let blocked = &school.teacher;
    let actor = school.world.actor(school.admin.account.get(), Role::Admin);
    school
        .identity
        .block(
            &actor,
            blocked.account,
            identity::Blocking::On {
                reason: "проверка"
            },
        )
        .await
        .unwrap();
    let mut pages = vec![];
    for (login, password) in [
        ("nobody", PASSWORD),
        (school.admin.login.as_str(), "не тот пароль"),
        (blocked.login.as_str(), PASSWORD),
    ] {
        let mut browser = school.browser();
        let answer = sign_in(&mut browser, login, password).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(browser.cookie("sid").is_none());
        let text = answer.text();
        assert!(
            text.contains("Логин и пароль не подходят друг к другу") && !text.contains(password)
        );
        let nonce = text
            .split("nonce=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        pages.push(text.replace(login, "*").replace(&nonce, "*"));
    }
    assert!(pages.iter().all(|it| it == &pages[0]));
    assert_eq!(
        sign_in(&mut school.browser(), "", "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

/// Security.md §5.5: `next` leads to this site and nowhere else.
#[tokio::test]
async fn next_leads_to_this_site_only() {
    let school = School::new().await;
    let go = async |next: &str| {
        let form = [
            ("login", school.admin.login.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        school
            .browser()
            .post_form("/login", &form)
            .await
            .location()
            .map(str::to_owned)
    };
    assert_eq!(
        go("/o/g7/settings/access?sort=name").await.unwrap(),
        "/o/g7/settings/access?sort=name"
    );
    for bad in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
    ] {
        assert_eq!(go(bad).await.unwrap(), "/o/g7/", "{bad:?}");
    }
    let mut anonymous = school.browser();
    let sent = anonymous.get("/o/g7/settings/access").await;
    assert_eq!(sent.location(), Some("/login?next=/o/g7/settings/access"));
    let page = anonymous.get("/login?next=/o/g7/settings/access").await;
    assert!(
        page.text()
            .contains("name=\"next\" value=\"/o/g7/settings/access\"")
    );
}

/// УПД.8: after signing in one sees the time before and the failures since.
#[tokio::test]
async fn the_time_before_is_shown() {
    let school = School::new().await;
    school.signed_in(&school.admin).await;
    sign_in(&mut school.browser(), &school.admin.login, "не тот пароль").await;
    school.world.clock().advance(chrono::Duration::hours(1));
    let mut browser = school.signed_in(&school.admin).await;
    let page = browser.get("/my/settings").await.text();
    assert!(
        page.contains("Последний вход: 20.11.2026 11:00. Неудачных попыток после него: 1"),
        "{page}"
    );
    let entries = school
        .world
        .number("select count(*) from kernel.audit where action in ('identity.sign-in', 'identity.sign-in-failed')")
        .await;
    assert_eq!(entries, 3);
}

/// One account, two organisations: the URL tells in which one acts.
#[tokio::test]
async fn one_account_may_belong_to_two_organisations() {
    let school = School::new().await;
    let mut tx = school.world.db().begin_system(school_two()).await.unwrap();
    let member = member(21, "Соколова Мария Петровна", Role::Admin, Scope::Org);
    school
        .identity
        .join(&mut tx, &school.admin.login, &member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut browser = school.signed_in(&school.admin).await;
    for org in ["g7", "s2"] {
        let list = browser.get(&format!("/o/{org}/settings/accounts")).await;
        assert_eq!(list.status, StatusCode::OK);
        assert_eq!(list.text().contains("Иванов"), org == "g7");
    }
    let both = browser.get("/my/settings").await.text();
    assert!(both.contains("/o/g7/") && both.contains("/o/s2/"));
    assert_eq!(
        school
            .world
            .number(&format!(
                "select count(*) from identity.membership where org_id = {SCHOOL}"
            ))
            .await,
        4
    );
}

fn school_two() -> kernel::OrgId {
    testkit::world::OTHER_SCHOOL.into()
}
