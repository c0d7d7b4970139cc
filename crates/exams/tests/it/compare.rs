use axum::http::StatusCode;

use crate::support::{CLASS_TEACHER, DEPUTY, OGE, School, TEACHER};

const RESULTS: &str = "insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at) values
    (1001, 400, 11, 51, 'present', 16, 1, '2026-11-19'), (1001, 400, 12, 51, 'present', 22, 1, '2026-11-19'),
    (1001, 400, 13, 51, 'ill', null, 1, '2026-11-19'), (1001, 400, 14, 52, 'present', 3, 1, '2026-11-19')";

/// JRN-9: the marks of the exam beside those of the journal, per pupil and in sum.
#[tokio::test]
async fn marks_are_compared_with_those_of_the_year() {
    let school = School::open().await;
    school.world.sql(RESULTS).await;
    let page = school.signed_in(DEPUTY).get(OGE).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(
        text.contains("Сравнение с отметками журнала: 1 четверть"),
        "{text}"
    );
    assert!(text.contains("подтвердил") && text.contains("повысил") && !text.contains("понизил<"));
    assert!(text.contains("(50,0&nbsp;%)"), "one of two each");
    for export in ["?as=xlsx", "?as=csv", "?as=print"] {
        assert_eq!(
            school
                .signed_in(DEPUTY)
                .get(&format!("{OGE}{export}"))
                .await
                .status,
            StatusCode::OK
        );
    }
    // The year is what counts where it is there.
    school.world.sql("insert into journal.final_mark (org_id, pupil_id, subject_id, year_id, kind, class_id, grade, value, set_by, set_at)
        values (1001, 11, 1, 1, 'year', 51, 9, '5', 1, '2026-11-20')").await;
    let text = school.signed_in(DEPUTY).get(OGE).await.text();
    assert!(text.contains("Сравнение с отметками журнала: год") && text.contains("понизил"));
    let text = school
        .signed_in(DEPUTY)
        .get(&format!("{OGE}?with=quarter-1"))
        .await
        .text();
    assert!(text.contains("Сравнение с отметками журнала: 1 четверть"));
}

/// JRN-9: marks go into the final ones with the rights and locks of the journal.
#[tokio::test]
async fn marks_become_final_ones_of_the_exam() {
    let school = School::open().await;
    school.world.sql(RESULTS).await;
    let finals = "select count(*) from journal.final_mark where kind = 'exam'";
    let transfer = format!("{OGE}/classes/51/transfer");
    // Котова leads 9А, so she sets all its final marks; a colleague does not.
    let done = school
        .signed_in(CLASS_TEACHER)
        .post_form(&transfer, &[])
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(school.number(finals).await, 2);
    let again = school.signed_in(TEACHER).post_form(&transfer, &[]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    assert_eq!(
        school
            .number("select sum(version) from journal.final_mark where kind = 'exam'")
            .await,
        2,
        "once is enough"
    );
    // A mark that stands there stays.
    school
        .world
        .sql("update exams.result set primary_score = 8 where pupil_id = 11")
        .await;
    school.signed_in(TEACHER).post_form(&transfer, &[]).await;
    assert_eq!(
        school
            .number("select count(*) from journal.final_mark where kind = 'exam' and value = '4'")
            .await,
        1
    );
    let other = format!("{OGE}/classes/52/transfer");
    assert_eq!(
        school
            .signed_in(TEACHER)
            .post_form(&other, &[])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

/// D: no page asks once per row.
#[tokio::test]
async fn statements_do_not_grow_with_the_rows() {
    let school = School::open().await;
    let pages = [
        "/o/school/study/exams".to_owned(),
        OGE.to_owned(),
        format!("{OGE}/classes/51"),
        "/o/school/study/exams/scales".to_owned(),
        "/my/exams".to_owned(),
    ];
    let few = count(&school, &pages).await;
    school
        .world
        .sql(&format!(
            "{RESULTS};
             insert into people.person (org_id, person_id, last_name, first_name, search_key) overriding system value
                 select 1001, 1000 + n, 'Ученик' || n, 'Имя', 'имя' from generate_series(1, 60) n;
             insert into people.pupil (org_id, person_id) select 1001, 1000 + n from generate_series(1, 60) n;
             insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
                 select 1001, 1000 + n, 51, '[2026-09-01,)', 1 from generate_series(1, 60) n;
             insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, set_by, set_at)
                 select 1001, 400, 1000 + n, 51, 'present', n % 30, 1, '2026-11-19' from generate_series(1, 60) n;
             insert into exams.exam (org_id, year_id, kind, subject_id, grade, held_on, max_primary)
                 select 1001, 1, 'vpr', 1, 9, date '2026-11-01' + n::int, 30 from generate_series(1, 20) n;
             insert into exams.exam_class (org_id, exam_id, class_id)
                 select 1001, exam_id, 51 from exams.exam where org_id = 1001 on conflict do nothing;
             insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, mark, set_by, set_at)
                 select 1001, exam_id, 11, 51, 'present', 4, 1, '2026-11-19' from exams.exam where kind = 'vpr'"
        ))
        .await;
    let many = count(&school, &pages).await;
    assert_eq!(
        few.iter().map(|it| &it.0).collect::<Vec<_>>(),
        many.iter().map(|it| &it.0).collect::<Vec<_>>()
    );
    assert!(many.iter().all(|it| it.1 <= 8), "{many:?}");
    assert!(
        few.iter().zip(&many).all(|(few, many)| many.1 <= few.1 + 1),
        "{few:?} {many:?}"
    );
}

async fn count(school: &School, pages: &[String]) -> Vec<(String, u32)> {
    let mut counts = vec![];
    for path in pages {
        let who = if path.starts_with("/my") { 21 } else { TEACHER };
        let mut reader = school.signed_in(who);
        let (answer, statements) = db::statements::counted(reader.get(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        counts.push((path.clone(), statements));
    }
    counts
}
