use axum::http::StatusCode;
use chrono::Duration;
use kernel::Role;

use super::support::{PASSWORD, School, is_in, sign_in};

const NEW: &str = "зелёный кит плывёт";

/// P8: the slip's QR code, a password, and one is in; the second time it says why not.
#[tokio::test]
async fn a_slip_opens_once() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Parent)
        .await;
    let (_, code) = school.slip(&newcomer).await;
    let start = format!("/start/{code}");
    let mut phone = school.browser();
    for _ in 0..2 {
        let page = phone.get(&start).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.text().contains("Новикова Вера Ильинична"));
    }
    let chosen = phone
        .post_form(&start, &[("password", NEW), ("again", NEW)])
        .await;
    assert_eq!(chosen.location(), Some("/my/day"), "{}", chosen.text());
    assert!(is_in(&mut phone).await);

    let mut other = school.browser();
    let used = other.get(&start).await;
    assert_eq!(used.status, StatusCode::GONE);
    let text = used.text();
    assert!(text.contains("Этот код уже использован"), "{text}");
    assert!(text.contains("классного руководителя") && text.contains("Соколова Мария Петровна"));
    let again = other
        .post_form(&start, &[("password", NEW), ("again", NEW)])
        .await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(!is_in(&mut other).await);
    assert_eq!(
        sign_in(&mut other, &newcomer.login, NEW).await.location(),
        Some("/my/day")
    );
}

/// PPL-5: a slip is good for a fortnight, and a new one voids the old.
#[tokio::test]
async fn a_slip_ends() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Parent)
        .await;
    let (_, old) = school.slip(&newcomer).await;
    let (_, new) = school.slip(&newcomer).await;
    let voided = school.browser().get(&format!("/start/{old}")).await;
    assert_eq!(voided.status, StatusCode::GONE);
    assert!(voided.text().contains("заменён новым листком"));
    school.world.clock().advance(Duration::days(14));
    let expired = school.browser().get(&format!("/start/{new}")).await;
    assert!(expired.text().contains("Срок действия кода вышел"));
    for nonsense in [
        "zzzz",
        "abcdefghjkmn",
        "%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C",
    ] {
        let answer = school.browser().get(&format!("/start/{nonsense}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nonsense}");
    }
}

/// Security.md §5.2: only the digest of a code is kept.
#[tokio::test]
async fn the_database_does_not_know_the_code() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Parent)
        .await;
    let (grouped, plain) = school.slip(&newcomer).await;
    for code in [grouped, plain] {
        let found =
            format!("select count(*) from identity.slip s where to_jsonb(s)::text like '%{code}%'");
        assert_eq!(school.world.number(&found).await, 0);
    }
}

/// PPL-5: a bad password is refused with the reason, and the slip stays good.
#[tokio::test]
async fn a_bad_password_does_not_use_the_slip_up() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Teacher)
        .await;
    let (_, code) = school.slip(&newcomer).await;
    let start = format!("/start/{code}");
    let mut browser = school.browser();
    for (password, again, why) in [
        ("короткий", "короткий", "короче 12 знаков"),
        ("Новикова2026!", "Новикова2026!", "легко угадать"),
        (NEW, "другой", "не совпадают"),
        ("", "", "Введите пароль"),
    ] {
        let refused = browser
            .post_form(&start, &[("password", password), ("again", again)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains(why), "{why}: {}", refused.text());
        assert!(password.is_empty() || !refused.text().contains(&format!("value=\"{password}\"")));
    }
    let chosen = browser
        .post_form(&start, &[("password", NEW), ("again", NEW)])
        .await;
    assert_eq!(chosen.location(), Some("/o/g7/"));
}

/// PPL-5: the code in place of the password leads to the choice of a password and nowhere else.
#[tokio::test]
async fn the_code_at_the_login_page_leads_to_the_choice_of_a_password() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Admin)
        .await;
    let (grouped, _) = school.slip(&newcomer).await;
    let mut browser = school.browser();
    let form = [
        ("login", newcomer.login.as_str()),
        ("password", grouped.as_str()),
        ("next", "/o/g7/settings/access"),
    ];
    assert_eq!(
        browser.post_form("/login", &form).await.location(),
        Some("/my/password")
    );
    for closed in ["/my/settings", "/o/g7/settings/accounts"] {
        assert_eq!(browser.get(closed).await.location(), Some("/my/password"));
    }
    let page = browser.get("/my/password").await;
    assert!(
        page.text().contains("Вы вошли с кодом листка")
            && !page.text().contains("name=\"current\"")
    );
    let chosen = browser
        .post_form("/my/password", &[("password", NEW), ("again", NEW)])
        .await;
    assert_eq!(chosen.location(), Some("/o/g7/"), "{}", chosen.text());
    assert!(is_in(&mut browser).await);
    let used = sign_in(&mut school.browser(), &newcomer.login, &grouped).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The code of one person opens nobody else's account.
    let (grouped, _) = school.slip(&newcomer).await;
    let foreign = sign_in(&mut school.browser(), &school.admin.login, &grouped).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        sign_in(&mut school.browser(), &school.admin.login, PASSWORD)
            .await
            .status,
        StatusCode::SEE_OTHER
    );
}

/// Of two browsers with one slip, one comes first.
#[tokio::test]
async fn two_browsers_cannot_use_one_slip() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(31, "Новикова Вера Ильинична", Role::Parent)
        .await;
    let (_, code) = school.slip(&newcomer).await;
    let tries = (0..2).map(|_| {
        let (mut browser, start) = (school.browser(), format!("/start/{code}"));
        tokio::spawn(async move {
            browser
                .post_form(&start, &[("password", NEW), ("again", NEW)])
                .await
                .status
        })
    });
    let mut statuses = vec![];
    for it in tries.collect::<Vec<_>>() {
        statuses.push(it.await.unwrap().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}
