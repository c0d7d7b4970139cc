use serde_json::Value;

use super::support::{ADMIN, DEPUTY, DIRECTOR, PETROVA, School};

const PAGE: &str = "/o/school/control/reminders";

async fn events(school: &School) -> Vec<Value> {
    let rows =
        "select payload from kernel.outbox where kind = 'deadlines.reminded' order by event_id";
    sqlx::query_scalar(rows)
        .fetch_all(school.world.test.admin())
        .await
        .unwrap()
}

async fn seen(school: &School) -> String {
    school
        .world
        .number("select coalesce(max(nudge_id), 0) from deadlines.nudge")
        .await
        .to_string()
}

/// Check 17: each who owes gets one message, of all that is overdue or due today.
#[tokio::test]
async fn everybody_who_owes_gets_one_message() {
    let school = School::open().await;
    let (html, statements) = school.page(DEPUTY, PAGE).await;
    assert!(html.contains("Напомнить о сроках (4)"));
    assert!(statements <= 8, "{statements}");
    let mut deputy = school.signed_in(DEPUTY);
    let answer = deputy.post_form(PAGE, &[("seen", "0")]).await;
    assert_eq!(answer.location(), Some("/o/school/control"));
    let events = events(&school).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["by"], DEPUTY);
    let to = events[0]["to"].as_array().unwrap();
    assert_eq!(to.len(), 4);
    let of = |person: i64| to.iter().find(|it| it["person"] == person).unwrap()["debts"].clone();
    assert_eq!(
        of(PETROVA),
        serde_json::json!([1, 3]),
        "not the lesson of next week"
    );
    assert_eq!(of(ADMIN), serde_json::json!([5]), "whoever holds the role");
    let rows = "select count(*) from deadlines.nudge where sent_by = 4";
    assert_eq!(school.world.number(rows).await, 4);
}

/// Check 17: a repetition within a day is asked for; the rest get theirs.
#[tokio::test]
async fn a_repetition_within_a_day_is_asked_for() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    let scope = [("rule", "R-6.6"), ("seen", "0")];
    deputy.post_form(PAGE, &scope).await;
    let (html, _) = school.page(DEPUTY, &format!("{PAGE}?rule=R-6.6")).await;
    assert!(
        html.contains("Напомнено сегодня в 11:00. Повторить?"),
        "{html}"
    );
    let now = seen(&school).await;
    // Without saying so, nobody is reminded of the same again.
    deputy
        .post_form(PAGE, &[("rule", "R-6.6"), ("seen", &now)])
        .await;
    assert_eq!(events(&school).await.len(), 1);
    deputy
        .post_form(PAGE, &[("rule", "R-6.6"), ("seen", &now), ("again", "1")])
        .await;
    assert_eq!(events(&school).await.len(), 2);
    // Of all debts Petrova owes one more, so that she is told of it.
    let now = seen(&school).await;
    deputy.post_form(PAGE, &[("seen", &now)]).await;
    let last = events(&school).await.pop().unwrap();
    let people: Vec<i64> = last["to"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["person"].as_i64().unwrap())
        .collect();
    assert_eq!(people, [1, 3, 5], "Sokolova was told all she owes");
    // The next day nobody is asked.
    school.world.clock().advance(chrono::Duration::hours(25));
    let (html, _) = school.page(DEPUTY, &format!("{PAGE}?rule=R-6.6")).await;
    assert!(html.contains("Напомнить о сроках (2)"));
}

/// Two leaders who press at once do not remind twice.
#[tokio::test]
async fn nobody_is_reminded_twice_by_chance() {
    let school = School::open().await;
    let (mut deputy, mut director) = (school.signed_in(DEPUTY), school.signed_in(DIRECTOR));
    let form = [("seen", "0")];
    let (one, two) = tokio::join!(
        deputy.post_form(PAGE, &form),
        director.post_form(PAGE, &form)
    );
    assert!(one.status.is_redirection() && two.status.is_redirection());
    assert_eq!(events(&school).await.len(), 1);
    assert_eq!(
        school
            .world
            .number("select count(*) from deadlines.nudge")
            .await,
        4
    );
}

/// Check 17, JRN-6: the first page leads here with the last school day: each
/// teacher gets one message about its lessons, whenever they are due, and a
/// repetition is asked for.
#[tokio::test]
async fn the_lessons_of_a_day_are_reminded_of() {
    let school = School::open().await;
    let lesson = |id: i64, key: &str, duty: &str, rule: &str, due: &str| {
        format!(
            "insert into deadlines.debt (org_id, debt_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, place, found_at)
             overriding system value values
             (1001, {id}, '{rule}', '{duty}', '{key}', '2026-11-19', '{due}', 'person', {PETROVA}, '/journal/lesson/501', now());"
        )
    };
    let rows = [
        lesson(901, "lesson/501", "journal.lesson", "R-8.4", "2026-12-03"),
        lesson(902, "lesson/501", "journal.lesson", "E-5.3", "2026-11-20"),
        lesson(903, "lesson/501", "journal.homework", "M-4.4", "2026-12-03"),
    ];
    school.world.sql(&rows.concat()).await;
    let page = format!("{PAGE}?day=2026-11-19");
    let (html, _) = school.page(DEPUTY, &page).await;
    assert!(html.contains("Напомнить об уроках (1)"), "{html}");
    let form = [("day", "2026-11-19"), ("seen", "0")];
    let mut deputy = school.signed_in(DEPUTY);
    for _ in 0..2 {
        let answer = deputy.post_form(PAGE, &form).await;
        assert!(answer.status.is_redirection());
    }
    let events = events(&school).await;
    assert_eq!(events.len(), 1, "pressed twice is sent once");
    let to = events[0]["to"].as_array().unwrap();
    assert_eq!(to.len(), 1);
    assert_eq!(
        to[0]["debts"],
        serde_json::json!([902, 903]),
        "each lesson once, by the rule that is due first"
    );
    let (html, _) = school.page(DEPUTY, &page).await;
    assert!(
        html.contains("Напомнено сегодня в 11:00. Повторить?"),
        "{html}"
    );
    // Of another day nobody was reminded, and of the future nobody is.
    let (html, _) = school.page(DEPUTY, &format!("{PAGE}?day=2027-11-19")).await;
    assert!(!html.contains("Напомнить об уроках"), "{html}");
}

#[tokio::test]
async fn only_leaders_remind() {
    let school = School::open().await;
    let mut teacher = school.signed_in(PETROVA);
    assert_eq!(teacher.post_form(PAGE, &[("seen", "0")]).await.status, 403);
    assert!(events(&school).await.is_empty());
}

/// Where nothing is overdue, what is due within seven days can be reminded of.
#[tokio::test]
async fn what_is_due_soon_may_be_reminded_of() {
    let school = School::open().await;
    school
        .world
        .sql("update deadlines.debt set due_on = '2026-11-25' where org_id = 1001 and rule = 'R-6.6'")
        .await;
    let (html, _) = school.page(DEPUTY, &format!("{PAGE}?rule=R-6.6")).await;
    assert!(html.contains("Просроченного нет") && html.contains(r#"name="soon" value="1""#));
    let mut deputy = school.signed_in(DEPUTY);
    let form = [("rule", "R-6.6"), ("soon", "1"), ("seen", "0")];
    deputy.post_form(PAGE, &form).await;
    assert_eq!(events(&school).await[0]["to"].as_array().unwrap().len(), 2);
}
