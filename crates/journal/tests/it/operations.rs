use serde_json::json;
use testkit::assert_history_replays;

use crate::support::*;

/// JRN-1: what was acknowledged is in the database, with its history.
#[tokio::test]
async fn a_batch_is_saved_and_keeps_its_history() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let results = send(
        &mut teacher,
        &[
            mark(1, TODAY, ABRAMOV, 0, "5"),
            op(2, TODAY, BORISOVA, "attendance", 0, "н"),
            mark(3, TODAY, LATECOMER, 0, "4/5"),
        ],
    )
    .await;
    let statuses: Vec<&str> = results
        .iter()
        .filter_map(|it| it["status"].as_str())
        .collect();
    assert_eq!(statuses, ["ok", "ok", "ok"]);
    assert_eq!(
        results[0]["work"], results[2]["work"],
        "one work for the lesson"
    );
    assert_eq!(results[1]["value"], "ОТ");
    let pair = "select points::bigint * 10 + points_count from journal.mark where pupil_id = 13";
    assert_eq!(school.count(pair).await, 92);
    assert_eq!(
        school
            .count("select count(*) from journal.attendance where code = 'ОТ'")
            .await,
        1
    );

    let second = send(&mut teacher, &[mark(4, TODAY, ABRAMOV, 1, "4")]).await;
    assert_eq!(
        (&second[0]["status"], &second[0]["version"]),
        (&json!("ok"), &json!(2))
    );
    // every change of a mark has a history row.
    assert!(assert_history_replays(&school.world.test, "journal.mark").await >= 3);
    assert!(assert_history_replays(&school.world.test, "journal.attendance").await >= 1);
}

/// a phone on a bad network sends the same thing five times.
#[tokio::test]
async fn an_operation_sent_again_does_nothing_and_gets_the_same_answer() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let ops = [
        mark(1, TODAY, ABRAMOV, 0, "5"),
        op(2, TODAY, BORISOVA, "attendance", 0, "о"),
    ];
    let first = send(&mut teacher, &ops).await;
    for _ in 0..4 {
        assert_eq!(send(&mut teacher, &ops).await, first);
    }
    assert_eq!(
        school
            .count(
                "select version::bigint from journal.mark where pupil_id = 11 and lesson_id = 500"
            )
            .await,
        1
    );
    let twice = send(&mut teacher, &[ops[0].clone(), ops[0].clone()]).await;
    assert_eq!(twice[0], twice[1]);
    let other = json!({"ops": [mark(1, TODAY, ABRAMOV, 0, "3")]});
    assert_eq!(
        teacher.post_json(OPS, &other).await.status,
        422,
        "the id was used for something else"
    );
}

/// JRN-1, R-15: two people editing one cell never lose either's mark silently.
#[tokio::test]
async fn the_second_writer_is_told_whose_mark_stands() {
    let school = School::open().await;
    let mut deputy = school.signed_in(DEPUTY);
    send(&mut deputy, &[mark(1, TODAY, ABRAMOV, 0, "4")]).await;
    let mut teacher = school.signed_in(TEACHER);
    let results = send(&mut teacher, &[mark(2, TODAY, ABRAMOV, 0, "5")]).await;
    assert_eq!(results[0]["status"], "conflict");
    assert_eq!(results[0]["value"], "4");
    assert_eq!(results[0]["by"], "Завучева\u{a0}Н.\u{a0}П.");
    assert_eq!(
        school
            .count(
                "select points::bigint from journal.mark where pupil_id = 11 and lesson_id = 500"
            )
            .await,
        4
    );
}

#[tokio::test]
async fn writers_at_the_same_moment_form_one_chain_of_versions() {
    let school = School::open().await;
    let writers = (0..8u128).map(|id| {
        let mut teacher = school.signed_in(if id % 2 == 0 { TEACHER } else { DEPUTY });
        async move {
            send(
                &mut teacher,
                &[mark(id + 1, TODAY, ABRAMOV, 0, &format!("{}", 2 + id % 4))],
            )
            .await
        }
    });
    let results: Vec<_> = futures_util::future::join_all(writers).await.concat();
    let written = results
        .iter()
        .filter(|it| it["status"] == "ok" && it["version"] == 1)
        .count();
    assert!(written >= 1);
    assert_eq!(
        school
            .count("select count(*) from journal.mark where lesson_id = 500")
            .await,
        1
    );
    assert_eq!(
        school
            .count("select version::bigint from journal.mark where lesson_id = 500")
            .await,
        1
    );
    assert_history_replays(&school.world.test, "journal.mark").await;
}

