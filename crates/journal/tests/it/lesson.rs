use crate::support::*;

const FORM: &str = "/o/school/journal/lesson/500";

/// JRN-1 without JavaScript: one form with a line for each pupil.
#[tokio::test]
async fn a_lesson_is_filled_line_by_line() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get(FORM).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(
        page.text().contains("Натуральные числа"),
        "the first topic that no lesson used comes from the plan: {}",
        page.text()
    );
    let fields = [
        ("form", "00000000-0000-4000-8000-000000000100"),
        ("topic", "Вычитание"),
        ("homework", "№ 10"),
        ("entry_version", "0"),
        ("v.11", "0-0"),
        ("m.11", "5"),
        ("a.11", ""),
        ("v.12", "0-0"),
        ("m.12", ""),
        ("a.12", "Н"),
    ];
    let saved = teacher.post_form(FORM, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(
        school
            .count(
                "select count(*) from journal.entry where lesson_id = 500 and topic = 'Вычитание'"
            )
            .await,
        1
    );
    assert_eq!(
        school
            .count(
                "select points::bigint from journal.mark where lesson_id = 500 and pupil_id = 11"
            )
            .await,
        5
    );
    assert_eq!(
        school
            .count("select count(*) from journal.attendance where code = 'ОТ' and pupil_id = 12")
            .await,
        1
    );
    let again = teacher.post_form(FORM, &fields).await;
    assert_eq!(
        again.status,
        303,
        "sent twice it is carried out once: {}",
        again.text()
    );
    assert_eq!(
        school
            .count("select count(*) from journal.mark where lesson_id = 500")
            .await,
        1
    );
}

#[tokio::test]
async fn a_bad_mark_is_named_and_nothing_typed_is_lost() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let fields = [
        ("entry_version", "0"),
        ("topic", "Тема"),
        ("v.11", "0-0"),
        ("m.11", "9"),
        ("a.11", ""),
    ];
    let answer = teacher.post_form(FORM, &fields).await;
    assert_eq!(answer.status, 409);
    let page = answer.text();
    assert!(
        page.contains("Абрамов Артём: отметка «9» не поставлена"),
        "{page}"
    );
    assert!(page.contains("value=\"9\""), "{page}");
}

#[tokio::test]
async fn a_topic_changed_meanwhile_is_not_overwritten() {
    let school = School::open().await;
    let path = "/o/school/journal/lesson/501";
    let stale = [("entry_version", "0"), ("topic", "Моя тема")];
    let answer = school.signed_in(TEACHER).post_form(path, &stale).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("Моя тема"));
    assert_eq!(
        school
            .count(
                "select count(*) from journal.entry where lesson_id = 501 and topic = 'Сложение'"
            )
            .await,
        1
    );
}

#[tokio::test]
async fn the_form_opens_only_to_those_who_may() {
    let school = School::open().await;
    assert_eq!(school.signed_in(STRANGER).get(FORM).await.status, 404);
    assert_eq!(school.signed_in(MOTHER).get(FORM).await.status, 403);
    assert_eq!(
        school
            .signed_in(DEPUTY)
            .get("/o/school/journal/lesson/900")
            .await
            .status,
        404
    );
    let looked = school
        .signed_in(CLASS_TEACHER)
        .post_form(FORM, &[("entry_version", "0"), ("topic", "x")])
        .await;
    assert_eq!(looked.status, 403, "the class teacher only looks");
    let page = school.signed_in(TEACHER).get(FORM).await;
    let statements: u32 = page
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told");
    assert!(statements <= 8, "{statements} statements");
}

/// T3: the script of the page sends what was typed without a network; sent
/// again it is one, and a session that ended is no success.
#[tokio::test]
async fn a_form_of_the_script_is_answered_without_a_page() {
    let school = School::open().await;
    let fields = [
        ("form", "00000000-0000-4000-8000-0000000000aa"),
        ("topic", "Дроби"),
        ("homework", ""),
        ("entry_version", "0"),
        ("v.11", "0-0"),
        ("m.11", "5"),
        ("a.11", ""),
    ];
    let mut teacher = school
        .signed_in(TEACHER)
        .with_header("accept", "application/json");
    for _ in 0..2 {
        let answer = teacher.post_form(FORM, &fields).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    let marks = "select count(*) from journal.mark where lesson_id = 500";
    assert_eq!(school.count(marks).await, 1);
    let mut nobody = school.nobody().with_header("accept", "application/json");
    assert_eq!(nobody.post_form(FORM, &fields).await.status, 401);
}
