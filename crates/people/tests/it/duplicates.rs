//! Two cards of one person become one, and two again (PPL-11, check 22).

use axum::http::StatusCode;
use kernel::Role;
use people::{CardKind, RestrictedField};
use testkit::Client;
use testkit::world::{SCHOOL, World};

use crate::support::{EREMIN, MOTHER, STRANGER, browser, directory, secretary, world};

const LIST: &str = "/o/g7/people/duplicates";

/// A second card of the mother, tied to a second child, with a consent.
async fn twice(world: &World) -> i64 {
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, middle_name, gender, search_key, email, mobile)
             overriding system value values
             ({SCHOOL}, 301, 'Ерёмина', 'Анна', 'Сергеевна', 'female', 'еремина анна сергеевна', 'anna@example.org', '+79180000000');
             insert into people.parent (org_id, person_id, workplace) values ({SCHOOL}, 301, 'Больница');
             insert into people.kinship (org_id, parent_id, pupil_id, kind) values
             ({SCHOOL}, 301, {EREMIN}, 'mother'), ({SCHOOL}, 301, 103, 'mother');
             insert into people.consent (org_id, subject_id, kind, signed_on) values ({SCHOOL}, 301, 'notices', '2026-09-01');
             insert into people.record (org_id, person_id, kind, title) values ({SCHOOL}, 301, 'course', 'Первая помощь')"
        ))
        .await;
    301
}

async fn merge(office: &mut Client, kept: i64, gone: i64, more: &[(&str, &str)]) -> StatusCode {
    let (kept, gone) = (kept.to_string(), gone.to_string());
    let mut sent = vec![("kept", kept.as_str()), ("gone", gone.as_str())];
    sent.extend(more);
    office
        .post_form(&format!("{LIST}/merge"), &sent)
        .await
        .status
}

