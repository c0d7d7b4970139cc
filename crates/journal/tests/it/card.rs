use testkit::Client;

use crate::support::*;

const CARD: &str = "/o/school/journal/cell";

async fn save(client: &mut Client, fields: &[(&str, &str)]) -> u16 {
    let place = [("lesson", "501"), ("pupil", "11"), ("work", "70")];
    let fields: Vec<(&str, &str)> = place.into_iter().chain(fields.iter().copied()).collect();
    client.post_form(CARD, &fields).await.status.as_u16()
}

/// JRN-1: a comment belongs to its mark, and its change to the history.
#[tokio::test]
async fn a_mark_takes_a_comment_of_the_version_seen() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let said = [("mark_version", "1"), ("comment", "Забыл знак")];
    assert_eq!(save(&mut teacher, &said).await, 200);
    assert_eq!(
        save(&mut teacher, &[("mark_version", "1"), ("comment", "Иначе")]).await,
        409
    );
    let path = format!("{CARD}?lesson=501&pupil=11&work=70");
    let card = teacher.get(&path).await.text();
    assert!(
        card.contains("Забыл знак") && card.contains("data-v=\"2\""),
        "{card}"
    );
    assert!(card.contains("data-back=\"mark\""), "{card}");
    assert!(
        teacher
            .get("/o/school/journal/51/1")
            .await
            .text()
            .contains("data-c"),
        "the cell shows that there is a comment"
    );
    let looker = school.signed_in(CLASS_TEACHER).get(&path).await.text();
    assert!(
        looker.contains("Забыл знак") && !looker.contains("<form"),
        "{looker}"
    );
}

#[tokio::test]
async fn minutes_are_for_whoever_was_late() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let kept = [("mark_version", "1"), ("minutes", "10")];
    assert_eq!(save(&mut teacher, &kept).await, 422, "nobody was late");
    send(
        &mut teacher,
        &[op(1, YESTERDAY, ABRAMOV, "attendance", 0, "о")],
    )
    .await;
    let late = [("attendance_version", "1"), ("minutes", "10")];
    assert_eq!(save(&mut teacher, &late).await, 200);
    assert_eq!(
        school
            .count("select minutes::bigint from journal.attendance")
            .await,
        10
    );
    assert_eq!(save(&mut teacher, &[("minutes", "сто")]).await, 422);
    let empty = [("lesson", "500"), ("pupil", "12"), ("comment", "Где?")];
    let answer = teacher.post_form(CARD, &empty).await;
    assert_eq!(answer.status, 422, "a comment needs a mark");
}

#[tokio::test]
async fn strangers_do_not_comment() {
    let school = School::open().await;
    let said = [("mark_version", "1"), ("comment", "Взлом")];
    for (person, status) in [
        (CLASS_TEACHER, 403),
        (STRANGER, 404),
        (MOTHER, 403),
        (99, 404),
    ] {
        assert_eq!(save(&mut school.signed_in(person), &said).await, status);
    }
}
