use axum::http::StatusCode;
use kernel::Role;

use super::support::School;

const ACCOUNTS: &str = "/o/g7/settings/accounts";
const VIEWS: &str = "/o/g7/views";
const ONLY_TEACHERS: &str = "f.roles=%D0%A3%D1%87%D0%B8%D1%82%D0%B5%D0%BB%D1%8C";

fn wish<'a>(name: &'a str, query: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("place", "/settings/accounts"),
        ("name", name),
        ("query", query),
    ]
}

/// The number of the view in an address such as `/o/g7/settings/accounts?view=3`.
fn number(location: Option<&str>) -> String {
    let location = location.expect("a redirect");
    location.rsplit('=').next().unwrap().to_owned()
}

/// Check 37: a view opens by default, survives signing out and is shared by its link.
#[tokio::test]
async fn a_view_is_kept_opened_by_default_and_shared() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    assert!(admin.get(ACCOUNTS).await.text().contains("Козлова"));
    let mut default = wish("Учителя", ONLY_TEACHERS);
    default.push(("default", "1"));
    let kept = admin.post_form(VIEWS, &default).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let id = number(kept.location());
    let only_teachers = |page: &str| page.contains("Иванов Пётр") && !page.contains("Козлова");

    let mut later = school.signed_in(&school.admin).await;
    assert!(only_teachers(&later.get(ACCOUNTS).await.text()));
    let all = later.get(&format!("{ACCOUNTS}?view=0")).await.text();
    assert!(all.contains("Козлова"), "the view can be left");

    let second = school
        .newcomer(21, "Орлова Нина Павловна", Role::Admin)
        .await;
    school
        .world
        .sql(&format!(
            "update identity.account set password_hash =
                 (select password_hash from identity.account where account_id = {}), must_change = false
             where account_id = {}",
            school.admin.account, second.account
        ))
        .await;
    let mut colleague = school.signed_in(&second).await;
    assert!(colleague.get(ACCOUNTS).await.text().contains("Козлова"));
    let shared = colleague.get(&format!("{ACCOUNTS}?view={id}")).await.text();
    assert!(only_teachers(&shared));
    for verb in ["default", "remove"] {
        let path = format!("{VIEWS}/{id}/{verb}");
        let answer = colleague.post_form(&path, &[("on", "1")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "another's: {verb}");
    }

    let off = format!("{VIEWS}/{id}/default");
    later.post_form(&off, &[("on", "0")]).await;
    assert!(later.get(ACCOUNTS).await.text().contains("Козлова"));
    let removed = later.post_form(&format!("{VIEWS}/{id}/remove"), &[]).await;
    assert_eq!(removed.location(), Some(ACCOUNTS));
    let gone = colleague.get(&format!("{ACCOUNTS}?view={id}")).await;
    assert!(gone.text().contains("Козлова"), "a removed view shows all");
}

/// Invariant 9: a view of another school is no view; it gives no right to a list.
#[tokio::test]
async fn a_view_opens_no_other_school_and_no_closed_list() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let kept = admin
        .post_form(VIEWS, &wish("Учителя", ONLY_TEACHERS))
        .await;
    let id = number(kept.location());

    let mut stranger = school.signed_in(&school.stranger).await;
    let page = stranger
        .get(&format!("/o/s2/settings/accounts?view={id}"))
        .await;
    assert!(page.text().contains("Чужой"), "its own list as it is");
    assert!(!page.text().contains("Учителя"));
    let path = format!("/o/s2/views/{id}/remove");
    let answer = stranger.post_form(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let path = format!("{VIEWS}/{id}/remove");
    let answer = stranger.post_form(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);

    let mut parent = school.signed_in(&school.parent).await;
    let page = parent.get(&format!("{ACCOUNTS}?view={id}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

/// Whatever the hidden fields say, the answer leads to no other site.
#[tokio::test]
async fn a_forged_view_is_refused() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    for place in ["//evil.example", "evil", "/a?b", "/a b", ""] {
        let forged = [("place", place), ("name", "x"), ("query", "")];
        let answer = admin.post_form(VIEWS, &forged).await;
        assert!(
            answer.status.is_client_error(),
            "{place}: {}",
            answer.status
        );
    }
    for name in ["", &"я".repeat(61)] {
        let answer = admin.post_form(VIEWS, &wish(name, "q=a")).await;
        assert_eq!(
            answer.location(),
            Some("/o/g7/settings/accounts?q=a"),
            "what was filtered stays"
        );
    }
}
