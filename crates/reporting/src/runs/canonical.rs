//! The canonical form of what is frozen, and its hash.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// JSON with the names of each object in order and nothing between them: the
/// database keeps no order, so the hash must not depend on one.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

/// SHA-256 of the canonical form.
pub(crate) fn hash(value: &Value) -> Vec<u8> {
    Sha256::digest(canonical(value).as_bytes()).to_vec()
}

fn write(out: &mut String, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            out.push('{');
            for (place, name) in names.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(out, &fields[name]);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, it) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write(out, it);
            }
            out.push(']');
        }
        simple => out.push_str(&simple.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[а-яa-z\"\\\\ «»\n]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[а-яa-z\"]{1,6}", inner, 0..5)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    /// The same with the names of every object the other way round.
    fn turned(value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let back = fields.iter().rev();
                let back: Map<String, Value> =
                    back.map(|(name, it)| (name.clone(), turned(it))).collect();
                Value::Object(back)
            }
            Value::Array(items) => items.iter().map(turned).collect(),
            simple => simple.clone(),
        }
    }

    proptest! {
        /// RPT-7: the hash knows the content and not the order of names.
        #[test]
        fn the_order_of_names_does_not_matter(value in any_json()) {
            prop_assert_eq!(canonical(&value), canonical(&turned(&value)));
            prop_assert_eq!(hash(&value), hash(&turned(&value)));
        }

        /// It is JSON of the same value, so that nothing gets lost in it.
        #[test]
        fn the_canonical_form_says_the_same(value in any_json()) {
            let read: Value = serde_json::from_str(&canonical(&value)).unwrap();
            prop_assert_eq!(read, value);
        }

        /// Different contents have different forms.
        #[test]
        fn another_content_is_another_form(one in any_json(), other in any_json()) {
            prop_assert_eq!(one == other, canonical(&one) == canonical(&other));
        }
    }

    #[test]
    fn a_known_content_has_a_known_form() {
        let it = json!({"б": [1, "2"], "а": {"y": null, "x": true}});
        assert_eq!(canonical(&it), r#"{"а":{"x":true,"y":null},"б":[1,"2"]}"#);
        assert_eq!(
            db::files::hex(&hash(&json!({}))),
            db::files::hex(&Sha256::digest(b"{}"))
        );
    }
}
