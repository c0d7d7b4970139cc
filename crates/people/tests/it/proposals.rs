//! What families propose, and who decides (`ux.md` C7, PPL-3).

use axum::http::StatusCode;
use chrono::DateTime;
use kernel::Role;
use people::{Cards, People};
use testkit::Client;
use testkit::world::World;

use crate::support::{
    EREMIN, IVANOVA, MOTHER, STRANGER, TEACHER, browser, fields_of, secretary, with, world,
};

fn mother(world: &World) -> Client {
    browser(world, &format!("parent:{MOTHER}"))
}

fn klassruk(world: &World) -> Client {
    browser(world, &format!("teacher:{TEACHER}"))
}

/// The mother proposes these fields of the child.
async fn propose(world: &World, changes: &[(&str, &str)]) -> StatusCode {
    let mut mother = mother(world);
    let form = mother.get("/my/cards/propose?card=g7:pupils:101").await;
    let fields = fields_of(&form);
    let sent = with(&fields, changes);
    mother.post_form("/my/cards/propose", &sent).await.status
}

async fn last(world: &World) -> i64 {
    world
        .number("select max(proposal_id) from people.proposal")
        .await
}

async fn key(world: &World) -> String {
    let version = world
        .number(&format!(
            "select version::bigint from people.person where person_id = {EREMIN}"
        ))
        .await;
    format!("{}:{version}", last(world).await)
}

/// Proposed, seen by the class teacher, accepted with one press, answered.
#[tokio::test]
async fn a_class_teacher_accepts_with_one_press() {
    let world = world().await;
    assert_eq!(
        propose(&world, &[("mobile", "8 918 000-11-22")]).await,
        StatusCode::SEE_OTHER
    );
    let mobile =
        "select count(*) from people.person where person_id = 101 and mobile = '+79180001122'";
    assert_eq!(
        world.number(mobile).await,
        0,
        "before the school says so nothing changes"
    );
    let mut teacher = klassruk(&world);
    let page = teacher.get("/o/g7/people/proposals").await.text();
    assert!(
        page.contains("Ерёмин Артём Ильич") && page.contains("Ерёмина\u{a0}А.\u{a0}С."),
        "{page}"
    );
    assert!(page.contains("+7 (918) 000-11-22"), "{page}");
    let key = key(&world).await;
    let done = teacher
        .post_form("/o/g7/people/proposals/accept", &[("keys", &key)])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(world.number(mobile).await, 1);
    // History: who accepted wrote the card, who proposed is on record.
    let by = "select count(*) from kernel.history where tbl = 'people.person' and person_id = 18
              and new ->> 'mobile' = '+79180001122'";
    assert_eq!(world.number(by).await, 1);
    let audit = "select count(*) from kernel.audit where action = 'people.proposal-decided'
                 and details ->> 'proposed_by' = '201'";
    assert_eq!(world.number(audit).await, 1);
    let answer = mother(&world).get("/my/cards").await.text();
    assert!(
        answer.contains("принято") && answer.contains("Ким"),
        "{answer}"
    );
    let history = secretary(&world)
        .get("/o/g7/people/pupils/101/history")
        .await
        .text();
    assert!(
        history.contains("Предложила семья") && history.contains("Ерёмина"),
        "{history}"
    );
}

#[tokio::test]
async fn a_refusal_has_a_reason() {
    let world = world().await;
    propose(&world, &[("lives_at", "Крымск, ул. Новая, 1")]).await;
    let mut teacher = klassruk(&world);
    let refuse = format!("/o/g7/people/proposals/{}/refuse", last(&world).await);
    teacher.post_form(&refuse, &[("reason", " ")]).await;
    let open = "select count(*) from people.proposal where state = 'open'";
    assert_eq!(world.number(open).await, 1);
    teacher
        .post_form(&refuse, &[("reason", "нужна справка о регистрации")])
        .await;
    assert_eq!(world.number(open).await, 0);
    let answer = mother(&world).get("/my/cards").await.text();
    assert!(answer.contains("нужна справка о регистрации"), "{answer}");
    // The post and the news of the family are told, once (MSG-5).
    let said = "select count(*) from kernel.outbox where kind = 'people.proposal-decided'";
    assert_eq!(world.number(said).await, 1);
    let mother = world.actor(MOTHER, Role::Parent);
    for unread in [true, false] {
        let mut tx = world.begin(&mother).await;
        let answers = Cards
            .answers_to(&mut tx, MOTHER.into(), DateTime::UNIX_EPOCH)
            .await
            .expect("answers");
        assert_eq!(answers.len(), 1);
        assert!(!answers[0].accepted && answers[0].unread == unread);
        assert_eq!(answers[0].reason, "нужна справка о регистрации");
        Cards
            .read_answers(&mut tx, MOTHER.into())
            .await
            .expect("read");
        tx.commit().await.expect("committed");
    }
    let mut tx = world.begin(&mother).await;
    let of_others = Cards
        .answers_to(&mut tx, TEACHER.into(), DateTime::UNIX_EPOCH)
        .await
        .expect("answers");
    assert!(of_others.is_empty());
}

