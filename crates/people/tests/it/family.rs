use axum::http::StatusCode;
use chrono::NaiveDate;
use people::{Cards, People};
use testkit::assert_history_replays;

use crate::support::{EREMIN, IVANOVA, MOTHER, fields_of, secretary, with, world};

fn today() -> NaiveDate {
    testkit::morning().date_naive()
}

/// PPL-3: a parent of one child becomes the parent of another, with one account.
#[tokio::test]
async fn parents_are_linked_and_unlinked() {
    let world = world().await;
    let mut office = secretary(&world);
    let found = office.get("/o/g7/people/pupils/102/family?q=еремина").await;
    assert!(
        found.text().contains("Ерёмина Анна Сергеевна"),
        "{}",
        found.text()
    );
    let tie = [("parent", "201"), ("kinship", "guardian"), ("q", "еремина")];
    let answer = office
        .post_form("/o/g7/people/pupils/102/family", &tie)
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let again = office
        .post_form("/o/g7/people/pupils/102/family", &tie)
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

    let actor = world.actor(17, kernel::Role::Secretary);
    let mut tx = world.begin(&actor).await;
    let children = Cards
        .children(&mut tx, MOTHER.into(), today())
        .await
        .expect("children");
    assert_eq!(children, [EREMIN.into(), IVANOVA.into()]);
    drop(tx);
    let grants = "select count(*) from identity.role_grant g
                  join identity.membership m using (org_id, account_id) where m.person_id = 201 and g.role = 'parent'";
    assert_eq!(world.number(grants).await, 1);

    let id = world
        .number("select kinship_id from people.kinship where pupil_id = 102")
        .await;
    let foreign = office
        .post_form(&format!("/o/g7/people/pupils/103/family/{id}/end"), &[])
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let end = format!("/o/g7/people/pupils/102/family/{id}/end");
    assert_eq!(
        office.post_form(&end, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        office.post_form(&end, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let mut tx = world.begin(&actor).await;
    let parents = Cards
        .parents_of(&mut tx, &[IVANOVA.into()], today())
        .await
        .expect("parents");
    assert!(parents.is_empty());
    drop(tx);
    assert_history_replays(&world.test, "people.kinship").await;
}

/// Check 21 of `ux.md` §7: surname and address come from the child.
#[tokio::test]
async fn a_new_parent_is_entered_from_the_childs_card() {
    let world = world().await;
    world
        .sql("update people.person set lives_at = 'ул. Мира, 5' where person_id = 102")
        .await;
    let mut office = secretary(&world);
    let form = office
        .get("/o/g7/people/parents/new?child=102")
        .await
        .text();
    assert!(
        form.contains("ул. Мира, 5") && form.contains("value=\"Иванова\""),
        "{form}"
    );
    let sent = [
        ("child", "102"),
        ("kinship", "father"),
        ("last_name", "Иванов"),
        ("first_name", "Пётр"),
        ("middle_name", "Олегович"),
    ];
    let answer = office.post_form("/o/g7/people/parents/new", &sent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(
        office
            .get("/o/g7/people/pupils/102")
            .await
            .text()
            .contains("Иванов Пётр Олегович")
    );
    let no_kind = [
        ("child", "102"),
        ("last_name", "Иванов"),
        ("first_name", "Олег"),
    ];
    let answer = office.post_form("/o/g7/people/parents/new", &no_kind).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_is_their_own_parent_and_strangers_are_no_kin() {
    let world = world().await;
    let mut office = secretary(&world);
    let own = [("parent", "102"), ("kinship", "mother")];
    let answer = office
        .post_form("/o/g7/people/pupils/102/family", &own)
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = [("parent", "901"), ("kinship", "mother")];
    let answer = office
        .post_form("/o/g7/people/pupils/102/family", &foreign)
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(world.number("select count(*) from people.kinship").await, 1);
}

/// Check 21 of `ux.md` §7: pupil, parent and order follow each other, and the
/// parent's form begins with the child's surname and address.
#[tokio::test]
async fn the_committee_goes_from_form_to_form() {
    let world = world().await;
    let mut office = secretary(&world);
    let pupil = [
        ("last_name", "Ёжикова"),
        ("first_name", "Анна"),
        ("gender", "female"),
        ("born_on", "01.02.2019"),
        ("shift", "1"),
        ("lives_at", "Крымск, ул. Мира, 5"),
        ("then", "parent"),
    ];
    let entered = office.post_form("/o/g7/people/pupils/new", &pupil).await;
    let next = entered.location().unwrap_or_default().to_owned();
    assert!(
        next.starts_with("/o/g7/people/parents/new?child="),
        "{next}: {}",
        entered.text()
    );
    let form = office.get(&next).await;
    let fields = fields_of(&form);
    let value = |name: &str| fields.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    assert_eq!(value("last_name").as_deref(), Some("Ёжикова"));
    assert_eq!(value("lives_at").as_deref(), Some("Крымск, ул. Мира, 5"));
    let parent = with(
        &fields,
        &[
            ("first_name", "Ольга"),
            ("middle_name", "Петровна"),
            ("kinship", "mother"),
            ("then", "order"),
        ],
    );
    let entered = office.post_form("/o/g7/people/parents/new", &parent).await;
    let next = entered.location().unwrap_or_default().to_owned();
    assert!(
        next.starts_with("/o/g7/movement/orders/new?type=enrolment&pupil="),
        "{next}: {}",
        entered.text()
    );
}

/// Check 22 of `ux.md` §7: the same name and phone are told of before anything is saved.
#[tokio::test]
async fn the_same_phone_is_noticed() {
    let world = world().await;
    let mut office = secretary(&world);
    let twin = [
        ("last_name", "Ерёмина"),
        ("first_name", "Анна"),
        ("middle_name", "Сергеевна"),
        ("mobile", "8 918 765-43-21"),
    ];
    let warned = office.post_form("/o/g7/people/parents/new", &twin).await;
    assert_eq!(warned.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        warned
            .text()
            .replace("&#x2f;", "/")
            .contains("/o/g7/people/parents/201"),
        "{}",
        warned.text()
    );
    assert_eq!(world.number("select count(*) from people.parent").await, 1);
    let anyway = [&twin[..], &[("anyway", "1")][..]].concat();
    let entered = office.post_form("/o/g7/people/parents/new", &anyway).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
}
