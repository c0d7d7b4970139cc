//! What other domains say becomes letters, once.

use db::outbox;
use serde_json::json;

use crate::support::{PARENT, PUPIL, SCHOOL, School};

const LESSONS: &str = "
    insert into people.staff (org_id, person_id, post) values
        (1001, 21, 'учитель'), (1001, 22, 'учитель'), (1001, 23, 'учитель');
    insert into curriculum.year (org_id, year_id, starts_on, ends_on) overriding system value values
        (1001, 1, '2026-09-01', '2027-05-31');
    insert into curriculum.subject (org_id, subject_id, name, short_name) overriding system value values
        (1001, 1, 'Алгебра', 'Алг');
    insert into curriculum.class (org_id, class_id, year_id, grade, letter) overriding system value values
        (1001, 51, 1, 5, 'А');
    insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id)
        overriding system value values
        (1001, 501, 1, '2026-11-19', 1, '[2026-11-19 08:30,2026-11-19 09:15)', 51, '[0,1000)', 1, 21),
        (1001, 502, 1, '2026-11-19', 2, '[2026-11-19 09:30,2026-11-19 10:15)', 51, '[0,1000)', 1, 21),
        (1001, 503, 1, '2026-11-19', 3, '[2026-11-19 10:30,2026-11-19 11:15)', 51, '[0,1000)', 1, 22);";

/// MSG-5: marks, to parents who asked for them.
#[tokio::test]
async fn new_marks_go_to_parents_who_asked() {
    let school = School::new().await;
    school.test.sql(LESSONS).await;
    let lessons = [501, 502, 503];
    let notice = school
        .test
        .insert(&format!(
            "insert into journal.notice (org_id, kind, pupil_id, lesson_id, version, old_value, new_value, at)
             values ({SCHOOL}, 'mark', {PUPIL}, {}, 1, '', '5', '2026-11-20T07:00Z') returning notice_id",
            lessons[0]
        ))
        .await;
    let announcer = school.announcer();
    for (key, wants, letters) in [("a", false, 0), ("b", true, 1)] {
        school
            .test
            .sql(&format!(
                "insert into messaging.wish values ({SCHOOL}, {PARENT}, true, {wants}, 14, 21, 7)
                 on conflict (org_id, person_id) do update set marks = excluded.marks"
            ))
            .await;
        let mut tx = school.test.db().begin_system(SCHOOL.into()).await.unwrap();
        let said = json!({"pupil": PUPIL, "notices": [notice]});
        outbox::emit(&mut tx, "journal.marks-told", key, &said)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(announcer.announce().await.unwrap(), 1);
        assert_eq!(school.count("kind = 'journal.marks'").await, letters);
    }
    // Another node had the event too: its lease was over.
    school
        .test
        .sql("update kernel.outbox set done_at = null, next_at = '2026-01-01'")
        .await;
    assert_eq!(announcer.announce().await.unwrap(), 2);
    assert_eq!(announcer.announce().await.unwrap(), 0);
    // The first event came before the parent wished for letters.
    assert!(school.count("kind = 'journal.marks'").await <= 2);
    let open = "select count(*) from kernel.outbox where done_at is null";
    assert_eq!(school.test.number(open).await, 0);
    let text: String = sqlx::query_scalar("select body from messaging.letter")
        .fetch_one(school.test.admin())
        .await
        .unwrap();
    assert!(text.contains("Алгебра") && text.contains(": 5"), "{text}");
}

