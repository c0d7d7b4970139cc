use axum::http::StatusCode;
use kernel::{Role, Scope};
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use super::support::{OneClass, PASSWORD, School, is_in, member, open, sign_in};

const ACCOUNTS: &str = "/o/g7/settings/accounts";

/// PPL-5: the list shows who can sign in, is filtered and exported, and holds no password.
#[tokio::test]
async fn accounts_are_listed() {
    let school = School::new().await;
    school
        .newcomer(31, "Новикова Вера Ильинична", Role::Teacher)
        .await;
    let mut admin = school.signed_in(&school.admin).await;
    let text = admin.get(ACCOUNTS).await.text();
    for name in [
        "Соколова Мария Петровна",
        "Козлов Дмитрий",
        "Новикова Вера Ильинична",
        "Пароль не выбран",
    ] {
        assert!(text.contains(name), "{name} in {text}");
    }
    assert!(!text.contains("argon2") && !text.contains("Чужой"));
    let teachers = admin
        .get(&format!(
            "{ACCOUNTS}?f.roles=%D0%A3%D1%87%D0%B8%D1%82%D0%B5%D0%BB%D1%8C&as=csv"
        ))
        .await;
    let csv = teachers.text();
    assert!(
        csv.contains("Новикова") && csv.contains("Иванов") && !csv.contains("Соколова"),
        "{csv}"
    );
}