#[tokio::test]
async fn each_refusal_is_told_by_itself_and_the_rest_is_saved() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let results = send(
        &mut teacher,
        &[
            mark(1, TODAY, ABRAMOV, 0, "7"),
            mark(2, TODAY, BORISOVA, 0, "5"),
            mark(3, YESTERDAY, LATECOMER, 0, "5"),
            mark(4, TOMORROW, ABRAMOV, 0, "5"),
            mark(5, GRADE_ONE, 14, 0, "5"),
            mark(6, CANCELLED, ABRAMOV, 0, "5"),
            mark(7, FOREIGN, 91, 0, "5"),
            mark(8, 505, ABRAMOV, 0, "5"),
        ],
    )
    .await;
    let told: Vec<(&str, bool)> = results
        .iter()
        .map(|it| {
            (
                it["status"].as_str().unwrap_or_default(),
                it["text"].is_string(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("invalid", true),
            ("ok", false),
            ("locked", true),
            ("locked", true),
            ("invalid", true),
            ("locked", true),
            ("denied", true),
            ("denied", true),
        ]
    );
    assert_eq!(school.count("select count(*) from journal.mark").await, 2);
    assert_eq!(
        school
            .count("select count(*) from journal.mark where org_id = 1002")
            .await,
        0
    );
}

/// AC-02, AC-07, AC-08: nobody writes marks but who teaches the lesson and the deputy head.
#[tokio::test]
async fn the_wrong_people_are_refused() {
    let school = School::open().await;
    let body = json!({"ops": [mark(1, TODAY, ABRAMOV, 0, "5")]});
    assert_eq!(
        school.signed_in(ABRAMOV).post_json(OPS, &body).await.status,
        403
    );
    assert_eq!(
        school.signed_in(MOTHER).post_json(OPS, &body).await.status,
        403
    );
    assert_eq!(
        school.signed_in(99).post_json(OPS, &body).await.status,
        404,
        "another school"
    );
    assert_eq!(school.nobody().post_json(OPS, &body).await.status, 401);
    for teacher in [STRANGER, CLASS_TEACHER] {
        let results = send(
            &mut school.signed_in(teacher),
            &[mark(9, TODAY, ABRAMOV, 0, "5")],
        )
        .await;
        assert_eq!(results[0]["status"], "denied");
    }
    assert_eq!(
        school
            .count("select count(*) from journal.mark where lesson_id = 500")
            .await,
        0
    );
}

#[tokio::test]
async fn nonsense_is_refused_without_a_trace() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let many: Vec<_> = (0..201)
        .map(|it| mark(it, TODAY, ABRAMOV, 0, "5"))
        .collect();
    for body in [
        json!({}),
        json!({"ops": 5}),
        json!({"ops": [{"op_id": "x"}]}),
        json!({"ops": [mark(1, TODAY, ABRAMOV, 0, "5")], "more": true}),
        json!({"ops": many}),
    ] {
        let answer = teacher.post_json(OPS, &body).await;
        assert!(
            answer.status.is_client_error(),
            "{} for {body}",
            answer.status
        );
    }
    assert_eq!(
        school
            .count("select count(*) from journal.mark where lesson_id = 500")
            .await,
        0
    );
}

/// The price of a batch does not depend on its size.
#[tokio::test]
async fn statements_do_not_grow_with_the_batch() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let one = teacher
        .post_json(OPS, &json!({"ops": [mark(1, TODAY, ABRAMOV, 0, "5")]}))
        .await;
    let three = json!({"ops": [
        mark(2, TODAY, ABRAMOV, 1, "4"), mark(3, TODAY, BORISOVA, 0, "4"), mark(4, TODAY, LATECOMER, 0, "3"),
    ]});
    let three = teacher.post_json(OPS, &three).await;
    let statements = |answer: &testkit::Answer| {
        answer
            .header("x-statements")
            .and_then(|it| it.parse::<u32>().ok())
            .expect("told")
    };
    assert!(
        statements(&three) <= statements(&one),
        "{} {}",
        statements(&three),
        statements(&one)
    );
    assert!(statements(&one) <= 11, "{}", statements(&one));
}
