use chrono::Duration;
use testkit::assert_history_replays;

use crate::{
    finals::{ALGEBRA, final_op, open, send_finals, signed},
    support::*,
};

const LIST: &str = "/o/school/journal/corrections";
const NEW: &str = "/o/school/journal/corrections/new";
const DECIDE: &str = "/o/school/journal/corrections/decide";

const FINAL: [(&str, &str); 4] = [
    ("class", "51"),
    ("subject", "1"),
    ("pupil", "12"),
    ("slot", "quarter-1"),
];

fn asking<'a>(
    of: &[(&'a str, &'a str)],
    wanted: &'a str,
    reason: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let mut fields = of.to_vec();
    fields.extend([("wanted", wanted), ("reason", reason)]);
    fields
}

async fn id(school: &School) -> String {
    school
        .count("select max(correction_id) from journal.correction")
        .await
        .to_string()
}

async fn state(school: &School) -> String {
    sqlx::query_scalar("select state from journal.correction order by correction_id desc limit 1")
        .fetch_one(school.world.test.admin())
        .await
        .expect("a correction")
}

/// T7, Z5, JRN-7: asked, approved, and exactly that cell is open for a day.
#[tokio::test]
async fn an_approved_correction_opens_one_final_mark_for_a_day() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    let form = teacher
        .get(&format!("{NEW}?class=51&subject=1&pupil=12&slot=quarter-1"))
        .await;
    assert!(
        form.text().contains("Борисова Вера") && form.text().contains("<strong>4</strong>"),
        "{}",
        form.text()
    );
    let asked = teacher
        .post_form(NEW, &asking(&FINAL, "5", "Контрольная пересчитана"))
        .await;
    assert_eq!(asked.location(), Some(LIST), "{}", asked.text());
    assert!(
        teacher
            .get(LIST)
            .await
            .text()
            .contains("Контрольная пересчитана")
    );
    let twice = teacher
        .post_form(NEW, &asking(&FINAL, "5", "ещё раз"))
        .await;
    assert_eq!(twice.status, 422);
    assert!(twice.text().contains("уже ждёт ответа"), "{}", twice.text());

    let mut deputy = school.signed_in(DEPUTY);
    let list = deputy.get(LIST).await;
    assert!(
        list.text().contains("Борисова Вера") && list.text().contains("1 четверть"),
        "{}",
        list.text()
    );
    let approve = format!("approve.{}", id(&school).await);
    let done = deputy.post_form(DECIDE, &[("decision", &approve)]).await;
    assert_eq!(done.location(), Some(LIST), "{}", done.text());

    let results = send_finals(
        &mut teacher,
        &[
            final_op(1, 1, BORISOVA, "quarter-1", 1, "5"),
            final_op(2, 1, ABRAMOV, "quarter-1", 1, "4"),
        ],
    )
    .await;
    assert_eq!(results[0]["status"], "ok", "{results:?}");
    assert_eq!(results[1]["status"], "locked", "exactly that cell");
    assert_eq!(state(&school).await, "used");
    school.world.clock().advance(Duration::hours(25));
    let late = send_finals(
        &mut teacher,
        &[final_op(3, 1, BORISOVA, "quarter-1", 2, "3")],
    )
    .await;
    assert_eq!(late[0]["status"], "locked", "the day is over");
    assert_history_replays(&school.world.test, "journal.correction").await;
    assert_history_replays(&school.world.test, "journal.final_mark").await;
}