/// PPL-5: slips are printed once; the codes work, and one line in the log tells how many.
#[tokio::test]
async fn slips_are_issued_in_bulk() {
    let school = School::new().await;
    let members: Vec<_> = (0..40)
        .map(|it| member(100 + it, "Новиков Иван Ильич", Role::Pupil, Scope::Org))
        .collect();
    let opened = open(&school.world, &school.identity, SCHOOL, &members).await;
    let ids: Vec<String> = opened.iter().map(|it| it.account.to_string()).collect();
    let mut form: Vec<(&str, &str)> = ids.iter().map(|it| ("ids", it.as_str())).collect();
    form.push(("action", "slips"));
    let mut admin = school.signed_in(&school.admin).await;
    let page = admin.post_form(ACCOUNTS, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    assert_eq!(text.matches("class=\"slip\"").count(), 40);
    assert_eq!(text.matches("<svg class=\"slip-qr\"").count(), 40);
    assert!(
        text.contains("исполнитель") && text.contains("Соколова"),
        "{text}"
    );
    let slip = text.split("<article class=\"slip\">").nth(1).unwrap();
    let code = slip
        .split("slip-code nowrap\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    let login = slip
        .split("<strong>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(
        sign_in(&mut school.browser(), login, code).await.location(),
        Some("/my/password")
    );
    let lines = "select count(*) from kernel.audit where action = 'identity.slips-issued' and details = '{\"count\": 40}'";
    assert_eq!(school.world.number(lines).await, 1);
    assert!(admin.get(ACCOUNTS).await.text().contains("Выдан"));
    let none = admin.post_form(ACCOUNTS, &[("action", "slips")]).await;
    assert_eq!(none.location(), Some(ACCOUNTS));
}

/// PPL-5: a reset password opens nothing more; the slip does.
#[tokio::test]
async fn a_reset_ends_password_and_sessions() {
    let school = School::new().await;
    let mut teacher = school.signed_in(&school.teacher).await;
    let mut admin = school.signed_in(&school.admin).await;
    let page = admin
        .post_form(&format!("{ACCOUNTS}/{}/reset", school.teacher.account), &[])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(!is_in(&mut teacher).await);
    assert_eq!(
        sign_in(&mut school.browser(), &school.teacher.login, PASSWORD)
            .await
            .status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let text = page.text();
    let code = text
        .split("slip-code nowrap\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(
        sign_in(&mut school.browser(), &school.teacher.login, code)
            .await
            .location(),
        Some("/my/password")
    );
}

/// PPL-5: a slip alone leaves the password as it is.
#[tokio::test]
async fn a_slip_alone_leaves_the_password() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let page = admin
        .post_form(&format!("{ACCOUNTS}/{}/slip", school.parent.account), &[])
        .await;
    assert!(page.text().contains("Козлова Анна Сергеевна"));
    school.signed_in(&school.parent).await;
}

/// SEC-3: blocking goes through the page, never against oneself.
#[tokio::test]
async fn an_account_is_blocked_and_opened_again() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let card = format!("{ACCOUNTS}/{}", school.parent.account);
    let mut parent = school.signed_in(&school.parent).await;
    assert_eq!(
        admin
            .post_form(&format!("{card}/block"), &[("reason", "потерян телефон")])
            .await
            .location(),
        Some(card.as_str())
    );
    assert!(!is_in(&mut parent).await);
    let text = admin.get(&card).await.text();
    assert!(text.contains("Заблокирована") && text.contains("потерян телефон"));
    admin.post_form(&format!("{card}/unblock"), &[]).await;
    assert!(!is_in(&mut parent).await, "the session ended for good");
    school.signed_in(&school.parent).await;
    admin.post_form(&format!("{card}/block"), &[]).await;
    school.signed_in(&school.parent).await;
    let own = format!("{ACCOUNTS}/{}/block", school.admin.account);
    admin.post_form(&own, &[]).await;
    assert!(
        admin
            .get(ACCOUNTS)
            .await
            .text()
            .contains("Себя заблокировать нельзя")
    );
    let history =
        "select count(*) from kernel.history where tbl = 'identity.membership' and op = 'U'";
    assert_eq!(school.world.number(history).await, 2);
}

/// SEC-2: a foreign administrator neither sees nor resets anybody here, and row policies show nothing.
#[tokio::test]
async fn a_foreign_administrator_finds_nobody() {
    let school = School::new().await;
    let mut stranger = school.signed_in(&school.stranger).await;
    for path in [
        ACCOUNTS.to_owned(),
        format!("{ACCOUNTS}/{}", school.teacher.account),
        "/o/g7/settings/access".to_owned(),
    ] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    for (id, verb) in [
        (school.teacher.account.get(), "reset"),
        (999_999, "reset"),
        (school.teacher.account.get(), "block"),
    ] {
        let path = format!("/o/s2/settings/accounts/{id}/{verb}");
        assert_eq!(
            stranger.post_form(&path, &[]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let ids = [
        ("action", "reset"),
        ("ids", &school.teacher.account.to_string()),
    ];
    assert_eq!(
        stranger
            .post_form("/o/s2/settings/accounts", &ids)
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert!(
        !stranger
            .get("/o/s2/settings/accounts")
            .await
            .text()
            .contains("Иванов")
    );
    school.signed_in(&school.teacher).await;

    let actor = testkit::actor(OTHER_SCHOOL, school.stranger.account.get(), Role::Admin);
    let seen = school
        .identity
        .members(&actor, &OneClass, None)
        .await
        .unwrap();
    assert_eq!(
        seen.members.len(),
        1,
        "row policies show the own organisation only"
    );
}

/// Security.md §5.2: one school cannot seize the account of somebody who is a member of another.
#[tokio::test]
async fn a_shared_account_is_not_reset_by_one_school() {
    let school = School::new().await;
    let mut tx = school
        .world
        .db()
        .begin_system(OTHER_SCHOOL.into())
        .await
        .unwrap();
    let member = member(22, "Иванов Пётр Ильич", Role::Teacher, Scope::Org);
    school
        .identity
        .join(&mut tx, &school.teacher.login, &member)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut stranger = school.signed_in(&school.stranger).await;
    let path = format!("/o/s2/settings/accounts/{}/reset", school.teacher.account);
    let refused = stranger.post_form(&path, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("и в другой организации"),
        "{}",
        refused.text()
    );
    school.signed_in(&school.teacher).await;
    assert_eq!(
        school
            .world
            .number("select count(*) from identity.slip")
            .await,
        0
    );
}

/// C6, S3:2.6: the class teacher hands out the slips of the own class and of nobody else.
#[tokio::test]
async fn a_class_teacher_issues_slips_for_the_own_class() {
    let school = School::new().await;
    let newcomer = school
        .newcomer(15, "Сидоров Олег Иванович", Role::Parent)
        .await;
    let mut teacher = school.signed_in(&school.teacher).await;
    let list = teacher.get(ACCOUNTS).await.text();
    assert!(list.contains("Козлова Анна") && list.contains("Козлов Дмитрий"));
    assert!(!list.contains("Соколова") && !list.contains("Сидоров"));
    let own = format!("{ACCOUNTS}/{}", school.parent.account);
    let card = teacher.get(&own).await;
    assert_eq!(card.status, StatusCode::OK);
    assert!(!card.text().contains("/block"), "blocking is the office's");
    let slip = teacher.post_form(&format!("{own}/slip"), &[]).await;
    assert!(slip.text().contains("Козлова Анна"), "{}", slip.text());
    let blocked = teacher.post_form(&format!("{own}/block"), &[]).await;
    assert_eq!(blocked.status, StatusCode::FORBIDDEN);
    for other in [&school.admin, &school.teacher, &newcomer] {
        for verb in ["", "/slip", "/reset"] {
            let path = format!("{ACCOUNTS}/{}{verb}", other.account);
            let answer = match verb {
                "" => teacher.get(&path).await,
                _ => teacher.post_form(&path, &[]).await,
            };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let mixed = [
        ("ids", school.parent.account.to_string()),
        ("ids", school.admin.account.to_string()),
        ("action", "slips".to_owned()),
    ];
    let mixed = mixed
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let answer = teacher.post_form(ACCOUNTS, &mixed).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// Every teacher has the page in the menu; whoever leads no class is told why
/// it is empty (C6).
#[tokio::test]
async fn a_teacher_without_a_class_is_told_so() {
    let school = School::new().await;
    let other = school
        .newcomer(15, "Сидоров Олег Иванович", Role::Teacher)
        .await;
    school.let_in(&other).await;
    let mut teacher = school.signed_in(&other).await;
    let list = teacher.get(ACCOUNTS).await.text();
    assert!(list.contains("У вас нет класса"), "{list}");
    assert!(!list.contains("Козлова Анна"), "{list}");
}

/// A parent who works at the school is not the class teacher's to let in: a
/// new password of the head would be the head's rights.
#[tokio::test]
async fn a_class_teacher_lets_nobody_of_the_staff_in() {
    let school = School::new().await;
    school
        .world
        .sql(&format!(
            "insert into identity.role_grant (org_id, account_id, role) values ({SCHOOL}, {}, 'director')",
            school.parent.account
        ))
        .await;
    let mut teacher = school.signed_in(&school.teacher).await;
    assert!(!teacher.get(ACCOUNTS).await.text().contains("Козлова Анна"));
    let path = format!("{ACCOUNTS}/{}/reset", school.parent.account);
    let answer = teacher.post_form(&path, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

/// Invariant 9: who may not gets 403, who is nobody the login page.
#[tokio::test]
async fn only_administrators_keep_accounts() {
    let school = School::new().await;
    let id = school.pupil.account;
    let posts = [
        ACCOUNTS.to_owned(),
        format!("{ACCOUNTS}/{id}/slip"),
        format!("{ACCOUNTS}/{id}/reset"),
        format!("{ACCOUNTS}/{id}/block"),
        format!("{ACCOUNTS}/{id}/unblock"),
    ];
    for who in [&school.parent, &school.pupil] {
        let mut browser = school.signed_in(who).await;
        for path in [ACCOUNTS.to_owned(), format!("{ACCOUNTS}/{id}")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN);
        }
        for path in &posts {
            let answer = browser
                .post_form(path, &[("ids", "1"), ("action", "slips")])
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    for path in &posts {
        assert_eq!(
            school.browser().post_form(path, &[]).await.status,
            StatusCode::SEE_OTHER
        );
    }
}
