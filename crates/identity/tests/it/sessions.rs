use axum::http::StatusCode;
use chrono::Duration;
use identity::Lifetimes;
use kernel::{Grant, Role, Scope};
use testkit::Client;

use super::support::{PASSWORD, School, is_in, sign_in};

/// Security.md §5.5: a token from before the sign-in is worth nothing after it.
#[tokio::test]
async fn a_planted_session_stays_worthless() {
    let school = School::new().await;
    let planted = "f".repeat(64);
    let mut victim = school.browser().with_cookie("sid", &planted);
    sign_in(&mut victim, &school.admin.login, PASSWORD).await;
    let token = victim.cookie("sid").unwrap().to_owned();
    assert_ne!(token, planted);
    assert!(!is_in(&mut school.browser().with_cookie("sid", &planted)).await);
    // A second sign-in in the same browser ends the first session on the server.
    sign_in(&mut victim, &school.admin.login, PASSWORD).await;
    assert_ne!(victim.cookie("sid").unwrap(), token);
    assert!(!is_in(&mut school.browser().with_cookie("sid", &token)).await);
    let kept = school
        .world
        .number("select count(*) from identity.session")
        .await;
    assert_eq!(kept, 1);
}

/// The token is not in the database, only its digest.
#[tokio::test]
async fn the_database_does_not_know_the_token() {
    let school = School::new().await;
    let browser = school.signed_in(&school.admin).await;
    let token = browser.cookie("sid").unwrap();
    let found =
        format!("select count(*) from identity.session s where to_jsonb(s)::text like '%{token}%'");
    assert_eq!(school.world.number(&found).await, 0);
    assert_eq!(token.len(), 64);
}

/// Signing out ends the session on the server and clears what the browser kept.
#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let school = School::new().await;
    let mut browser = school.signed_in(&school.admin).await;
    let token = browser.cookie("sid").unwrap().to_owned();
    let answer = browser.post_form("/logout", &[]).await;
    assert_eq!(answer.location(), Some("/login"));
    assert!(
        answer
            .header("clear-site-data")
            .unwrap()
            .contains("storage")
    );
    assert!(browser.cookie("sid").is_none());
    assert!(!is_in(&mut school.browser().with_cookie("sid", &token)).await);
    assert_eq!(
        school.browser().post_form("/logout", &[]).await.location(),
        Some("/login")
    );
}

/// SEC-3: who is blocked or loses a role, loses it at the next request.
#[tokio::test]
async fn rights_act_on_the_next_request() {
    let school = School::new().await;
    let actor = school.world.actor(school.admin.account.get(), Role::Admin);
    let mut teacher = school.signed_in(&school.teacher).await;
    let accounts = "/o/g7/settings/access";
    assert_eq!(teacher.get(accounts).await.status, StatusCode::FORBIDDEN);
    let admin = Grant {
        role: Role::Admin,
        scope: Scope::Org,
    };
    school
        .identity
        .grant(&actor, school.teacher.account, admin)
        .await
        .unwrap();
    assert_eq!(teacher.get(accounts).await.status, StatusCode::OK);
    let all = school.identity.access(&actor).await.unwrap();
    let granted = all
        .iter()
        .find(|it| it.account == school.teacher.account && it.grant == admin)
        .unwrap();
    school
        .identity
        .end_grant(&actor, granted.account, granted.id)
        .await
        .unwrap();
    assert_eq!(teacher.get(accounts).await.status, StatusCode::FORBIDDEN);
    school
        .identity
        .block(
            &actor,
            school.teacher.account,
            identity::Blocking::On {
                reason: "проверка"
            },
        )
        .await
        .unwrap();
    assert_eq!(teacher.get(accounts).await.status, StatusCode::SEE_OTHER);
    school
        .identity
        .block(&actor, school.teacher.account, identity::Blocking::Off)
        .await
        .unwrap();
    assert_eq!(teacher.get(accounts).await.status, StatusCode::SEE_OTHER);
}

async fn minutes_later(school: &School, browser: &mut Client, minutes: i64) -> bool {
    school.world.clock().advance(Duration::minutes(minutes));
    is_in(browser).await
}

/// Security.md §5.5: staff go out after 15 idle minutes and 12 hours, families stay.
#[tokio::test]
async fn sessions_end_by_the_clock() {
    let school = School::new().await;
    let mut staff = school.signed_in(&school.teacher).await;
    let mut family = school.signed_in(&school.parent).await;
    for _ in 0..5 {
        assert!(minutes_later(&school, &mut staff, 14).await);
    }
    assert!(!minutes_later(&school, &mut staff, 16).await);
    assert!(minutes_later(&school, &mut family, 6 * 24 * 60).await);
    assert!(!minutes_later(&school, &mut family, 7 * 24 * 60 + 1).await);

    let lifetimes = Lifetimes {
        staff_idle: Duration::days(2),
        ..Lifetimes::default()
    };
    let school = School::with(lifetimes).await;
    let mut staff = school.signed_in(&school.teacher).await;
    assert!(minutes_later(&school, &mut staff, 11 * 60).await);
    assert!(!minutes_later(&school, &mut staff, 61).await);
}

/// The idle time is written at most once a minute, and old sessions are swept.
#[tokio::test]
async fn the_gate_writes_seldom() {
    let school = School::new().await;
    let mut browser = school.signed_in(&school.teacher).await;
    let written = "select (select xmin::text::bigint from identity.session)";
    let before = school.world.number(written).await;
    assert!(is_in(&mut browser).await && is_in(&mut browser).await);
    assert_eq!(school.world.number(written).await, before);
    assert!(minutes_later(&school, &mut browser, 1).await);
    assert_ne!(school.world.number(written).await, before);
    school.world.clock().advance(Duration::days(2));
    school.identity.sweep().await.unwrap();
    assert_eq!(
        school
            .world
            .number("select count(*) from identity.session")
            .await,
        0
    );
}
