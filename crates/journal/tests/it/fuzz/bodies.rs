//! What the script sends: mostly batches with something wrong in them, so
//! that they come past the parser, and now and then plain rubbish.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ANOTHERS, SIGNED};
use crate::support::*;

/// A body with what it claims to be.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) kind: &'static str,
    pub(super) body: Vec<u8>,
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        let shown: String = body.chars().take(4000).collect();
        write!(f, "{}: {shown}", self.kind)
    }
}

pub(super) fn any_body() -> impl Strategy<Value = Sent> {
    let body = prop_oneof![
        12 => batch().prop_map(|it| bytes(&it)),
        2 => prop::collection::vec(operation(), 150..230).prop_map(|ops| bytes(&json!({ "ops": ops }))),
        6 => spoilt().prop_map(|it| bytes(&it)),
        1 => any_json().prop_map(|it| bytes(&it)),
        2 => nested(),
        4 => damaged(),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ];
    let kind = prop_oneof![
        20 => Just("application/json"),
        1 => Just("application/json; charset=utf-16"),
        1 => Just("text/plain"),
        1 => Just("application/x-www-form-urlencoded"),
        1 => Just("multipart/form-data; boundary=x"),
    ];
    (kind, body).prop_map(|(kind, body)| Sent { kind, body })
}

fn bytes(it: &Value) -> Vec<u8> {
    it.to_string().into_bytes()
}

fn batch() -> impl Strategy<Value = Value> {
    prop::collection::vec(operation(), 0..12).prop_map(|ops| json!({ "ops": ops }))
}

fn operation() -> impl Strategy<Value = Value> {
    let lessons = prop_oneof![
        8 => Just(TODAY),
        4 => Just(YESTERDAY),
        1 => Just(TOMORROW),
        1 => Just(CANCELLED),
        1 => Just(GRADE_ONE),
        1 => Just(ANOTHERS),
        2 => Just(SIGNED),
        1 => Just(FOREIGN),
        1 => any::<i64>(),
    ];
    let pupils = prop_oneof![
        8 => Just(ABRAMOV),
        8 => Just(BORISOVA),
        4 => Just(LATECOMER),
        1 => Just(14),
        1 => Just(91),
        1 => any::<i64>(),
    ];
    let works = prop_oneof![
        8 => Just(Value::Null),
        2 => Just(json!(70)),
        1 => (-5_i64..80).prop_map(|it| json!(it)),
        1 => any::<i64>().prop_map(|it| json!(it)),
    ];
    let keys = prop_oneof![4 => Just(None), 1 => (0_u128..3).prop_map(Some)];
    // Ids repeat now and then, with the same content or another.
    let ids = prop_oneof![1 => 0_u128..60, 4 => any::<u128>()];
    let field = prop_oneof![3 => Just("mark"), 2 => Just("attendance")];
    let base = prop_oneof![6 => 0..4, 1 => any::<i32>()];
    (ids, lessons, works, pupils, field, base, value(), keys).prop_map(
        |(id, lesson, work, pupil, field, base, value, key)| {
            json!({
                "op_id": Uuid::from_u128(id), "lesson": lesson, "work": work, "pupil": pupil,
                "field": field, "base": base, "value": value, "key": key.map(Uuid::from_u128),
            })
        },
    )
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[1-5]",
        2 => "[2-5]/[2-5]",
        1 => "[0-9]{1,40}",
        2 => prop::sample::select(vec!["н", "о", "б", "п", "ОТ", "УП", "Б", "", ".", "•", "осв", "н/а", "зач"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["\0", "\u{202e}5", "5\u{301}", "5\u{fe0f}", "５", "5\u{200b}", "'; drop table journal.mark; --"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,20}",
        1 => any::<String>(),
        1 => (0_usize..20_000).prop_map(|it| "5".repeat(it)),
    ]
}

/// Any JSON, with the names of the protocol in it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..8).prop_map(|it| it.into_iter().collect()),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    const NAMES: [&str; 11] = [
        "ops", "account", "op_id", "lesson", "work", "pupil", "field", "base", "value", "key",
        "tab",
    ];
    prop_oneof![
        6 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// A batch in which something is of another type, missing or too much.
fn spoilt() -> impl Strategy<Value = Value> {
    let change = prop_oneof![2 => any_json().prop_map(Some), 1 => Just(None)];
    let place = prop_oneof![5 => any::<Index>().prop_map(Some), 1 => Just(None)];
    (batch(), place, name(), change).prop_map(|(mut batch, place, name, change)| {
        let ops = batch["ops"].as_array_mut().filter(|it| !it.is_empty());
        let spot = match (place, ops) {
            (Some(place), Some(ops)) => {
                let at = place.index(ops.len());
                &mut ops[at]
            }
            _ => &mut batch,
        };
        if let Some(fields) = spot.as_object_mut() {
            match change {
                Some(value) => fields.insert(name, value),
                None => fields.remove(&name),
            };
        }
        batch
    })
}

/// Brackets in brackets, alone or where a value belongs.
fn nested() -> impl Strategy<Value = Vec<u8>> {
    let brackets = prop_oneof![Just(("[", "]")), Just(("{\"ops\":", "}"))];
    (brackets, 1_usize..20_000, any::<bool>()).prop_map(|((open, close), depth, inside)| {
        let tower = format!("{}0{}", open.repeat(depth), close.repeat(depth));
        let body = if inside {
            format!("{{\"ops\":[{{\"op_id\":{tower}}}]}}")
        } else {
            tower
        };
        body.into_bytes()
    })
}

/// A batch with bytes changed, left out or put in, or cut off.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let wounds = prop::collection::vec((any::<Index>(), 0_u8..4, any::<u8>()), 1..4);
    (batch(), wounds).prop_map(|(batch, wounds)| {
        let mut body = bytes(&batch);
        for (place, how, byte) in wounds {
            let at = place.index(body.len() + 1);
            match how {
                0 if at < body.len() => body[at] = byte,
                1 if at < body.len() => drop(body.remove(at)),
                2 => body.insert(at, byte),
                _ => body.truncate(at),
            }
        }
        body
    })
}
