use std::sync::Arc;

use chrono::NaiveDate;
use exams::ResultList;
use intake::{Importer, RowOutcome, Wish};
use kernel::Role;
use web::import::{Record, Value};

use crate::support::{DEPUTY, School};

fn record(row: u32, values: &[(&'static str, Value)]) -> Record {
    Record {
        row,
        values: values.iter().cloned().collect(),
    }
}

fn text(it: &str) -> Value {
    Value::Text(it.to_owned())
}

fn line(row: u32, class: &str, pupil: &str, more: &[(&'static str, Value)]) -> Record {
    let mut values = vec![
        ("kind", Value::Choice("oge")),
        ("subject", text("алгебра")),
        ("class", text(class)),
        ("pupil", text(pupil)),
    ];
    values.extend_from_slice(more);
    record(row, &values)
}

fn list() -> ResultList {
    ResultList::new(
        Arc::new(people::Cards),
        Arc::new(curriculum::Records),
        Arc::new(movement::Register),
    )
}

fn wish(records: Vec<Record>) -> Wish {
    Wish {
        layout: 0,
        records,
        answers: std::collections::BTreeMap::new(),
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
    }
}

/// JRN-9: results come from a file, are looked at before, and are taken back.
#[tokio::test]
async fn results_are_imported_and_taken_back() {
    let school = School::open().await;
    let actor = school.world.actor(DEPUTY, Role::Deputy);
    let good = wish(vec![
        line(
            2,
            "9А",
            "Абрамов Артем Ильич",
            &[("primary", Value::Integer(22))],
        ),
        line(
            3,
            "9 А",
            "Борисова Вера",
            &[("turnout", Value::Choice("ill"))],
        ),
    ]);
    let mut tx = school.world.begin(&actor).await;
    let check = list().check(&mut tx, &actor, &good).await.unwrap();
    assert_eq!(check.rows, [RowOutcome::Create, RowOutcome::Create]);
    let written = list().commit(&mut tx, &actor, &good).await.unwrap();
    tx.commit().await.unwrap();
    let entered = "select count(*) from exams.result where org_id = 1001 and turnout <> ''";
    assert_eq!(school.number(entered).await, 2);

    let mut tx = school.world.begin(&actor).await;
    let again = list().check(&mut tx, &actor, &good).await.unwrap();
    assert_eq!(again.rows, [RowOutcome::Skip, RowOutcome::Skip]);
    list()
        .revert(&mut tx, &actor, &written.undo, "")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(school.number(entered).await, 0);

    // What somebody changed since stays.
    let mut tx = school.world.begin(&actor).await;
    let twice = list().revert(&mut tx, &actor, &written.undo, "").await;
    assert!(
        matches!(twice, Err(intake::Error::ChangedSince)),
        "{twice:?}"
    );
}

#[tokio::test]
async fn rows_that_make_no_sense_say_why() {
    let school = School::open().await;
    let actor = school.world.actor(DEPUTY, Role::Deputy);
    let score = |it| [("primary", Value::Integer(it))];
    let rows = wish(vec![
        line(2, "9А", "Абрамов Артём", &score(99)),
        line(3, "9А", "Гусев Пётр", &score(9)),
        line(4, "8А", "Абрамов Артём", &score(9)),
        line(5, "9А", "Ветров Глеб", &[]),
        record(
            6,
            &[
                ("kind", Value::Choice("vpr")),
                ("subject", text("Алгебра")),
                ("class", text("9А")),
                ("pupil", text("Ветров Глеб")),
            ],
        ),
        line(7, "9А", "Борисова Вера", &score(9)),
        line(8, "9А", "Борисова Вера", &score(8)),
    ]);
    let mut tx = school.world.begin(&actor).await;
    let check = list().check(&mut tx, &actor, &rows).await.unwrap();
    let codes: Vec<(u32, String)> = check.errors().map(|it| (it.row, it.code.clone())).collect();
    let codes: Vec<(u32, &str)> = codes.iter().map(|it| (it.0, it.1.as_str())).collect();
    assert_eq!(
        codes,
        [
            (2, "exams.exams-score"),
            (3, "exams.no-pupil-in-class"),
            (4, "exams.no-such-exam"),
            (5, "exams.nothing-said"),
            (6, "exams.no-such-exam"),
            (8, "intake.same-person"),
        ]
    );
}
