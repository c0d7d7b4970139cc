use crate::support::{CLASS_TEACHER, COLLEAGUE, DEPUTY, School};

const LIST: &str = "/o/school/portfolio";

/// PPL-8: the sums of the school and of a class, and the list behind them on
/// screen and in files.
#[tokio::test]
async fn a_school_sees_what_was_reached() {
    let school = School::open().await;
    school
        .world
        .sql("update portfolio.entry set state = 'confirmed' where entry_id = 701")
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    let page = deputy.get(LIST).await.text();
    for shown in [
        "Олимпиады",
        "Проекты",
        "Учеников из 3",
        "9А",
        "9Б",
        "Проект о реке",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("Канарейка"), "another school never shows");
    let class = deputy.get(&format!("{LIST}?class=51")).await.text();
    assert!(class.contains("Олимпиада по алгебре") && !class.contains("Проект о реке"));
    let csv = deputy.get(&format!("{LIST}?as=csv")).await.text();
    assert!(csv.contains("муниципальный") && csv.contains("победитель"));
    assert_eq!(
        deputy.get(&format!("{LIST}?class=99")).await.status,
        axum::http::StatusCode::NOT_FOUND
    );
}

/// PPL-8: a class teacher sees the own class and what waits in it.
#[tokio::test]
async fn a_teacher_sees_the_own_pupils() {
    let school = School::open().await;
    let own = school.signed_in(CLASS_TEACHER).get(LIST).await.text();
    assert!(own.contains("Олимпиада по алгебре") && !own.contains("Проект о реке"));
    let colleague = school.signed_in(COLLEAGUE).get(LIST).await.text();
    assert!(colleague.contains("Проект о реке") && colleague.contains("классного руководителя: 1"));
}
