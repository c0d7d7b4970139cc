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

/// MOV-5: whoever came from a school of the region has a link to the marks of
/// that school, as long as it keeps them, and the page costs no statement more.
#[tokio::test]
async fn who_came_by_transfer_has_a_link_to_former_marks() {
    const LINK: &str = "/o/school/people/pupils/13/former-marks";
    let school = School::open().await;
    let page = school.signed_in(TEACHER).get(GRID).await;
    assert!(!page.text().contains("former-marks"));
    let before = statements(&page);
    school
        .world
        .sql(
            "insert into movement.transfer (org_id, transfer_id, to_org, state, by_request, last_name, first_name,
                 due_on, offered_at, enrolled_on) overriding system value
             values (1002, 7, 1001, 'enrolled', false, 'Ветров', 'Глеб', '2026-11-23', now(), '2026-11-20');
             insert into movement.transfer_extract (org_id, transfer_id, content) values (1002, 7, '{}');
             insert into movement.arrival (org_id, transfer_id, from_org, pupil_id, order_id)
             values (1001, 7, 1002, 13, 2)",
        )
        .await;
    for person in [TEACHER, CLASS_TEACHER, DEPUTY] {
        let page = school.signed_in(person).get(GRID).await;
        assert_eq!(page.text().matches("former-marks").count(), 1, "{person}");
        assert!(page.text().contains(LINK), "{person}");
        assert_eq!(statements(&page), before);
    }
    school
        .world
        .sql("update movement.transfer_extract set content = null")
        .await;
    let page = school.signed_in(TEACHER).get(GRID).await;
    assert!(!page.text().contains("former-marks"), "it was destroyed");
}
