use axum::http::StatusCode;
use chrono::Duration;

use super::support::{PASSWORD, School, sign_in};

/// SEC-4: guesses from unknown devices wait, the owner's device does not.
#[tokio::test]
async fn strangers_wait_and_the_owner_does_not() {
    let school = School::new().await;
    let mut owner = school.signed_in(&school.admin).await;
    owner.post_form("/logout", &[]).await;
    assert!(owner.cookie("device").is_some());
    for _ in 0..5 {
        let answer = sign_in(&mut school.browser(), &school.admin.login, "не тот пароль").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let waits = sign_in(&mut school.browser(), &school.admin.login, PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(waits.header("retry-after"), Some("1"));
    assert!(waits.text().contains("Подождите 1 с"));
    let at_once = sign_in(&mut owner, &school.admin.login, PASSWORD).await;
    assert_eq!(at_once.status, StatusCode::SEE_OTHER);
    school.world.clock().advance(Duration::seconds(1));
    school.signed_in(&school.admin).await;
}

/// SEC-4: an unknown login is counted like a known one.
#[tokio::test]
async fn an_unknown_login_waits_too() {
    let school = School::new().await;
    for _ in 0..5 {
        sign_in(&mut school.browser(), "nobody", "не тот пароль").await;
    }
    let waits = sign_in(&mut school.browser(), "nobody", "не тот пароль").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        school
            .world
            .number("select count(*) from identity.failed_from")
            .await,
        1
    );
}

/// SEC-4: a school behind one address is not locked out by its own mistakes.
#[tokio::test]
async fn a_school_behind_one_address_gets_in() {
    let school = School::new().await;
    for number in 0..45 {
        let login = format!("pupil{number}");
        sign_in(&mut school.browser(), &login, "не тот пароль").await;
    }
    for who in [
        &school.admin,
        &school.teacher,
        &school.parent,
        &school.pupil,
    ] {
        sign_in(&mut school.browser(), &who.login, "не тот пароль").await;
        school.signed_in(who).await;
    }
}

/// A hundred guesses at once are counted one by one.
#[tokio::test]
async fn guesses_at_once_are_counted_one_by_one() {
    let school = School::new().await;
    let guesses = (0..12).map(|_| {
        let (mut browser, login) = (school.browser(), school.admin.login.clone());
        tokio::spawn(async move {
            sign_in(&mut browser, &login, "не тот пароль").await.status
        })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        looked_at += usize::from(guess.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(looked_at, 5);
}