/// Somebody changed the card meanwhile: both are shown, the old page accepts nothing.
#[tokio::test]
async fn a_stale_proposal_shows_both() {
    let world = world().await;
    propose(&world, &[("mobile", "8 918 000-11-22")]).await;
    let before = key(&world).await;
    world
        .sql("update people.person set mobile = '+79185556677', version = version + 1 where person_id = 101")
        .await;
    let mut teacher = klassruk(&world);
    teacher
        .post_form("/o/g7/people/proposals/accept", &[("keys", &before)])
        .await;
    let page = teacher.get("/o/g7/people/proposals").await.text();
    assert!(
        page.contains("Принять, заменив новое") && page.contains("+7 (918) 555-66-77"),
        "{page}"
    );
    let key = key(&world).await;
    teacher
        .post_form("/o/g7/people/proposals/accept", &[("keys", &key)])
        .await;
    let taken =
        "select count(*) from people.person where person_id = 101 and mobile = '+79180001122'";
    assert_eq!(world.number(taken).await, 1);
}

/// Two proposals about one card are accepted together.
#[tokio::test]
async fn all_at_once() {
    let world = world().await;
    propose(&world, &[("mobile", "8 918 000-11-22")]).await;
    let first = key(&world).await;
    propose(&world, &[("family", "мать, отец, сестра")]).await;
    let second = key(&world).await;
    let mut teacher = klassruk(&world);
    teacher
        .post_form(
            "/o/g7/people/proposals/accept",
            &[("keys", &first), ("keys", &second)],
        )
        .await;
    let open = "select count(*) from people.proposal where state = 'accepted'";
    assert_eq!(world.number(open).await, 2);
}

/// A name needs a paper; nothing changed is nothing proposed; bad values are told at once.
#[tokio::test]
async fn what_a_card_could_not_hold_is_not_proposed() {
    let world = world().await;
    for changes in [
        &[("last_name", "Сидоров")][..],
        &[][..],
        &[("mobile", "позвоните")][..],
        &[("email", "мама")][..],
    ] {
        let status = propose(&world, changes).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{changes:?}");
    }
    let named = [
        ("last_name", "Сидоров"),
        ("document", "свидетельство II-АГ № 1"),
    ];
    assert_eq!(propose(&world, &named).await, StatusCode::SEE_OTHER);
    // A field that is not a family's does not get in by hand.
    let forged = [
        ("file_number", "1"),
        ("born_on", "2000-01-01"),
        ("mobile", "89180001122"),
    ];
    assert_eq!(propose(&world, &forged).await, StatusCode::SEE_OTHER);
    let fields = "select count(*) from people.proposal, jsonb_array_elements(changes) c
                  where c ->> 'field' in ('file_number', 'born_on')";
    assert_eq!(world.number(fields).await, 0);
}

/// Own child only, own class only.
#[tokio::test]
async fn nobody_reaches_another_family() {
    let world = world().await;
    let mut mother = mother(&world);
    for card in [
        format!("g7:pupils:{IVANOVA}"),
        format!("g7:pupils:{STRANGER}"),
        format!("g7:parents:{IVANOVA}"),
        format!("g7:staff:{TEACHER}"),
        format!("s2:pupils:{STRANGER}"),
    ] {
        let answer = mother.get(&format!("/my/cards/propose?card={card}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{card}");
    }
    propose(&world, &[("mobile", "8 918 000-11-22")]).await;
    let key = key(&world).await;
    // A parent decides nothing, a teacher of another class finds nothing.
    let refused = mother
        .post_form("/o/g7/people/proposals/accept", &[("keys", &key)])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut other = browser(&world, "teacher:17");
    let page = other.get("/o/g7/people/proposals").await.text();
    assert!(!page.contains("Ерёмин"), "{page}");
    let foreign = other
        .post_form("/o/g7/people/proposals/accept", &[("keys", &key)])
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let withdraw = format!("/my/cards/proposals/{}/withdraw", last(&world).await);
    let mut stranger = browser(&world, "parent:17");
    assert_eq!(
        stranger.post_form(&withdraw, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        mother.post_form(&withdraw, &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        mother.post_form(&withdraw, &[]).await.status,
        StatusCode::CONFLICT
    );
}
