//! What eight hurried people do to the journal.

use std::collections::HashMap;

use serde_json::Value;
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
