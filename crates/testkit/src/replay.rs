use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sqlx::AssertSqlSafe;

use crate::TestDb;

type Columns = Map<String, Value>;

/// R-20 for one tracked table: its history, replayed from nothing, gives
/// exactly the rows that are there. Tells how many changes there were.
///
/// Call it at the end of any test that changed the table, by whatever way.
pub async fn assert_history_replays(test: &TestDb, table: &str) -> usize {
    let changes: Vec<(i64, Value, String, Option<Value>)> = sqlx::query_as(
        "select org_id, key::jsonb, op::text, new from kernel.history where tbl = $1 order by history_id",
    )
    .bind(table)
    .fetch_all(test.admin())
    .await
    .expect("the history is read");
    let count = changes.len();

    let mut replayed: BTreeMap<(i64, String), Columns> = BTreeMap::new();
    for (org, key, op, new) in changes {
        let key = (org, canonical(&key));
        let new = new.map(columns).unwrap_or_default();
        if op == "D" {
            assert!(
                replayed.remove(&key).is_some(),
                "{table}: {key:?} went but never came"
            );
            continue;
        }
        let row = replayed.entry(key).or_default();
        for (name, value) in new {
            row.insert(name, value);
        }
    }

    let rows: Vec<(i64, Value)> = sqlx::query_as(AssertSqlSafe(format!(
        "select org_id, to_jsonb(it) - 'org_id' from {table} it"
    )))
    .fetch_all(test.admin())
    .await
    .expect("the rows are read");
    // What is masked in the history cannot be compared.
    let masked: BTreeSet<String> = replayed
        .values()
        .flatten()
        .filter(|(_, value)| *value == "*")
        .map(|(name, _)| name.clone())
        .collect();
    let mut there: Vec<String> = rows
        .into_iter()
        .map(|(org, row)| shown(org, columns(row), &masked))
        .collect();
    let mut replayed: Vec<String> = replayed
        .into_iter()
        .map(|((org, _), row)| shown(org, row, &masked))
        .collect();
    there.sort();
    replayed.sort();
    assert_eq!(replayed, there, "{table}: replayed history and rows differ");
    count
}

fn columns(value: Value) -> Columns {
    match value {
        Value::Object(columns) => columns,
        other => panic!("not columns: {other}"),
    }
}

/// Names in order, so that equal values are equal texts.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(columns) => shown_columns(columns),
        other => other.to_string(),
    }
}

fn shown(org: i64, mut row: Columns, masked: &BTreeSet<String>) -> String {
    row.retain(|name, _| !masked.contains(name));
    format!("{org} {}", shown_columns(&row))
}

fn shown_columns(columns: &Columns) -> String {
    let sorted: BTreeMap<&String, String> = columns
        .iter()
        .filter(|(name, value)| !value.is_null() && *name != "org_id")
        .map(|(name, value)| (name, canonical(value)))
        .collect();
    format!("{sorted:?}")
}
