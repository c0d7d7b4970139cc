use crate::support::*;

const GRID: &str = "/o/school/journal/51/1";

fn statements(answer: &testkit::Answer) -> u32 {
    answer
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("statements are told")
}

#[tokio::test]
async fn a_teacher_sees_the_class_with_marks_and_averages() {
    let school = School::open().await;
    let answer = school.signed_in(TEACHER).get(GRID).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.text();
    for text in [
        "Абрамов Артём",
        "Борисова Вера",
        "Ветров Глеб",
        "data-avg=\"11\"",
        "4,00",
        "data-w=70",
        "КР ×3",
    ] {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(page.contains("id=\"c-501-13-70\" class=\"cell\" data-l=501 data-p=13 data-w=70 aria-readonly=true data-lock=out"),
        "before the order the cell is closed");
    assert!(
        statements(&answer) <= 7,
        "{} statements",
        statements(&answer)
    );
}

#[tokio::test]
async fn the_class_teacher_and_the_deputy_look_and_others_find_nothing() {
    let school = School::open().await;
    assert_eq!(school.signed_in(CLASS_TEACHER).get(GRID).await.status, 200);
    assert_eq!(school.signed_in(DEPUTY).get(GRID).await.status, 200);
    assert_eq!(
        school.signed_in(STRANGER).get(GRID).await.status,
        404,
        "another subject's teacher"
    );
    assert_eq!(
        school
            .signed_in(STRANGER)
            .get("/o/school/journal/51/2")
            .await
            .status,
        200
    );
    assert_eq!(school.signed_in(MOTHER).get(GRID).await.status, 403);
    assert_eq!(school.signed_in(ABRAMOV).get(GRID).await.status, 403);
    assert_eq!(
        school
            .signed_in(DEPUTY)
            .get("/o/school/journal/99/9")
            .await
            .status,
        404,
        "another school's class"
    );
    assert_eq!(school.signed_in(99).get(GRID).await.status, 404);
    assert_eq!(school.nobody().get(GRID).await.status, 303);
    assert_eq!(
        school
            .signed_in(DEPUTY)
            .get("/o/school/journal/51/1?period=77")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn grade_one_has_no_marks_in_its_journal() {
    let school = School::open().await;
    let page = school
        .signed_in(TEACHER)
        .get("/o/school/journal/11/1")
        .await
        .text();
    assert!(page.contains("data-nomarks"), "{page}");
}

#[tokio::test]
async fn a_cell_tells_its_history_to_those_who_see_the_journal() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    send(&mut teacher, &[mark(1, TODAY, ABRAMOV, 0, "3")]).await;
    send(&mut teacher, &[mark(2, TODAY, ABRAMOV, 1, "5")]).await;
    let cell = "/o/school/journal/cell?lesson=500&pupil=11";
    let page = teacher.get(cell).await.text();
    assert!(
        page.contains("<strong>3</strong> → <strong>5</strong>"),
        "{page}"
    );
    assert!(page.contains("Петрова\u{a0}А.\u{a0}И."), "{page}");
    // AC-09: a teacher of another subject sees neither the history nor names.
    let refused = school.signed_in(STRANGER).get(cell).await;
    assert_eq!(refused.status, 404);
    assert!(!refused.text().contains("Абрамов"));
}

#[tokio::test]
async fn the_home_page_counts_what_is_owed() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let page = teacher.get("/o/school/").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("5А · Алгебра"));
    let deputy = school.signed_in(DEPUTY).get("/o/school/").await;
    assert!(deputy.text().contains("Петрова"), "{}", deputy.text());
    assert!(statements(&deputy) <= 8);
    assert_eq!(
        school
            .signed_in(TEACHER)
            .get("/o/school/journal")
            .await
            .status,
        200
    );
}
