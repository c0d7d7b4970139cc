use super::support::{ADMIN, DEPUTY, DIRECTOR, PETROVA, School, times};

async fn due(school: &School, debt: i64) -> String {
    let query = "select coalesce(shifted_on, due_on)::text from deadlines.debt where org_id = 1001 and debt_id = $1";
    sqlx::query_scalar(query)
        .bind(debt)
        .fetch_one(school.world.test.admin())
        .await
        .unwrap()
}

async fn last_relief(school: &School) -> String {
    let id = school
        .world
        .number("select max(relief_id) from deadlines.relief")
        .await;
    format!("/o/school/deadlines/reliefs/{id}/undo")
}

/// D5: a deadline is shifted with a reason, for all who owe, and back again.
#[tokio::test]
async fn a_deadline_is_shifted_for_all_and_taken_back() {
    let school = School::open().await;
    let mut director = school.signed_in(DIRECTOR);
    let path = "/o/school/control/rules/R-6.6/shift";
    let form = [("to", "01.12.2026"), ("reason", "Карантин")];
    let answer = director.post_form(path, &form).await;
    assert_eq!(
        answer.location(),
        Some("/o/school/control/rules/R-6.6"),
        "{}",
        answer.text()
    );
    assert_eq!(
        [due(&school, 1).await, due(&school, 2).await],
        ["2026-12-01", "2026-12-01"]
    );
    let late = "select count(*) from deadlines.debt where org_id = 1001 and rule = 'R-6.6' and late_at is not null";
    assert_eq!(
        school.world.number(late).await,
        0,
        "nobody is late any more"
    );
    let (html, _) = school.page(DIRECTOR, "/o/school/control/rules/R-6.6").await;
    assert!(html.contains("Сдвинуто до 01.12.2026") && html.contains("Карантин"));
    let undo = last_relief(&school).await;
    assert_eq!(director.post_form(&undo, &[]).await.status, 303);
    assert_eq!(due(&school, 1).await, "2026-09-15");
    assert_eq!(school.world.number(late).await, 2, "late as before");
    assert_eq!(director.post_form(&undo, &[]).await.status, 409, "once");
    let kept = "select count(*) from kernel.history where tbl = 'deadlines.relief'";
    assert_eq!(school.world.number(kept).await, 2);
}

/// Bad input: a day that is past, too far or no day, and no reason.
#[tokio::test]
async fn a_shift_is_refused_at_its_field() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let path = "/o/school/deadlines/debts/3/shift";
    for (to, reason, wrong) in [
        ("19.11.2026", "x", "не может быть раньше"),
        ("20.11.2026", "x", "должен быть позже"),
        ("20.02.2027", "x", "Так далеко срок не сдвинуть"),
        ("", "x", "id=\"to-error\""),
        ("25.11.2026", "", "id=\"reason-error\""),
    ] {
        let answer = deputy
            .post_form(path, &[("to", to), ("reason", reason)])
            .await;
        assert_eq!(answer.status, 422, "{to}");
        assert!(answer.text().contains(wrong), "{to}: {}", answer.text());
    }
    assert_eq!(due(&school, 3).await, "2026-11-20");
    let good = [("to", "25.11.2026"), ("reason", "Болела")];
    assert_eq!(deputy.post_form(path, &good).await.status, 303);
    assert_eq!(due(&school, 3).await, "2026-11-25");
}

/// `reports-and-rules.md` §4.1: head and deputy head decide, nobody else.
#[tokio::test]
async fn only_head_and_deputy_decide() {
    let school = School::open().await;
    let form = [("to", "25.11.2026"), ("reason", "x")];
    for (person, status) in [(PETROVA, 403), (ADMIN, 403), (DEPUTY, 303)] {
        let mut client = school.signed_in(person);
        let answer = client
            .post_form("/o/school/deadlines/debts/3/shift", &form)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{person}");
    }
    let mut deputy = school.signed_in(DEPUTY);
    let foreign = "/o/school/deadlines/debts/90/shift";
    assert_eq!(deputy.post_form(foreign, &form).await.status, 404);
    let (html, _) = school.page(DEPUTY, "/o/school/deadlines/debts/3").await;
    assert_eq!(times(&html, "/undo"), 1);
}