#[tokio::test]
async fn two_cards_become_one_and_two_again() {
    let world = world().await;
    let second = twice(&world).await;
    let mut office = secretary(&world);
    let list = office.get(LIST).await.text();
    assert!(
        list.contains("Ерёмина Анна Сергеевна") && list.contains("дата рождения неизвестна"),
        "{list}"
    );
    let page = office
        .get(&format!("{LIST}/merge?kept={MOTHER}&gone={second}"))
        .await
        .text();
    assert!(
        page.contains("anna@example.org") && page.contains("+7") && page.contains("Объединить"),
        "{page}"
    );
    // Looking changes nothing.
    let apart = "select count(*) from people.parent where person_id in (201, 301)";
    assert_eq!(world.number(apart).await, 2);

    let status = merge(&mut office, MOTHER, second, &[("take.mobile", "gone")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let card = "select count(*) from people.person join people.parent using (org_id, person_id)
                where person_id = 201 and mobile = '+79180000000' and email = 'anna@example.org'
                  and workplace = 'Больница' and born_on = '1986-07-07'";
    assert_eq!(world.number(card).await, 1);
    assert_eq!(world.number(apart).await, 1);
    let children = "select count(*) from people.kinship where parent_id = 201 and until is null";
    assert_eq!(
        world.number(children).await,
        2,
        "the child of both is tied once"
    );
    let consent = "select count(*) from people.consent where subject_id = 201 and kind = 'notices'";
    assert_eq!(world.number(consent).await, 1);
    let line = "select count(*) from people.record where person_id = 201";
    assert_eq!(world.number(line).await, 1);
    assert!(
        !office
            .get(LIST)
            .await
            .text()
            .contains("дата рождения неизвестна")
    );
    assert!(
        !office
            .get("/o/g7/people/parents")
            .await
            .text()
            .contains("parents&#x2f;301")
    );

    let id = world.number("select merge_id from people.merge").await;
    let undo = format!("{LIST}/{id}/undo");
    assert_eq!(
        office.post_form(&undo, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(world.number(apart).await, 2);
    assert_eq!(world.number(children).await, 1);
    let theirs = "select count(*) from people.kinship where parent_id = 301 and until is null";
    assert_eq!(world.number(theirs).await, 2);
    let mobile = "select count(*) from people.person where person_id = 201 and mobile = '+79187654321' and email = ''";
    assert_eq!(world.number(mobile).await, 1);
    assert_eq!(world.number(consent).await, 0);
    assert_eq!(world.number(line).await, 0);
    // Once only.
    office.post_form(&undo, &[]).await;
    assert_eq!(
        world
            .number("select count(*) from people.merge where undone_at is not null")
            .await,
        1
    );
}

/// A card that went before citizenship was asked comes back, and says nothing of it.
#[tokio::test]
async fn a_pupil_put_aside_by_an_older_version_comes_back() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value values ({SCHOOL}, 302, 'Ерёмин', 'Артём', 'еремин артем');
             insert into people.pupil (org_id, person_id, citizenship) values ({SCHOOL}, 302, 'foreign')"
        ))
        .await;
    let mut office = secretary(&world);
    let preview = office
        .get(&format!("{LIST}/merge?kept={EREMIN}&gone=302"))
        .await;
    assert!(preview.text().contains("иностранный гражданин"));
    let status = merge(&mut office, EREMIN, 302, &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let whose = |id: i64, says: &str| {
        format!(
            "select count(*) from people.pupil where person_id = {id} and citizenship = '{says}'"
        )
    };
    assert_eq!(world.number(&whose(EREMIN, "foreign")).await, 1);
    world
        .sql("update people.merge set way_back = way_back #- '{roles,pupil,citizenship}'")
        .await;
    let id = world.number("select merge_id from people.merge").await;
    office.post_form(&format!("{LIST}/{id}/undo"), &[]).await;
    assert_eq!(world.number(&whose(302, "")).await, 1);
    assert_eq!(world.number(&whose(EREMIN, "")).await, 1);
}

/// The same number of a document makes two cards suspect, whatever the names;
/// nothing of the number is shown.
#[tokio::test]
async fn ppl11_the_same_number_makes_two_cards_suspect() {
    let world = world().await;
    let people = directory(&world);
    let actor = world.actor(17, Role::Secretary);
    for person in [17, 18] {
        let values = vec![(RestrictedField::Passport, "4504 123456".to_owned())];
        people
            .save_restricted(&actor, CardKind::Staff, person.into(), 1, values)
            .await
            .expect("stored");
    }
    let mut office = secretary(&world);
    let list = office.get(LIST).await.text();
    assert!(
        list.contains("номер документа") && list.contains("Ким Олег"),
        "{list}"
    );
    assert!(!list.contains("123456"), "{list}");
    let said = [("kept", "17"), ("gone", "18")];
    office.post_form(&format!("{LIST}/two-people"), &said).await;
    let list = office.get(LIST).await.text();
    assert!(!list.contains("Ким Олег"), "{list}");
}

/// What is changed after the merge is not thrown away by undoing it.
#[tokio::test]
async fn a_card_that_was_changed_since_stays_one() {
    let world = world().await;
    let second = twice(&world).await;
    let mut office = secretary(&world);
    merge(&mut office, MOTHER, second, &[]).await;
    world
        .sql("update people.person set version = version + 1 where person_id = 201")
        .await;
    let id = world.number("select merge_id from people.merge").await;
    office.post_form(&format!("{LIST}/{id}/undo"), &[]).await;
    assert_eq!(
        world
            .number("select count(*) from people.parent where person_id = 301")
            .await,
        0
    );
}

/// A parent is not the child, a child has no second card with a class.
#[tokio::test]
async fn what_cannot_be_one_person_is_refused() {
    let world = world().await;
    let mut office = secretary(&world);
    let page = office
        .get(&format!("{LIST}/merge?kept={MOTHER}&gone={EREMIN}"))
        .await
        .text();
    assert!(
        page.contains("Так объединить нельзя") && page.contains("Ученика нельзя"),
        "{page}"
    );
    merge(&mut office, MOTHER, EREMIN, &[]).await;
    assert_eq!(world.number("select count(*) from people.merge").await, 0);
    // Of another school, and of nobody.
    for other in [STRANGER, 99_999, MOTHER] {
        let answer = office
            .get(&format!("{LIST}/merge?kept={MOTHER}&gone={other}"))
            .await;
        let refused = other == MOTHER && answer.status == StatusCode::CONFLICT;
        assert!(
            refused || answer.status == StatusCode::NOT_FOUND,
            "{other}: {}",
            answer.status
        );
    }
    for who in ["teacher:18", "parent:201", "director:17"] {
        let refused = browser(&world, who).get(LIST).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{who}");
    }
}

/// Lessons, marks and orders hang on a card: it stays.
#[tokio::test]
async fn a_pupil_with_a_class_does_not_go() {
    let world = world().await;
    world
        .sql(&format!(
            "insert into people.person (org_id, person_id, last_name, first_name, middle_name, born_on, search_key)
             overriding system value values
             ({SCHOOL}, 302, 'Ерёмин', 'Артем', 'Ильич', '2014-03-27', 'еремин артем ильич');
             insert into people.pupil (org_id, person_id, family) values ({SCHOOL}, 302, 'полная');
             create table people.probe (org_id bigint, pupil_id bigint, foreign key (org_id, pupil_id)
                 references people.pupil (org_id, person_id));
             insert into people.probe values ({SCHOOL}, {EREMIN})"
        ))
        .await;
    let mut office = secretary(&world);
    let list = office.get(LIST).await.text();
    assert!(list.contains("имя и дата рождения"), "{list}");
    let wrong = office
        .get(&format!("{LIST}/merge?kept=302&gone={EREMIN}"))
        .await
        .text();
    assert!(wrong.contains("есть уроки, отметки"), "{wrong}");
    merge(&mut office, 302, EREMIN, &[]).await;
    assert_eq!(world.number("select count(*) from people.merge").await, 0);
    // The other way round it is done: the card without a journal goes.
    merge(&mut office, EREMIN, 302, &[]).await;
    let kept = "select count(*) from people.pupil where person_id = 101 and family = 'полная' and file_number = 'Е/5'";
    assert_eq!(world.number(kept).await, 1);
}

#[tokio::test]
async fn namesakes_are_two_people() {
    let world = world().await;
    let second = twice(&world).await.to_string();
    let mut office = secretary(&world);
    let first = MOTHER.to_string();
    let sent = [("kept", second.as_str()), ("gone", first.as_str())];
    office.post_form(&format!("{LIST}/two-people"), &sent).await;
    assert!(
        !office
            .get(LIST)
            .await
            .text()
            .contains("дата рождения неизвестна")
    );
}

/// Check 22: whoever types a card is told before saving, with a link to it.
#[tokio::test]
async fn a_card_that_is_there_is_told_of_while_typing() {
    let world = world().await;
    let mut office = secretary(&world);
    let path = "/o/g7/people/parents/alike";
    let mut typed = vec![("last_name", "ЕРЕМИНА"), ("first_name", "анна")];
    let nothing = office.post_form(path, &typed).await;
    assert_eq!(nothing.status, StatusCode::OK, "{}", nothing.text());
    assert!(!nothing.text().contains("Похоже"), "{}", nothing.text());
    typed.push(("middle_name", "Сергеевна"));
    typed.push(("born_on", "07.07.1986"));
    let told = office.post_form(path, &typed).await.text();
    let told = told.replace("&#x2f;", "/");
    assert!(
        told.contains("Похоже") && told.contains(&format!("/o/g7/people/parents/{MOTHER}")),
        "{told}"
    );
    // The phone tells as well, and half a date does no harm.
    typed[3] = ("born_on", "07.0");
    typed.push(("mobile", "8 918 765-43-21"));
    let told = office.post_form(path, &typed).await.text();
    assert!(told.contains("Похоже"), "{told}");
    let mut teacher = browser(&world, "teacher:18");
    let refused = teacher.post_form(path, &typed).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
