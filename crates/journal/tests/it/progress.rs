//! «Диаграммы» of a pupil's card (PPL-2, S1:4).

use crate::support::*;

const PAGE: &str = "/o/school/people/pupils/11/charts";

/// Five classmates with marks, so that the class has an average to show.
async fn with_class(school: &School) {
    school
        .world
        .sql(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
             overriding system value
             select 1001, it, 'Классный' || it, 'Пётр', 'классный' from generate_series(61, 65) it;
             insert into people.pupil (org_id, person_id)
             select 1001, it from generate_series(61, 65) it;
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
             select 1001, it, 51, '[2026-09-01,)', 1 from generate_series(61, 65) it;
             insert into journal.mark (org_id, work_id, pupil_id, lesson_id, value, points, points_count, set_by, set_at)
             select 1001, 70, it, 501, '2', 2, 1, 1, '2026-11-19 15:00Z' from generate_series(61, 65) it;
             insert into journal.attendance (org_id, lesson_id, pupil_id, code, set_by, set_at)
             values (1001, 500, 11, 'Б', 1, '2026-11-20 15:00Z')",
        )
        .await;
}

/// Averages by period and subject beside those of the class, and attendance
/// with its reasons, each with a table behind, in few statements.
#[tokio::test]
async fn ppl2_charts_tell_marks_and_attendance() {
    let school = School::open().await;
    with_class(&school).await;
    let answer = school.signed_in(CLASS_TEACHER).get(PAGE).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = answer.text();
    assert_eq!(page.matches("<svg class=\"chart\"").count(), 3, "{page}");
    // 4 of the pupil; (4 + 5 · 2) : 6 of the class.
    assert!(page.contains("4,00") && page.contains("2,33"), "{page}");
    assert!(page.contains("Алгебра") && page.contains("2026/2027"));
    // Three lessons were held, of one the pupil was ill; the cancelled one is none.
    assert!(page.contains("66,7"), "{page}");
    assert!(!page.contains("chart-hollow\" cx=\"0\""));
    let statements: u32 = answer.header("x-statements").unwrap().parse().unwrap();
    assert!(statements <= 8, "{statements}");
}

/// An average of few pupils would tell the marks of one of them.
#[tokio::test]
async fn the_class_is_compared_with_only_where_it_hides_each() {
    let school = School::open().await;
    let page = school.signed_in(CLASS_TEACHER).get(PAGE).await.text();
    assert!(
        page.contains("4,00") && !page.contains("chart-hollow"),
        "{page}"
    );
}

/// The family sees its own; a teacher without the class, another pupil and
/// another school get the answer of a missing page.
#[tokio::test]
async fn charts_are_for_the_class_teacher_the_office_and_the_family() {
    let school = School::open().await;
    for own in [CLASS_TEACHER, DEPUTY, MOTHER, ABRAMOV] {
        assert_eq!(school.signed_in(own).get(PAGE).await.status, 200, "{own}");
    }
    for other in [STRANGER, TEACHER, BORISOVA, LATECOMER] {
        assert_eq!(
            school.signed_in(other).get(PAGE).await.status,
            404,
            "{other}"
        );
    }
    let of_other = "/o/school/people/pupils/12/charts";
    assert_eq!(school.signed_in(MOTHER).get(of_other).await.status, 404);
    let mut deputy = school.signed_in(DEPUTY);
    for missing in ["91", "1", "999"] {
        let path = format!("/o/school/people/pupils/{missing}/charts");
        assert_eq!(deputy.get(&path).await.status, 404, "{missing}");
    }
    assert_eq!(deputy.get(&format!("{PAGE}?class=99")).await.status, 404);
    assert_eq!(deputy.get(&format!("{PAGE}?class=11")).await.status, 404);
}

/// Grade 1 has no marks; who was never in a class has an empty page.
#[tokio::test]
async fn charts_say_what_there_is_not_yet() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into people.person (org_id, person_id, last_name, first_name, search_key)
              overriding system value values (1001, 66, 'Новый', 'Пётр', 'новый');
              insert into people.pupil (org_id, person_id) values (1001, 66)",
        )
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    let first = deputy.get("/o/school/people/pupils/14/charts").await.text();
    assert!(
        first.contains("учатся без отметок") && first.contains("Посещаемость"),
        "{first}"
    );
    let new = deputy.get("/o/school/people/pupils/66/charts").await.text();
    assert!(new.contains("ещё не учился"), "{new}");
}