/// JRN-7: the same for the mark of a lesson; the neighbour stays closed.
#[tokio::test]
async fn an_approved_correction_opens_one_mark_of_a_lesson() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    let of = [("lesson", "600"), ("pupil", "11")];
    let asked = teacher.post_form(NEW, &asking(&of, "4", "Описка")).await;
    assert_eq!(asked.status, 303, "{}", asked.text());
    assert_eq!(
        school.count("select count(*) from journal.correction where work_id = 600 and old_value = '5' and wanted = '4'").await,
        1
    );
    let mut deputy = school.signed_in(DEPUTY);
    let id = id(&school).await;
    deputy
        .post_form(DECIDE, &[("decision", "approve"), ("correction", &id)])
        .await;
    let results = send(
        &mut teacher,
        &[
            mark(1, 600, ABRAMOV, 1, "4"),
            mark(2, 600, BORISOVA, 1, "5"),
            mark(3, 601, ABRAMOV, 1, "4"),
        ],
    )
    .await;
    let statuses: Vec<&str> = results
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!(statuses, ["ok", "locked", "locked"]);
    assert_eq!(state(&school).await, "used");
    assert_history_replays(&school.world.test, "journal.mark").await;
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_reaches_the_teacher() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    teacher
        .post_form(NEW, &asking(&FINAL, "5", "Просит мама"))
        .await;
    let mut deputy = school.signed_in(DEPUTY);
    let number = id(&school).await;
    let refuse = format!("refuse.{number}");
    let without = deputy.post_form(DECIDE, &[("decision", &refuse)]).await;
    assert_eq!(without.status, 422);
    assert_eq!(state(&school).await, "asked");
    let field = format!("answer.{number}");
    let done = deputy
        .post_form(DECIDE, &[("decision", &refuse), (&field, "Нет оснований")])
        .await;
    assert_eq!(done.status, 303);
    assert!(teacher.get(LIST).await.text().contains("Нет оснований"));
    let results = send_finals(
        &mut teacher,
        &[final_op(1, 1, BORISOVA, "quarter-1", 1, "5")],
    )
    .await;
    assert_eq!(results[0]["status"], "locked");
    // Z5: what was decided may be taken back.
    let undo = format!("undo.{number}");
    assert_eq!(
        deputy
            .post_form(DECIDE, &[("decision", &undo)])
            .await
            .status,
        303
    );
    assert_eq!(state(&school).await, "asked");
    assert_eq!(
        teacher
            .post_form(DECIDE, &[("decision", "approve"), ("correction", &number)])
            .await
            .status,
        403
    );
}

/// The deputy head asks and opens at once, with the reason kept.
#[tokio::test]
async fn who_decides_need_not_wait() {
    let school = open().await;
    signed(&school).await;
    let mut deputy = school.signed_in(DEPUTY);
    let asked = deputy
        .post_form(NEW, &asking(&FINAL, "5", "По решению педсовета"))
        .await;
    assert_eq!(asked.status, 303);
    assert_eq!(state(&school).await, "approved");
    let results = send_finals(
        &mut deputy,
        &[final_op(1, 1, BORISOVA, "quarter-1", 1, "5")],
    )
    .await;
    assert_eq!(results[0]["status"], "ok");
}

#[tokio::test]
async fn nonsense_and_strangers_are_refused() {
    let school = open().await;
    let mut teacher = signed(&school).await;
    for (wanted, reason, text) in [("7", "x", "Такой отметки"), ("5", "  ", "Напишите причину")]
    {
        let refused = teacher
            .post_form(NEW, &asking(&FINAL, wanted, reason))
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(text), "{}", refused.text());
    }
    let open_cell = [("lesson", "500"), ("pupil", "11")];
    let refused = teacher.post_form(NEW, &asking(&open_cell, "5", "x")).await;
    assert!(refused.text().contains("не закрыта"), "{}", refused.text());
    for of in [
        vec![("lesson", "900"), ("pupil", "91")],
        vec![("lesson", "600"), ("pupil", "91")],
        vec![("lesson", "600"), ("pupil", "11"), ("work", "620")],
        vec![
            ("class", "99"),
            ("subject", "9"),
            ("pupil", "91"),
            ("slot", "quarter-1"),
        ],
        vec![("pupil", "11")],
        vec![],
    ] {
        let answer = teacher.post_form(NEW, &asking(&of, "5", "x")).await;
        assert_eq!(answer.status, 404, "{of:?}");
    }
    let stranger = school
        .signed_in(STRANGER)
        .post_form(NEW, &asking(&FINAL, "5", "x"))
        .await;
    assert_eq!(stranger.status, 404);
    assert_eq!(school.signed_in(MOTHER).get(LIST).await.status, 403);
    assert_eq!(
        school
            .count("select count(*) from journal.correction")
            .await,
        0
    );

    teacher.post_form(NEW, &asking(&FINAL, "5", "x")).await;
    let id = id(&school).await;
    let foreign = school
        .signed_in(99)
        .post_form(
            "/o/other/journal/corrections/decide",
            &[("decision", "approve"), ("correction", &id)],
        )
        .await;
    assert_eq!(foreign.status, 303, "nothing to decide");
    assert_eq!(state(&school).await, "asked");
    assert!(
        !school
            .signed_in(STRANGER)
            .get(LIST)
            .await
            .text()
            .contains("Борисова")
    );
    let list = school.signed_in(DEPUTY).get(LIST).await;
    let statements: u32 = list
        .header("x-statements")
        .and_then(|it| it.parse().ok())
        .expect("told");
    assert!(statements <= 8, "{statements}");
    assert!(
        school
            .signed_in(TEACHER)
            .get(ALGEBRA)
            .await
            .text()
            .contains("заявка ждёт ответа")
    );
}

