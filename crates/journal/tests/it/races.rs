//! What eight hurried people and one hostile script do to the journal.

use std::collections::HashMap;

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use testkit::assert_history_replays;

use crate::support::*;

const EDITORS: u128 = 8;
const ROUNDS: u128 = 6;

/// 25 pupils × 8 lessons: 200 cells.
const CLASS: &str = "
    insert into people.person (org_id, person_id, last_name, first_name, search_key) overriding system value
        select 1001, 1000 + n, 'Ученик' || n, 'Имя', 'ученик' || n from generate_series(1, 25) n;
    insert into people.pupil (org_id, person_id) select 1001, 1000 + n from generate_series(1, 25) n;
    insert into movement.class_member (org_id, pupil_id, class_id, during, began_by)
        select 1001, 1000 + n, 51, '[2026-09-01,)', 1 from generate_series(1, 25) n;
    insert into schedule.lesson (org_id, lesson_id, year_id, held_on, number, during, class_id, parts, subject_id, teacher_id, state)
        overriding system value
        select 1001, 2000 + n, 1, d, 7, tsrange(d + time '14:00', d + time '14:45'), 51, '[0,1000)', 1, 1, 'planned'
        from generate_series(1, 8) n, lateral (select date '2026-11-01' + n::int as d) day;";

/// eight editors on 200 cells. No value goes silently: each that was
/// taken is in the history, and each that was not names whose stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_editors_on_two_hundred_cells_lose_nothing_silently() {
    let school = School::open().await;
    school.world.sql(CLASS).await;
    let school = &school;
    let editors = (0..EDITORS).map(|editor| async move {
        let me = if editor % 2 == 0 { TEACHER } else { DEPUTY };
        let mut client = school.signed_in(me);
        let mut seen: HashMap<(i64, i64), i64> = HashMap::new();
        let mut results = vec![];
        for round in 0..ROUNDS {
            // Everybody takes 100 of the cells, half of them those of a neighbour.
            let cells = (0..100).map(|it| (u64::try_from(editor).unwrap_or(0) * 25 + it) % 200);
            let ops: Vec<Value> = cells
                .map(|cell| {
                    let cell = i64::try_from(cell).unwrap_or(0);
                    let (lesson, pupil) = (2001 + cell % 8, 1001 + cell / 8);
                    let id = (editor * ROUNDS + round) * 1000 + u128::from(cell.unsigned_abs()) + 1;
                    let value = (2 + (editor + round) % 4).to_string();
                    let base = seen.get(&(lesson, pupil)).copied().unwrap_or(0);
                    mark(id, lesson, pupil, i32::try_from(base).unwrap_or(0), &value)
                })
                .collect();
            for (op, result) in ops.iter().zip(send(&mut client, &ops).await) {
                let place = (
                    op["lesson"].as_i64().unwrap_or(0),
                    op["pupil"].as_i64().unwrap_or(0),
                );
                seen.insert(place, result["version"].as_i64().unwrap_or(0));
                results.push((place, op["value"].clone(), result));
            }
        }
        results
    });
    let results: Vec<_> = futures_util::future::join_all(editors).await.concat();
    assert_eq!(results.len(), 8 * 6 * 100);
    let mut versions: HashMap<((i64, i64), i64), Value> = HashMap::new();
    let mut conflicts = 0;
    for (place, value, result) in &results {
        match result["status"].as_str() {
            Some("ok") => {
                assert_eq!(&result["value"], value);
                let version = result["version"].as_i64().unwrap_or(0);
                let known = versions.entry((*place, version)).or_insert(value.clone());
                assert_eq!(known, value, "one version has one value");
            }
            Some("conflict") => {
                conflicts += 1;
                let by = result["by"].as_str().unwrap_or_default();
                assert!(
                    by.contains('\u{a0}'),
                    "a conflict names the other: {result}"
                );
                assert_ne!(&result["value"], value, "what stands is not a conflict");
            }
            other => panic!("{other:?}: {result}"),
        }
    }
    assert!(conflicts > 0, "they were in each other's way");
    // Versions of a cell are a chain without a gap: nobody wrote over one unseen.
    let written = "select sum(version)::bigint from journal.mark where lesson_id > 2000";
    let told = i64::try_from(versions.len()).unwrap_or(0);
    assert_eq!(school.count(written).await, told);
    let cells = "select count(*) from journal.mark where lesson_id > 2000";
    assert_eq!(school.count(cells).await, 200);
    let works = "select count(*) from journal.work where lesson_id > 2000";
    assert_eq!(school.count(works).await, 8);
    assert!(assert_history_replays(&school.world.test, "journal.mark").await >= 200);
}