/// The mother proposed, somebody decided: the event as `people` writes it.
async fn decide(school: &School, state: &str, reason: &str) -> i64 {
    let proposal = school
        .test
        .insert(&format!(
            "insert into people.proposal (org_id, subject_id, card, proposed_by, changes, state, decided_at, reason)
             values ({SCHOOL}, {PUPIL}, 'pupils', {PARENT}, '[]', '{state}', kernel.now(), '{reason}')
             returning proposal_id"
        ))
        .await;
    let mut tx = school.test.db().begin_system(SCHOOL.into()).await.unwrap();
    let said = json!({ "proposal": proposal });
    outbox::emit(
        &mut tx,
        "people.proposal-decided",
        &proposal.to_string(),
        &said,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(school.announcer().announce().await.unwrap(), 1);
    proposal
}

/// PPL-3, MSG-5: who proposed to change a card is told what came of it, once,
/// unless they do not want such letters or took back the consent to letters.
#[tokio::test]
async fn the_answer_to_a_proposal_goes_to_who_proposed() {
    let school = School::new().await;
    let of_kind = format!("kind = 'people.proposals' and to_person = {PARENT}");
    decide(&school, "refused", "нужна справка").await;
    assert_eq!(school.count(&of_kind).await, 1);
    let refused = "subject like '%не приняты' and body like '%Причина: нужна справка%' and body like '%/my/cards%'
                   and html like '%нужна справка%' and leave <> ''";
    assert_eq!(school.count(refused).await, 1);
    decide(&school, "accepted", "").await;
    assert_eq!(school.count(&of_kind).await, 2);
    // Another node had the events too: its lease was over.
    school
        .test
        .sql("update kernel.outbox set done_at = null, next_at = '2026-01-01'")
        .await;
    assert_eq!(school.announcer().announce().await.unwrap(), 2);
    assert_eq!(school.count(&of_kind).await, 2);

    let wish = |wants: bool| {
        format!(
            "insert into messaging.wish (org_id, person_id, soon, marks, cards, digest_hour, quiet_from, quiet_until)
             values ({SCHOOL}, {PARENT}, true, false, {wants}, 14, 21, 7)
             on conflict (org_id, person_id) do update set cards = excluded.cards"
        )
    };
    school.test.sql(&wish(false)).await;
    decide(&school, "accepted", "").await;
    assert_eq!(school.count(&of_kind).await, 2, "not wanted");

    school.test.sql(&wish(true)).await;
    school
        .test
        .sql(&format!(
            "insert into people.consent (org_id, subject_id, kind, signed_on, withdrawn_on)
             values ({SCHOOL}, {PARENT}, 'notices', '2026-09-01', '2026-11-01')"
        ))
        .await;
    decide(&school, "accepted", "").await;
    assert_eq!(
        school.count(&of_kind).await,
        2,
        "the consent was taken back"
    );
}

/// MOV-5: the school that the pupil left is told by the other one's event, in
/// its own name and to its own people.
#[tokio::test]
async fn the_other_school_hears_of_an_enrolment() {
    let school = School::new().await;
    school
        .test
        .sql(
            "insert into org.organisation (org_id, kind, code, name, full_name) overriding system value values
                 (1000, 'region', 'region', 'Край', 'Край');
             update org.organisation set parent_id = 1000 where org_id in (1001, 1002);
             insert into identity.account (account_id, login) overriding system value values
                 (22, 'vera'), (110, 'inna');
             insert into identity.membership (org_id, account_id, person_id, login, name) values
                 (1001, 22, 22, 'vera', 'Коллегина Вера'), (1002, 110, 110, 'inna', 'Чужая Инна');
             insert into identity.role_grant (org_id, account_id, role) values
                 (1001, 22, 'secretary'), (1002, 110, 'secretary')",
        )
        .await;
    let transfer = school
        .test
        .insert(
            "insert into movement.transfer (org_id, to_org, state, by_request, last_name, first_name, due_on,
                 offered_at, enrolled_on, enrolment_number, enrolment_on)
             values (1001, 1002, 'enrolled', false, 'Родителев', 'Пётр', '2026-11-25', kernel.now(), '2026-11-23',
                 '7-з', '2026-11-23') returning transfer_id",
        )
        .await;
    let mut tx = school.test.db().begin_system(1002.into()).await.unwrap();
    let said = json!({"transfer": transfer, "tell": SCHOOL, "state": "enrolled"});
    outbox::emit(&mut tx, "movement.transfer-moved", "1", &said)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(school.announcer().announce().await.unwrap(), 1);
    let kind = "kind = 'movement.transfers'";
    assert_eq!(school.count(kind).await, 1);
    let ours = format!("{kind} and org_id = {SCHOOL} and to_person = 22");
    assert_eq!(school.count(&ours).await, 1, "not to the other school");
    let text: String = sqlx::query_scalar("select body from messaging.letter")
        .fetch_one(school.test.admin())
        .await
        .unwrap();
    for part in ["Школа № 2", "Родителев Пётр", "7-з", "23.11.2026"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
