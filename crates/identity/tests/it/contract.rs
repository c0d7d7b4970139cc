use std::collections::BTreeSet;

use identity::Accounts;
use kernel::{Grant, OrgId, Role, Scope};
use testkit::world::{OTHER_SCHOOL, SCHOOL};

use super::support::{PASSWORD, School, is_in, member, open, sign_in};

/// PPL-5: logins follow the name, are free of each other over all schools, and are kept.
#[tokio::test]
async fn logins_follow_the_name() {
    let school = School::new().await;
    let namesake = |person| member(person, "Иванова Мария Петровна", Role::Pupil, Scope::Org);
    let first = open(
        &school.world,
        &school.identity,
        SCHOOL,
        &[namesake(51), namesake(52), namesake(51)],
    )
    .await;
    let logins: Vec<&str> = first.iter().map(|it| it.login.as_str()).collect();
    assert_eq!(logins, ["ivanovamp", "ivanovamp2", "ivanovamp"]);
    let elsewhere = open(
        &school.world,
        &school.identity,
        OTHER_SCHOOL,
        &[namesake(51)],
    )
    .await;
    assert_eq!(elsewhere[0].login, "ivanovamp3");
    let again = open(&school.world, &school.identity, SCHOOL, &[namesake(51)]).await;
    assert_eq!(again[0], first[0]);
    let odd = open(
        &school.world,
        &school.identity,
        SCHOOL,
        &[member(53, "Ю Я", Role::Pupil, Scope::Org)],
    )
    .await;
    assert!(odd[0].login.len() >= 3);
    let grants = format!(
        "select count(*) from identity.role_grant where org_id = {SCHOOL} and account_id = {}",
        first[0].account
    );
    assert_eq!(school.world.number(&grants).await, 1);
}

/// An import of a whole school is a few statements, whatever its size.
#[tokio::test]
async fn a_whole_school_is_opened_at_once() {
    let school = School::new().await;
    let names = [
        "Иванова Мария Петровна",
        "Петров Пётр Петрович",
        "Смирнов Олег Ильич",
    ];
    let members: Vec<_> = (0..600)
        .map(|it| {
            member(
                1000 + it,
                names[usize::try_from(it).unwrap() % 3],
                Role::Pupil,
                Scope::Org,
            )
        })
        .collect();
    let (opened, statements) =
        db::statements::counted(open(&school.world, &school.identity, SCHOOL, &members)).await;
    assert!(statements <= 5, "{statements}");
    let logins: BTreeSet<&str> = opened.iter().map(|it| it.login.as_str()).collect();
    assert_eq!(logins.len(), 600);
    assert!(logins.contains("petrovpp200"));
}

/// PPL-5: who leaves, loses the organisation at once, and may come back.
#[tokio::test]
async fn who_leaves_loses_the_organisation() {
    let school = School::new().await;
    let mut teacher = school.signed_in(&school.teacher).await;
    let person = school.teacher.person;
    let begin = async || {
        school
            .world
            .db()
            .begin_system(OrgId::from(SCHOOL))
            .await
            .unwrap()
    };
    let mut tx = begin().await;
    school.identity.close(&mut tx, &[person]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_in(&mut teacher).await);
    let refused = sign_in(&mut school.browser(), &school.teacher.login, PASSWORD).await;
    assert_eq!(refused.status.as_u16(), 422);

    let back = member(person.get(), "Иванов Пётр Ильич", Role::Teacher, Scope::Org);
    let mut tx = begin().await;
    let again = school.identity.open(&mut tx, &[back]).await.unwrap();
    let logins = school.identity.logins(&mut tx, &[person]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(again, logins);
    assert_eq!(again[0].account, school.teacher.account);
    assert!(is_in(&mut teacher).await);
}

/// S2 annex 1, 2.3: when each account was last used; a code of a slip is no
/// use of it, and other schools' people are not told of.
#[tokio::test]
async fn accounts_tell_when_they_were_last_used() {
    let school = School::new().await;
    school.signed_in(&school.teacher).await;
    let newcomer = school
        .newcomer(77, "Новая Анна Ильинична", Role::Teacher)
        .await;
    let used = async |org: i64| {
        let mut tx = school.world.db().begin_system(org.into()).await.unwrap();
        let used = school.identity.last_used(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        used
    };
    let here = used(SCHOOL).await;
    assert!(here[&school.teacher.person].is_some());
    assert_eq!(here[&newcomer.person], None);
    let elsewhere = used(OTHER_SCHOOL).await;
    assert!(!elsewhere.contains_key(&newcomer.person));
}

/// The operator's command: an administrator with a slip, in an empty school.
#[tokio::test]
async fn the_first_administrator_gets_a_slip() {
    let school = School::new().await;
    let mut tx = school
        .world
        .db()
        .begin_system(OTHER_SCHOOL.into())
        .await
        .unwrap();
    let admin = member(90, "Первый Павел Павлович", Role::Admin, Scope::Org);
    let slip = school.identity.create_admin(&mut tx, &admin).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(slip.login, "pervyypp");
    assert!(slip.address.starts_with("https://zvonok.example/start/"));
    let answer = sign_in(&mut school.browser(), &slip.login, &slip.code).await;
    assert_eq!(answer.location(), Some("/my/password"));
}

/// The parent of two children holds a grant for each.
#[tokio::test]
async fn grants_of_several_children_add_up() {
    let school = School::new().await;
    let mut parent = member(
        13,
        "Козлова Анна Сергеевна",
        Role::Parent,
        Scope::Child(14.into()),
    );
    parent.grants.push(Grant {
        role: Role::Parent,
        scope: Scope::Child(15.into()),
    });
    open(&school.world, &school.identity, SCHOOL, &[parent.clone()]).await;
    open(&school.world, &school.identity, SCHOOL, &[parent]).await;
    let grants = format!(
        "select count(*) from identity.role_grant where account_id = {}",
        school.parent.account
    );
    assert_eq!(school.world.number(&grants).await, 2);
}

/// Every route is listed once.
#[test]
fn routes_are_listed_once() {
    let routes: BTreeSet<_> = identity::ROUTES.iter().collect();
    assert_eq!(routes.len(), identity::ROUTES.len());
}
