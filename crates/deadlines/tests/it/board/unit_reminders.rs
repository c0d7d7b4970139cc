//! Those above are told what schools owe after all reminders, and remind them (S2:3.2, 3.3).

use super::support::{MINISTRY, OPERATOR, School};

const PAGE: &str = "/hub/krymsk/deadlines/reminders";

async fn told(school: &School) {
    let tree = org::Org::new(school.world.db().clone())
        .tree()
        .await
        .unwrap();
    school.deadlines.tell_units(&tree).await.unwrap();
}

async fn nudges(school: &School) -> i64 {
    school
        .world
        .number("select count(*) from deadlines.unit_nudge")
        .await
}

/// A municipality reminds its schools in two clicks, once within a day.
#[tokio::test]
async fn a_municipality_reminds_its_schools() {
    let school = School::open().await;
    told(&school).await;
    let (html, _) = school.page(OPERATOR, "/hub/krymsk/deadlines").await;
    assert!(html.contains(PAGE), "{html}");
    let (html, statements) = school.page(OPERATOR, PAGE).await;
    assert!(
        html.contains("Гимназия № 7") && !html.contains("Школа № 2"),
        "{html}"
    );
    assert!(html.contains("Напомнить школам (1)"), "{html}");
    assert!(statements <= 8, "{statements}");
    let mut operator = school.signed_in(OPERATOR);
    let sent = operator.post_form(PAGE, &[("seen", "0")]).await;
    assert_eq!(sent.location(), Some("/hub/krymsk/deadlines"));
    assert_eq!(nudges(&school).await, 1);
    let event =
        "select payload ->> 'schools' from kernel.outbox where kind = 'deadlines.schools-reminded'";
    let schools: String = sqlx::query_scalar(event)
        .fetch_one(school.world.test.admin())
        .await
        .unwrap();
    assert_eq!(schools, "[1001]");

    // The same form sent again: somebody reminded since.
    let again = operator.post_form(PAGE, &[("seen", "0")]).await;
    assert_eq!(again.location(), Some(PAGE));
    let (html, _) = school.page(OPERATOR, PAGE).await;
    assert!(html.contains("за сутки уже напомнили") && html.contains("Повторить всем школам (1)"));
    let last = school
        .world
        .number("select max(nudge_id) from deadlines.unit_nudge")
        .await
        .to_string();
    operator.post_form(PAGE, &[("seen", &last)]).await;
    assert_eq!(nudges(&school).await, 1, "nobody is left");
    let one = [("seen", last.as_str()), ("again", "1"), ("school", "1001")];
    let sent = operator.post_form(PAGE, &one).await;
    assert_eq!(sent.location(), Some("/hub/krymsk/deadlines/1001"));
    assert_eq!(nudges(&school).await, 2);
}

/// A school of another municipality is none; the ministry looks and does not remind.
#[tokio::test]
async fn only_those_who_answer_for_a_school_remind_it() {
    let school = School::open().await;
    told(&school).await;
    let foreign = format!("{PAGE}?school=1002");
    assert_eq!(school.status(OPERATOR, &foreign).await, 404);
    let mut operator = school.signed_in(OPERATOR);
    let refused = operator
        .post_form(PAGE, &[("seen", "0"), ("school", "1002")])
        .await;
    assert_eq!(refused.status, 404);
    assert_eq!(
        school
            .status(MINISTRY, "/hub/kuban/deadlines/reminders")
            .await,
        403
    );
    let (html, _) = school.page(MINISTRY, "/hub/kuban/deadlines").await;
    assert!(!html.contains("/reminders"));
    assert_eq!(nudges(&school).await, 0);
}

/// What the ladder tells the municipality reaches its tenant as counts, goes
/// when it is done, and is told of another day when the day was moved.
#[tokio::test]
async fn what_is_told_above_reaches_the_municipality() {
    let school = School::open().await;
    school
        .world
        .sql(
            "insert into deadlines.reminder (org_id, debt_id, to_role, occasion, due_on, found_on)
             select org_id, debt_id, 'municipal_operator', 'after-5', due_on, '2026-11-19'
             from deadlines.debt where org_id = 1001 and rule = 'R-6.6' and closed_at is null",
        )
        .await;
    told(&school).await;
    let owed = async || -> Vec<String> {
        sqlx::query_scalar(
            "select concat_ws(' ', org_id, school_id, rule, due_on, things) from deadlines.unit_owed order by 1",
        )
        .fetch_all(school.world.test.admin())
        .await
        .unwrap()
    };
    assert_eq!(owed().await, ["2001 1001 R-6.6 2026-09-15 2"]);
    school
        .world
        .sql(
            "update deadlines.debt set closed_at = '2026-11-20', closed_how = 'done' where org_id = 1001 and rule = 'R-6.6';
             update deadlines.look set looked_at = '2026-11-20 09:00+00' where org_id = 1001",
        )
        .await;
    told(&school).await;
    assert!(owed().await.is_empty());
}
