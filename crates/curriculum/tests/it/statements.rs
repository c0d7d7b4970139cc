use axum::http::StatusCode;

use crate::support::School;

/// D: no page asks once per row.
#[tokio::test]
async fn statements_do_not_grow_with_the_rows() {
    let school = School::new().await;
    let year = school.year().await;
    let class = school.class(year, "7", "А", "23").await;
    let subject = school.subject("Алгебра").await;
    school.load((year, class, subject), "21", "2").await;
    school.enrol(class, 201..=225);
    let form = [
        ("year", &*year.to_string()),
        ("wish", &*format!("21.{subject}.7")),
    ];
    let plan = school
        .browser("teacher")
        .post_form("/o/g7/study/plans", &form)
        .await;
    let plan = plan.location().unwrap().to_owned();
    let pages = [
        "/o/g7/study/years".to_owned(),
        format!("/o/g7/study/years/{year}"),
        "/o/g7/study/subjects".to_owned(),
        "/o/g7/study/classes".to_owned(),
        format!("/o/g7/study/classes/{class}"),
        format!("/o/g7/study/classes/{class}/groups"),
        "/o/g7/study/load".to_owned(),
        "/o/g7/study/load?by=teachers".to_owned(),
        "/o/g7/study/scales".to_owned(),
        "/o/g7/study/plans".to_owned(),
        plan,
    ];
    let few = count(&school, &pages).await;
    school
        .world
        .sql(&format!(
            "insert into curriculum.class (org_id, year_id, grade, letter) select 1001, {year}, g, chr(1040 + l)
               from generate_series(1, 11) g, generate_series(1, 4) l;
             insert into curriculum.subject (org_id, name, short_name) select 1001, 'П' || n, 'П' from generate_series(1, 30) n;
             insert into curriculum.load (org_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
               select 1001, {year}, class_id, subject_id, 22, 2, daterange('2026-09-01', '2027-05-26', '[]')
               from curriculum.class, curriculum.subject where letter <> 'А';
             insert into curriculum.study_group (org_id, class_id, subject_id, part, name)
               select 1001, {class}, subject_id, p, 'Г' from curriculum.subject, generate_series(1, 2) p;
             insert into curriculum.group_member (org_id, group_id, pupil_id)
               select 1001, group_id, 201 from curriculum.study_group;
             insert into curriculum.plan (org_id, year_id, subject_id, grade, teacher_id, name)
               select 1001, {year}, subject_id, 7, 22, 'План' from curriculum.subject;
             insert into curriculum.plan_item (org_id, plan_id, number, topic)
               select 1001, plan_id, n, 'Т' from curriculum.plan, generate_series(1, 68) n"
        ))
        .await;
    let many = count(&school, &pages).await;
    assert_eq!(few, many);
    assert!(few.iter().all(|it| it.1 <= 9), "{few:?}");
}

async fn count(school: &School, pages: &[String]) -> Vec<(String, u32)> {
    let mut counts = vec![];
    for path in pages {
        let mut deputy = school.browser("deputy");
        let (answer, statements) = db::statements::counted(deputy.get(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        counts.push((path.clone(), statements));
    }
    counts
}
