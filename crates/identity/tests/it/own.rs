use axum::http::StatusCode;

use super::support::{PASSWORD, School, is_in, sign_in};

const NEW: &str = "зелёный кит плывёт";

/// PPL-5: a new password ends every other session and works at once.
#[tokio::test]
async fn a_password_is_changed() {
    let school = School::new().await;
    let mut here = school.signed_in(&school.teacher).await;
    let mut there = school.signed_in(&school.teacher).await;
    let form = |current: &'static str, new: &'static str| {
        [("current", current), ("password", new), ("again", new)]
    };
    let wrong = here
        .post_form("/my/password", &form("не тот пароль", NEW))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("current-error"), "{}", wrong.text());
    let weak = here
        .post_form("/my/password", &form(PASSWORD, "пароль123456789"))
        .await;
    assert!(weak.text().contains("password-error"), "{}", weak.text());
    let changed = here.post_form("/my/password", &form(PASSWORD, NEW)).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text());
    assert!(is_in(&mut here).await && !is_in(&mut there).await);
    assert_eq!(
        sign_in(&mut school.browser(), &school.teacher.login, PASSWORD)
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        sign_in(&mut school.browser(), &school.teacher.login, NEW)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

/// Security.md §5.3: an open browser is no way to guess the password quickly.
#[tokio::test]
async fn guessing_the_current_password_waits() {
    let school = School::new().await;
    let mut browser = school.signed_in(&school.teacher).await;
    let form = [
        ("current", "не тот пароль"),
        ("password", NEW),
        ("again", NEW),
    ];
    for _ in 0..10 {
        assert_eq!(
            browser.post_form("/my/password", &form).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    assert_eq!(
        browser.post_form("/my/password", &form).await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

/// `/my/settings`: one sees one's sessions and ends them; never somebody else's.
#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let school = School::new().await;
    let mut here = school.signed_in(&school.teacher).await;
    let mut phone = school.signed_in(&school.teacher).await;
    let mut third = school.signed_in(&school.teacher).await;
    let mut admin = school.signed_in(&school.admin).await;
    let page = here.get("/my/settings").await.text();
    assert!(
        page.contains("это устройство") && page.contains("Завершить все остальные"),
        "{page}"
    );
    let of = |login: &str| {
        format!(
            "select max(session_id) from identity.session join identity.account using (account_id) where login = '{login}'"
        )
    };
    let foreign = school.world.number(&of(&school.admin.login)).await;
    let end = |id: i64| format!("/my/settings/sessions/{id}/end");
    assert_eq!(
        here.post_form(&end(foreign), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let last = school.world.number(&of(&school.teacher.login)).await;
    assert_eq!(
        here.post_form(&end(last), &[]).await.location(),
        Some("/my/settings")
    );
    assert!(!is_in(&mut third).await && is_in(&mut phone).await);
    assert_eq!(
        here.post_form("/my/settings/sessions/others/end", &[])
            .await
            .location(),
        Some("/my/settings")
    );
    assert!(is_in(&mut here).await && !is_in(&mut phone).await && is_in(&mut admin).await);
    for path in ["/my/settings", "/my/password"] {
        assert_eq!(
            school.browser().get(path).await.status,
            StatusCode::SEE_OTHER
        );
    }
    for path in ["/my/password", "/my/settings/sessions/others/end", &end(1)] {
        assert_eq!(
            school.browser().post_form(path, &[]).await.status,
            StatusCode::SEE_OTHER
        );
    }
}
