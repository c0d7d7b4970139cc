//! ORG-5: the editor of rights (SEC-3, `reports-and-rules.md` §10).

use axum::http::StatusCode;
use identity::MemberLogin;
use kernel::{Role, Scope};
use testkit::{Answer, Client, world::SCHOOL};

use super::support::{School, member, open};

const RIGHTS: &str = "/o/g7/settings/rights";
const ACCOUNTS: &str = "/o/g7/settings/accounts";
const ALL: &str = "1";
const NONE: &str = "0";
const CLASS: &str = "2";
const REASON: (&str, &str) = ("reason", "приказ № 45");

async fn save(who: &mut Client, role: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = vec![REASON, ("version", version)];
    form.extend_from_slice(fields);
    who.post_form(&format!("{RIGHTS}/{role}"), &form).await
}

async fn deputy(school: &School) -> (MemberLogin, Client) {
    let login = school
        .newcomer(21, "Завуч Ольга Ивановна", Role::Deputy)
        .await;
    let password = "update identity.account a set must_change = false,
         password_hash = (select password_hash from identity.account where password_hash is not null limit 1)
         where password_hash is null";
    school.world.sql(password).await;
    let client = school.signed_in(&login).await;
    (login, client)
}

/// A region above the school, with its administrator.
async fn region(school: &School) -> Client {
    school
        .world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
                 (901, 'region', 'kuban', 'Край', 'Край'), (902, 'municipality', 'krymsk', 'Район', 'Район');
             update org.organisation set parent_id = 901 where org_id = 902;
             update org.organisation set parent_id = 902 where org_id = {SCHOOL}"
        ))
        .await;
    let members = [member(
        31,
        "Краева Инна Петровна",
        Role::RegionAdmin,
        Scope::Org,
    )];
    let opened = open(&school.world, &school.identity, 901, &members).await;
    let password = "update identity.account a set must_change = false,
         password_hash = (select password_hash from identity.account where password_hash is not null limit 1)
         where password_hash is null";
    school.world.sql(password).await;
    school.signed_in(&opened[0]).await
}

async fn of_region(who: &mut Client, role: &str, version: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = vec![REASON, ("version", version)];
    form.extend_from_slice(fields);
    who.post_form(&format!("/o/kuban/settings/rights/{role}"), &form)
        .await
}

/// ORG-5: a right taken away acts on the next request, is seen as a difference,
/// is kept with who, when and why, and comes back.
#[tokio::test]
async fn a_changed_right_acts_on_the_next_request() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let (_, mut deputy) = deputy(&school).await;
    assert_eq!(deputy.get(ACCOUNTS).await.status, StatusCode::OK);
    let sheet = admin.get(RIGHTS).await;
    assert!(sheet.text().contains("Всё так, как в регионе"));

    let taken = save(&mut admin, "deputy", "0", &[("right.account_view", NONE)]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    assert_eq!(deputy.get(ACCOUNTS).await.status, StatusCode::FORBIDDEN);
    let sheet = admin.get(RIGHTS).await.text();
    assert!(sheet.contains("нет *") && sheet.contains("не так, как в регионе: 1"));
    let print = admin.get(&format!("{RIGHTS}?as=csv")).await;
    assert!(print.text().contains("нет *"));

    let history = admin.get(&format!("{RIGHTS}/history")).await.text();
    for said in [
        "приказ № 45",
        "Соколова Мария Петровна",
        "было: всё, стало: нет",
    ] {
        assert!(history.contains(said), "{said}");
    }
    let tracked = "select count(*) from kernel.history where tbl = 'identity.right_rule'";
    assert_eq!(school.world.number(tracked).await, 1);

    let back = save(
        &mut admin,
        "deputy",
        "1",
        &[("right.account_view", NONE), ("reset", "true")],
    )
    .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    assert_eq!(deputy.get(ACCOUNTS).await.status, StatusCode::OK);
    assert_eq!(school.world.number(tracked).await, 2);
}