fn any_operation() -> impl Strategy<Value = Value> {
    let ids = prop_oneof![
        Just(TODAY),
        Just(YESTERDAY),
        Just(TOMORROW),
        Just(CANCELLED),
        Just(GRADE_ONE),
        Just(FOREIGN),
        any::<i64>()
    ];
    let pupils = prop_oneof![
        Just(ABRAMOV),
        Just(BORISOVA),
        Just(LATECOMER),
        Just(91),
        any::<i64>()
    ];
    let works = prop_oneof![
        4 => Just(Value::Null),
        1 => Just(json!(70)),
        1 => any::<i64>().prop_map(|it| json!(it))
    ];
    let values = prop_oneof![
        3 => "[1-5]",
        1 => "[2-5]/[2-5]",
        1 => Just("н".to_owned()),
        1 => Just(".".to_owned()),
        1 => "\\PC{0,20}",
        1 => any::<String>()
    ];
    let keys = prop_oneof![3 => Just(None), 1 => (0u128..3).prop_map(Some)];
    (
        0u128..40,
        ids,
        works,
        pupils,
        any::<bool>(),
        prop_oneof![0i32..3, any::<i32>()],
        values,
        keys,
    )
        .prop_map(|(id, lesson, work, pupil, is_mark, base, value, key)| {
            json!({
                // Ids repeat now and then, with other content.
                "op_id": uuid::Uuid::from_u128(id * 7919 + value.len() as u128),
                "lesson": lesson, "work": work, "pupil": pupil,
                "field": if is_mark { "mark" } else { "attendance" },
                "base": base, "value": value,
                "key": key.map(uuid::Uuid::from_u128),
            })
        })
}

/// Whatever is sent: never a 500, an answer for each operation, a reason for
/// each refusal, and nothing written that was not told.
#[tokio::test]
async fn any_batch_is_answered_operation_by_operation() {
    let school = School::open().await;
    let mut teacher = school.signed_in(TEACHER);
    let mut runner = TestRunner::new(Config::default());
    let batches = prop::collection::vec(any_operation(), 1..12);
    let rows =
        "select (select count(*) from journal.mark) + (select count(*) from journal.attendance)";
    for _ in 0..150 {
        let ops = batches.new_tree(&mut runner).expect("a batch").current();
        let before = school.count(rows).await;
        let answer = teacher.post_json(OPS, &json!({ "ops": ops })).await;
        let status = answer.status.as_u16();
        assert!([200, 422].contains(&status), "{status} for {ops:?}");
        if status == 422 {
            assert_eq!(school.count(rows).await, before, "refused as a whole");
            continue;
        }
        let results = answer.json()["results"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert_eq!(results.len(), ops.len());
        for (op, result) in ops.iter().zip(&results) {
            assert_eq!(op["op_id"], result["op_id"]);
            let ok = result["status"] == "ok";
            assert!(ok || result["text"].is_string(), "no reason: {result}");
            let is_mark = op["field"] == "mark";
            assert!(
                !ok || !is_mark || result["work"].as_i64().is_none_or(|it| it > 0),
                "{result}"
            );
        }
        let taken = results.iter().filter(|it| it["status"] == "ok").count();
        let made = school.count(rows).await - before;
        assert!(usize::try_from(made).is_ok_and(|it| it <= taken));
    }
    let elsewhere = "select count(*) from journal.mark where org_id <> 1001";
    assert_eq!(school.count(elsewhere).await, 0);
}
