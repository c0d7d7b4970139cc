use crate::support::*;

fn statements(answer: &testkit::Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told")
}

/// P1, P2: the first screen of a parent.
#[tokio::test]
async fn a_parent_sees_homework_for_the_next_day_and_new_marks() {
    let school = School::open().await;
    let answer = school.signed_in(MOTHER).get("/my/day").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.text().replace('\u{a0}', " ");
    for text in [
        "Абрамов Артём",
        "5А",
        "23 ноября",
        "Учитель ещё не внёс задание",
        "Контрольная работа",
    ] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(statements(&answer) <= 7);
}

#[tokio::test]
async fn the_week_and_the_marks_are_the_childs_own() {
    let school = School::open().await;
    let mut mother = school.signed_in(MOTHER);
    let week = mother
        .get("/my/diary/week?child=school:11&week=2026-11-18")
        .await;
    assert_eq!(week.status, 200);
    assert!(week.text().contains("№ 6–9"), "{}", week.text());
    assert!(statements(&week) <= 7);
    let marks = mother.get("/my/diary/marks?child=school:11").await;
    assert!(marks.text().contains("4,00"), "{}", marks.text());
    assert!(statements(&marks) <= 7);
    let first_quarter = mother.get("/my/diary/marks?child=school:11&period=1").await;
    assert!(first_quarter.status == 200 || first_quarter.status == 404);
}

/// AC-01, AC-06: another's child is answered like a missing one, in every form of the address.
#[tokio::test]
async fn another_child_is_not_there() {
    let school = School::open().await;
    for path in ["/my/day", "/my/diary/week", "/my/diary/marks"] {
        for child in [
            "school:12",
            "other:91",
            "school:91",
            "nowhere:1",
            "12",
            "school:x",
            "school:",
        ] {
            let answer = school
                .signed_in(MOTHER)
                .get(&format!("{path}?child={child}"))
                .await;
            assert_eq!(answer.status, 404, "{path} {child}");
            assert!(!answer.text().contains("Борисова") && !answer.text().contains("Канарейк"));
        }
        let own = school
            .signed_in(BORISOVA)
            .get(&format!("{path}?child=school:12"))
            .await;
        assert_eq!(own.status, 200);
        assert_eq!(
            school
                .signed_in(BORISOVA)
                .get(&format!("{path}?child=school:11"))
                .await
                .status,
            404
        );
        assert_eq!(school.nobody().get(path).await.status, 303);
    }
}

#[tokio::test]
async fn a_teacher_without_children_goes_to_work() {
    let school = School::open().await;
    let answer = school.signed_in(TEACHER).get("/my/day").await;
    assert_eq!(answer.location(), Some("/o/school/"));
}

/// A kinship that ended ends the view at the next request (AC-05).
#[tokio::test]
async fn when_kinship_ends_the_diary_closes() {
    let school = School::open().await;
    school
        .world
        .sql("update people.kinship set until = '2026-11-19' where pupil_id = 11")
        .await;
    assert_eq!(
        school
            .signed_in(MOTHER)
            .get("/my/day?child=school:11")
            .await
            .status,
        404
    );
}
