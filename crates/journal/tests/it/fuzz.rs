//! A hostile script against the journal: whatever bytes it sends, it gets a
//! 4xx or a reason for each operation, and what stands in the database
//! afterwards is what the answers told and nothing else (JRN-1, R-14).
//!
//! `cargo xtask soak` sends a hundred times as many.

mod bodies;
mod stored;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use axum::http::Method;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use testkit::{Client, assert_history_replays};
use uuid::Uuid;

use self::{
    bodies::{Sent, any_body},
    stored::{Cell, Place, Stored},
};
use crate::support::*;

/// Of a period that is signed.
const SIGNED: i64 = 600;
/// Of somebody who teaches the class another subject.
const ANOTHERS: i64 = 505;

const CLOSED: &str = "
    insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state)
        overriding system value values
        (1001, 600, 1, '2026-10-20', 1, '[2026-10-20 08:30,2026-10-20 09:15)', 51, '[0,1000)', 1, 1, 'planned');
    insert into journal.signed_period (org_id, class_id, subject_id, kind, number, signed_by, signed_at) values
        (1001, 51, 1, 'quarter', 1, 1, '2026-10-26 10:00Z');";

/// Where the teacher may write at all; a signed period and grade 1 take absences only.
const OPEN: [(i64, i64); 8] = [
    (TODAY, ABRAMOV),
    (TODAY, BORISOVA),
    (TODAY, LATECOMER),
    (YESTERDAY, ABRAMOV),
    (YESTERDAY, BORISOVA),
    (SIGNED, ABRAMOV),
    (SIGNED, BORISOVA),
    (GRADE_ONE, 14),
];

/// What came of all that was sent.
#[derive(Debug, Default)]
struct Tally {
    bodies: u32,
    refused_whole: u32,
    carried_out: u32,
    refused: u32,
}

struct Script {
    school: School,
    teacher: Client,
    /// Operations that were answered «ok»: their answer is kept.
    known: HashSet<Uuid>,
    tally: Tally,
}

impl Script {
    async fn new() -> Self {
        let school = School::open().await;
        school.world.sql(CLOSED).await;
        let teacher = school.signed_in(TEACHER);
        Self {
            school,
            teacher,
            known: HashSet::new(),
            tally: Tally::default(),
        }
    }

    async fn send(&mut self, sent: Sent) {
        let before = Stored::read(&self.school).await;
        let body = sent.body.clone();
        let answer = self
            .teacher
            .send(Method::POST, OPS, Some(sent.kind), body.into())
            .await;
        let after = Stored::read(&self.school).await;
        self.tally.bodies += 1;
        let status = answer.status.as_u16();
        if status != 200 {
            // 401: the changes are said to be somebody else's.
            assert!([400, 401, 413, 415, 422].contains(&status), "{status}");
            assert_eq!(before, after, "{status} and yet something was written");
            self.tally.refused_whole += 1;
            return;
        }
        let body: Value = serde_json::from_slice(&sent.body).expect("what was understood is JSON");
        let ops = body["ops"].as_array().expect("operations");
        let results = answer.json()["results"].as_array().cloned();
        let results = results.expect("results");
        assert_eq!(results.len(), ops.len(), "an answer for each operation");
        let told: Vec<(&Value, &Value)> = ops.iter().zip(&results).collect();
        for (op, result) in &told {
            self.is_reasonable(op, result);
        }
        before.became(&after, &told);
        self.stands(&after, &told);
        let ok = told.iter().filter(|it| is_ok(it.1));
        self.known.extend(ok.filter_map(|it| id(it.0)));
    }

    fn is_reasonable(&mut self, op: &Value, result: &Value) {
        assert_eq!(id(op), id(result));
        if is_ok(result) {
            let at = (number(op, "lesson"), number(op, "pupil"));
            assert!(OPEN.contains(&at), "nobody may write there: {op}");
            self.tally.carried_out += 1;
        } else {
            assert!(result["text"].is_string(), "no reason: {result}");
            self.tally.refused += 1;
        }
    }

    /// What was told of the last operation on a place is what stands there.
    fn stands(&self, after: &Stored, told: &[(&Value, &Value)]) {
        let mut last: HashMap<Place, Cell> = HashMap::new();
        for (op, result) in told.iter().filter(|it| is_ok(it.1)) {
            if id(op).is_none_or(|it| !self.known.contains(&it))
                && let Some(place) = Place::of(op, result)
            {
                last.insert(place, Cell::of(result));
            }
        }
        for (place, cell) in last {
            assert_eq!(after.cell(place), cell, "{place:?}");
        }
    }
}

fn is_ok(result: &Value) -> bool {
    result["status"] == "ok"
}

/// However it was written.
fn id(it: &Value) -> Option<Uuid> {
    it["op_id"].as_str()?.parse().ok()
}

fn number(it: &Value, name: &str) -> i64 {
    it[name].as_i64().unwrap_or_default()
}

#[test]
fn whatever_is_sent_only_what_is_told_is_written() {
    let cases = std::env::var("ZVONOK_FUZZ_CASES").map_or(250, |it| it.parse().expect("a number"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let script = RefCell::new(runtime.block_on(Script::new()));
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    let done = runner.run(&any_body(), |sent| {
        runtime.block_on(script.borrow_mut().send(sent));
        Ok(())
    });
    if let Err(why) = done {
        panic!("{why}");
    }
    let Script { school, tally, .. } = script.into_inner();
    say(&tally);
    assert!(tally.refused_whole > 0 && tally.carried_out > 0 && tally.refused > 0);
    runtime.block_on(async {
        let closed =
            "select count(*) from journal.mark where lesson_id in (503, 600) or org_id <> 1001";
        assert_eq!(school.count(closed).await, 0);
        assert_history_replays(&school.world.test, "journal.mark").await;
        assert_history_replays(&school.world.test, "journal.attendance").await;
    });
}

/// For whoever runs a soak; a passing test says it to nobody else.
#[expect(clippy::print_stdout, reason = "the counts of a soak are its result")]
fn say(tally: &Tally) {
    let Tally {
        bodies,
        refused_whole,
        carried_out,
        refused,
    } = tally;
    println!(
        "fuzz: {bodies} bodies, {refused_whole} refused as a whole; {carried_out} operations carried out, \
         {refused} refused with a reason; 0 server errors, 0 surprises"
    );
}

/// What would not fit into a generator: a body larger than is read.
#[tokio::test]
async fn a_body_without_end_is_not_read() {
    let mut script = Script::new().await;
    for filler in ["[", " ", "\"", "{\"ops\":["] {
        script
            .send(Sent {
                kind: "application/json",
                body: filler.repeat(3_000_000 / filler.len()).into_bytes(),
            })
            .await;
    }
    assert_eq!(script.tally.refused_whole, 4);
}