/// ORG-4: the school's days for changes close a lesson too.
#[tokio::test]
async fn after_the_days_for_changes_a_correction_is_asked() {
    let school = open().await;
    school
        .world
        .sql("insert into org.setting (org_id, key, value) values (1001, 'journal.edit_window_days', '7')")
        .await;
    let mut teacher = school.signed_in(TEACHER);
    let results = send(
        &mut teacher,
        &[
            mark(1, 600, ABRAMOV, 1, "4"),
            mark(2, YESTERDAY, ABRAMOV, 1, "5"),
        ],
    )
    .await;
    assert_eq!(results[0]["status"], "locked", "{results:?}");
    assert!(
        results[0]["text"]
            .as_str()
            .is_some_and(|it| it.contains("Срок правки"))
    );
    assert_eq!(results[1]["status"], "ok");
}

/// T7: who asked is told on the first page what came of it, until it is read.
#[tokio::test]
async fn an_answer_waits_on_the_first_page_of_who_asked() {
    const HOME: &str = "/o/school/";
    let school = open().await;
    let mut teacher = signed(&school).await;
    let told = "Ответ на ваши заявки";
    let asked = asking(&FINAL, "5", "Контрольная пересчитана");
    assert_eq!(teacher.post_form(NEW, &asked).await.status, 303);
    assert!(!teacher.get(HOME).await.text().contains(told));
    let mut deputy = school.signed_in(DEPUTY);
    let number = id(&school).await;
    let answer = format!("answer.{number}");
    let refuse = format!("refuse.{number}");
    let fields = [
        ("decision", refuse.as_str()),
        (answer.as_str(), "Отметка верна"),
    ];
    assert_eq!(deputy.post_form(DECIDE, &fields).await.status, 303);
    let home = teacher.get(HOME).await.text();
    assert!(home.contains(told) && home.contains("отказано 1"), "{home}");
    assert!(
        !deputy.get(HOME).await.text().contains(told),
        "not to who decided"
    );
    assert!(
        !school
            .signed_in(STRANGER)
            .get(HOME)
            .await
            .text()
            .contains(told)
    );
    let list = teacher.get(LIST).await.text();
    assert!(
        list.contains("Отметка верна") && list.contains("/corrections/read"),
        "{list}"
    );
    let read = "/o/school/journal/corrections/read";
    assert_eq!(
        school.signed_in(MOTHER).post_form(read, &[]).await.status,
        403
    );
    assert_eq!(teacher.post_form(read, &[]).await.status, 303);
    assert!(!teacher.get(HOME).await.text().contains(told));

    // Decided otherwise, it is news again.
    let undo = format!("undo.{number}");
    assert_eq!(
        deputy
            .post_form(DECIDE, &[("decision", &undo)])
            .await
            .status,
        303
    );
    assert!(!teacher.get(HOME).await.text().contains(told));
    let approve = format!("approve.{number}");
    assert_eq!(
        deputy
            .post_form(DECIDE, &[("decision", &approve)])
            .await
            .status,
        303
    );
    assert!(teacher.get(HOME).await.text().contains("одобрено 1"));
    assert_history_replays(&school.world.test, "journal.correction").await;
}