/// ORG-5: what makes no sense is refused at its field, and nothing is changed.
#[tokio::test]
async fn a_senseless_right_is_refused() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    for (role, right, value, said) in [
        ("parent", "right.pupil_view", ALL, "шире регион не разрешил"),
        (
            "teacher",
            "right.diary_view",
            ALL,
            "шире регион не разрешил",
        ),
        (
            "secretary",
            "right.pupil_view",
            NONE,
            "только то, что роль видит",
        ),
        ("admin", "right.role_edit", NONE, "здесь не меняется"),
    ] {
        let answer = save(&mut admin, role, "0", &[(right, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{right}");
        assert!(answer.text().contains(said), "{right}");
    }
    let limits = [("right.group_edit", NONE), ("limit.group_edit", "locked")];
    let answer = save(&mut admin, "teacher", "0", &limits).await;
    assert!(answer.text().contains("Пределы задаёт регион"));
    let nothing = [("reason", ""), ("version", "0"), ("right.group_edit", NONE)];
    let path = format!("{RIGHTS}/teacher");
    let answer = admin.post_form(&path, &nothing).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rows = "select count(*) from identity.right_rule";
    assert_eq!(school.world.number(rows).await, 0);
    for unknown in ["wizard", "ministry"] {
        let answer = admin.get(&format!("{RIGHTS}/{unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
}

/// ORG-5: two who change one role do not overwrite each other.
#[tokio::test]
async fn a_stale_form_changes_nothing() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let first = save(&mut admin, "teacher", "0", &[("right.group_edit", NONE)]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = save(&mut admin, "teacher", "0", &[("right.group_edit", ALL)]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert!(second.text().contains("изменил другой человек"));
    let kept = "select reaches::bigint from identity.right_rule";
    assert_eq!(school.world.number(kept).await, 0);
}

/// ORG-5: nobody takes the right to edit rights from himself by accident, and
/// rights over rights are an administrator's to give.
#[tokio::test]
async fn nobody_is_locked_out() {
    let school = School::new().await;
    let (_, mut deputy) = deputy(&school).await;
    let asked = save(&mut deputy, "deputy", "0", &[("right.role_edit", NONE)]).await;
    assert!(asked.text().contains("раздаёт администратор"));
    let admins = save(&mut deputy, "admin", "0", &[("right.org_edit", NONE)]).await;
    assert_eq!(admins.status, StatusCode::FORBIDDEN);

    // An administrator who is only a deputy here keeps the box unticked first.
    let account = "insert into identity.right_rule (org_id, role, right_code, reaches, reason)
         values ({org}, 'deputy', 'account_edit', 1, 'x')";
    school
        .world
        .sql(&account.replace("{org}", &SCHOOL.to_string()))
        .await;
    let taken = [("right.role_edit", NONE)];
    let warned = save(&mut deputy, "deputy", "1", &taken).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(warned.text().contains("name=\"loses_own\""));
    let sure = [taken[0], ("loses_own", "true")];
    // With an administrator left it may be so …
    let done = save(&mut deputy, "deputy", "1", &sure).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(
        deputy.get(&format!("{RIGHTS}/deputy")).await.status,
        StatusCode::OK
    );
    let refused = save(&mut deputy, "teacher", "0", &taken).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

/// ORG-5: … but not where nobody is left to give rights back.
#[tokio::test]
async fn somebody_always_keeps_the_right_to_edit_rights() {
    let school = School::new().await;
    let (_, mut deputy) = deputy(&school).await;
    school
        .world
        .sql(&format!(
            "insert into identity.right_rule (org_id, role, right_code, reaches, reason)
             values ({SCHOOL}, 'deputy', 'account_edit', 1, 'x');
             update identity.membership set blocked_at = now() where account_id = {}",
            school.admin.account,
        ))
        .await;
    let sure = [("right.role_edit", NONE), ("loses_own", "true")];
    let refused = save(&mut deputy, "deputy", "1", &sure).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("администратор"),
        "{}",
        refused.text()
    );
}

/// ORG-5: the region locks a right and sets the widest reach, also for what
/// schools decided before; a school sees the limit and cannot pass it.
#[tokio::test]
async fn the_region_sets_limits() {
    let school = School::new().await;
    let mut admin = school.signed_in(&school.admin).await;
    let wide = save(&mut admin, "teacher", "0", &[("right.pupil_view", ALL)]).await;
    assert_eq!(wide.status, StatusCode::SEE_OTHER, "{}", wide.text());

    let mut region = region(&school).await;
    let limits = [
        ("right.pupil_view", CLASS),
        ("limit.pupil_view", CLASS),
        ("right.pupil_edit", NONE),
        ("limit.pupil_edit", "locked"),
    ];
    let set = of_region(&mut region, "teacher", "0", &limits).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text());
    let page = admin.get(&format!("{RIGHTS}/teacher")).await.text();
    assert!(page.contains("предел региона: свой класс"), "{page}");
    assert!(page.contains("не меняется"));
    let locked = save(&mut admin, "teacher", "1", &[("right.pupil_edit", CLASS)]).await;
    assert_eq!(locked.status, StatusCode::UNPROCESSABLE_ENTITY);

    // What the region decides shows at the school at once: nothing is left of
    // the wider right that the school had given.
    let sheet = admin.get(&format!("{RIGHTS}?as=csv")).await.text();
    let line = sheet
        .lines()
        .find(|it| it.contains("Карточки учеников: видеть"))
        .unwrap();
    assert!(line.contains("свой класс"), "{line}");
    // The region's own sheet is not the school's to see.
    let foreign = admin.get("/o/kuban/settings/rights").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}
