//! Ux.md §2.5 A3: what opens everything needs two.

use axum::http::StatusCode;
use chrono::Duration;
use identity::MemberLogin;
use kernel::Role;
use testkit::{Client, world::SCHOOL};

use super::{
    factor::enrol,
    support::{PASSWORD, School, is_in, sign_in},
};

const PROPOSALS: &str = "/o/g7/settings/proposals";

/// Somebody with a password and that role.
async fn with_role(school: &School, person: i64, name: &str, role: Role) -> MemberLogin {
    let it = school.newcomer(person, name, role).await;
    school
        .world
        .sql(&format!(
            "update identity.account set must_change = false, password_hash =
                 (select password_hash from identity.account where account_id = {})
             where account_id = {}",
            school.admin.account, it.account
        ))
        .await;
    it
}

async fn propose(school: &School, browser: &mut Client) -> i64 {
    let path = format!("/o/g7/settings/access/{}", school.teacher.account);
    let form = [
        ("role", "admin"),
        ("scope", "org"),
        ("reason", "приказ № 5"),
    ];
    let answer = browser.post_form(&path, &form).await;
    assert_eq!(answer.location(), Some(path.as_str()), "{}", answer.text());
    school
        .world
        .number("select max(proposal_id) from identity.proposal")
        .await
}

const ADMINS: &str = "select count(*) from identity.role_grant where role = 'admin' and ended_at is null and org_id = 1001";

/// One proposes, another approves; nobody alone, and within a day.
#[tokio::test]
async fn an_administrator_is_made_by_two() {
    let school = School::new().await;
    let second = with_role(&school, 31, "Второй Олег Ильич", Role::Admin).await;
    let mut first = school.signed_in(&school.admin).await;
    let mut other = school.signed_in(&second).await;
    assert_eq!(school.world.number(ADMINS).await, 2);
    let id = propose(&school, &mut first).await;
    assert_eq!(school.world.number(ADMINS).await, 2, "only proposed");
    let approve = format!("{PROPOSALS}/{id}/approve");
    first.post_form(&approve, &[]).await;
    assert_eq!(school.world.number(ADMINS).await, 2, "not by oneself");
    let page = other.get(PROPOSALS).await.text();
    assert!(
        page.contains("приказ № 5") && page.contains("Иванов Пётр"),
        "{page}"
    );
    other.post_form(&approve, &[]).await;
    assert_eq!(school.world.number(ADMINS).await, 3);
    assert_eq!(
        other.post_form(&approve, &[]).await.status,
        StatusCode::NOT_FOUND,
        "once"
    );
    school
        .world
        .sql(&format!(
            "update identity.role_grant set ended_at = now() where role = 'admin' and account_id = {}",
            school.teacher.account
        ))
        .await;
    let id = propose(&school, &mut first).await;
    school.world.clock().advance(Duration::hours(25));
    let mut other = school.signed_in(&second).await;
    let late = other
        .post_form(&format!("{PROPOSALS}/{id}/approve"), &[])
        .await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    assert_eq!(school.world.number(ADMINS).await, 2);
    assert!(other.get(PROPOSALS).await.text().contains("Срок вышел"));
}

/// The only administrator of a school asks the region.
#[tokio::test]
async fn the_region_decides_where_there_is_only_one() {
    let school = School::new().await;
    school
        .world
        .sql(&format!(
            "insert into org.organisation (org_id, kind, code, name, full_name)
             overriding system value values (9001, 'region', 'region', 'Регион', 'Регион');
             update org.organisation set parent_id = 9001 where org_id = {SCHOOL}"
        ))
        .await;
    let members = [super::support::member(
        11,
        "Краевой Олег Ильич",
        Role::RegionAdmin,
        kernel::Scope::Org,
    )];
    let above = super::support::open(&school.world, &school.identity, 9001, &members).await;
    school
        .world
        .sql(&format!(
            "update identity.account set must_change = false, password_hash =
                 (select password_hash from identity.account where account_id = {})
             where account_id = {}",
            school.admin.account, above[0].account
        ))
        .await;
    let mut only = school.signed_in(&school.admin).await;
    let id = propose(&school, &mut only).await;
    let mut stranger = school.signed_in(&school.stranger).await;
    let foreign = format!("/o/s2/settings/proposals/{id}/approve");
    assert_eq!(
        stranger.post_form(&foreign, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let mut region = school.signed_in(&above[0]).await;
    let page = region.get("/o/region/settings/proposals").await.text();
    assert!(page.contains("Гимназия № 7"), "{page}");
    let approve = format!("/o/region/settings/proposals/{id}/approve");
    let done = region.post_form(&approve, &[]).await;
    assert_eq!(done.location(), Some("/o/region/settings/proposals"));
    assert_eq!(school.world.number(ADMINS).await, 2);
}

/// The lost factor of a teacher is one administrator's to take away, that of an administrator is not.
#[tokio::test]
async fn a_lost_factor_of_an_administrator_needs_two() {
    let school = School::new().await;
    let second = with_role(&school, 31, "Второй Олег Ильич", Role::Admin).await;
    let mut teacher = school.signed_in(&school.teacher).await;
    enrol(&school, &mut teacher).await;
    let mut lost = school.signed_in(&second).await;
    enrol(&school, &mut lost).await;
    let mut admin = school.signed_in(&school.admin).await;
    let reset = |who: &MemberLogin| format!("/o/g7/settings/accounts/{}/factor/reset", who.account);
    let factors = "select count(*) from identity.factor";
    admin.post_form(&reset(&school.teacher), &[]).await;
    assert_eq!(school.world.number(factors).await, 2, "a reason is needed");
    let why = [("reason", "потерян телефон")];
    admin.post_form(&reset(&school.teacher), &why).await;
    assert_eq!(school.world.number(factors).await, 1);
    assert!(!is_in(&mut teacher).await);
    let told = "select count(*) from kernel.outbox where kind = 'identity.factor-reset'";
    assert_eq!(school.world.number(told).await, 1, "the owner is told");
    let entered = sign_in(&mut school.browser(), &school.teacher.login, PASSWORD).await;
    assert_eq!(entered.location(), Some("/o/g7/"));
    admin.post_form(&reset(&second), &why).await;
    assert_eq!(school.world.number(factors).await, 1, "only proposed");
    let third = with_role(&school, 32, "Третий Олег Ильич", Role::Admin).await;
    let mut third = school.signed_in(&third).await;
    let id = school
        .world
        .number("select max(proposal_id) from identity.proposal")
        .await;
    third
        .post_form(&format!("{PROPOSALS}/{id}/approve"), &[])
        .await;
    assert_eq!(school.world.number(factors).await, 0);
}
