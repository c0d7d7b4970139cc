use axum::http::StatusCode;
use kernel::{Grant, Role, Scope};
use serde_json::json;

use super::support::School;

const ACCESS: &str = "/o/g7/settings/access";

/// SEC-3: a role is given and taken back through the page, with history (R-20) and audit.
#[tokio::test]
async fn a_role_is_given_and_taken_back() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    assert!(admin.get(ACCESS).await.text().contains("Иванов Пётр Ильич"));
    let card = format!("{ACCESS}/{}", school.teacher.account);
    assert_eq!(admin.get(&card).await.status, StatusCode::OK);
    let form = [("role", "deputy"), ("scope", "org")];
    let given = admin.post_form(&card, &form).await;
    assert_eq!(given.location(), Some(card.as_str()), "{}", given.text());
    assert!(admin.get(&card).await.text().contains("Завуч"));
    let twice = admin.post_form(&card, &form).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.text().contains("Эта роль уже дана"));

    let id = school
        .world
        .number("select grant_id from identity.role_grant where role = 'deputy'")
        .await;
    let ended = admin.post_form(&format!("{card}/{id}/end"), &[]).await;
    assert_eq!(ended.location(), Some(card.as_str()));
    let missing = admin.post_form(&format!("{card}/{id}/end"), &[]).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);

    let actor = school.world.actor(school.admin.account.get(), Role::Admin);
    let mut tx = school.world.begin(&actor).await;
    let key = json!({ "grant_id": id });
    let changes = db::history::of(&mut tx, "identity.role_grant", &key)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(changes.len(), 2);
    assert!(
        changes
            .iter()
            .all(|it| it.account == Some(school.admin.account))
    );
    let audit = "select count(*) from kernel.audit where action in ('identity.granted', 'identity.grant-ended')";
    assert_eq!(school.world.number(audit).await, 2);
}

/// SEC-3: a scope that makes no sense is refused.
#[tokio::test]
async fn a_senseless_grant_is_refused() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let card = format!("{ACCESS}/{}", school.teacher.account);
    for (role, scope) in [
        ("parent", "org"),
        ("admin", "class:1"),
        ("teacher", "class"),
        ("teacher", "class:x"),
        ("wizard", "org"),
        ("", "org"),
        // Not of this organisation, or of none.
        ("teacher", "class:5"),
        ("teacher", "group:1"),
        ("parent", "child:12"),
    ] {
        let form = [("role", role), ("scope", scope)];
        let refused = admin.post_form(&card, &form).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{role} {scope}"
        );
    }
    let page = admin.get(&card).await.text();
    for option in [
        r#"<optgroup label="Классы"><option value="class:1">5А</option></optgroup>"#,
        r#"<option value="group:7">5А, Информатика, 1-я группа</option>"#,
        r#"<optgroup label="Дети, 5А"><option value="child:14">Козлов Дмитрий</option></optgroup>"#,
    ] {
        assert!(page.contains(option), "{option}: {page}");
    }
    let form = [("role", "parent"), ("scope", "child:14")];
    assert_eq!(
        admin.post_form(&card, &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(
        admin
            .get(&card)
            .await
            .text()
            .contains("Свой ребёнок: Козлов Дмитрий")
    );
    for id in [school.stranger.account.get(), 999_999] {
        let card = format!("{ACCESS}/{id}");
        assert_eq!(admin.get(&card).await.status, StatusCode::NOT_FOUND);
        let form = [("role", "deputy"), ("scope", "org")];
        assert_eq!(
            admin.post_form(&card, &form).await.status,
            StatusCode::NOT_FOUND
        );
    }
}

/// A7: the last administrator cannot go, not even when two go at once.
#[tokio::test]
async fn the_last_administrator_stays() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let id = school
        .world
        .number("select grant_id from identity.role_grant where role = 'admin' and org_id = 1001")
        .await;
    let end = format!("{ACCESS}/{}/{id}/end", school.admin.account);
    admin.post_form(&end, &[]).await;
    let page = admin.get(ACCESS).await;
    assert!(
        page.text().contains("последний администратор"),
        "{}",
        page.text()
    );

    let actor = school.world.actor(school.admin.account.get(), Role::Admin);
    let wish = Grant {
        role: Role::Admin,
        scope: Scope::Org,
    };
    school
        .identity
        .grant(&actor, school.teacher.account, wish)
        .await
        .unwrap();
    let grants = school.identity.access(&actor).await.unwrap();
    let ends = grants.into_iter().filter(|it| it.grant == wish).map(|it| {
        let (identity, actor) = (school.identity.clone(), actor.clone());
        tokio::spawn(async move { identity.end_grant(&actor, it.account, it.id).await.is_ok() })
    });
    let mut ended = 0;
    for it in ends.collect::<Vec<_>>() {
        ended += usize::from(it.await.unwrap());
    }
    assert_eq!(ended, 1);
    let blocked = school
        .identity
        .block(
            &actor,
            school.teacher.account,
            identity::Blocking::On {
                reason: "проверка"
            },
        )
        .await;
    let left = "select count(*) from identity.role_grant g join identity.membership m using (org_id, account_id)
                where g.role = 'admin' and g.org_id = 1001 and g.ended_at is null and m.blocked_at is null";
    drop(blocked);
    assert_eq!(school.world.number(left).await, 1);
}

/// S3:3.1: the deputy keeps roles, but makes no administrators.
#[tokio::test]
async fn only_an_administrator_makes_administrators() {
    let school = School::new().await;
    let deputy = school.world.actor(77, Role::Deputy);
    let teacher = school.teacher.account;
    let wish = |role| Grant {
        role,
        scope: Scope::Org,
    };
    school
        .identity
        .grant(&deputy, teacher, wish(Role::Secretary))
        .await
        .unwrap();
    assert!(matches!(
        school
            .identity
            .grant(&deputy, teacher, wish(Role::Admin))
            .await,
        Err(identity::Error::Denied(_))
    ));
    for who in [&school.teacher, &school.parent] {
        let mut browser = school.signed_in(who).await;
        let own = format!("{ACCESS}/{}", who.account);
        assert_eq!(browser.get(ACCESS).await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&own).await.status, StatusCode::FORBIDDEN);
        let form = [("role", "admin"), ("scope", "org")];
        assert_eq!(
            browser.post_form(&own, &form).await.status,
            StatusCode::FORBIDDEN
        );
        assert_eq!(
            browser.post_form(&format!("{own}/1/end"), &[]).await.status,
            StatusCode::FORBIDDEN
        );
    }
}
