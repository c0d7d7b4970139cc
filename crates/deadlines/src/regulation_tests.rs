use std::collections::BTreeSet;

use super::*;
use crate::{NO_DUTY, When};

/// Every record of the seeds is there: a missing one is a promise broken.
#[test]
fn all_records_of_the_regulation_are_rules() {
    let rules = read(TEXT).expect("the file is right");
    let ids: BTreeSet<&str> = rules.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids.len(), rules.len(), "an id twice");
    assert_eq!(rules.len(), 76, "75 of the seeds, and homework");
    for (prefix, count) in [
        ("R-", 37),
        ("A-", 10),
        ("E-", 2),
        ("M-", 6),
        ("P-", 20),
        ("X-", 1),
    ] {
        let found = ids.iter().filter(|it| it.starts_with(prefix)).count();
        assert_eq!(found, count, "{prefix}");
    }
}

#[test]
fn rules_make_sense() {
    for it in rules() {
        let id = &it.id;
        for text in [&it.clause, &it.name, &it.what, &it.done] {
            assert!(!text.trim().is_empty(), "{id}");
        }
        assert!(it.terms.before.is_sorted_by(|one, two| one > two), "{id}");
        assert!(it.terms.escalate.is_sorted_by_key(|it| it.after), "{id}");
        if let When::Ref { rule: other } = &it.terms.when {
            assert!(rule(other).is_some(), "{id}");
        }
        let connected = it.duty != NO_DUTY;
        assert!(!connected || it.duty.split_once('.').is_some(), "{id}");
        assert!(
            !it.terms.remind.is_empty() || it.owner.is_none(),
            "{id}: nobody is reminded"
        );
    }
}

/// Plans of introduction are templates, daily variants are a school's choice.
#[test]
fn templates_and_daily_variants_are_off() {
    for it in rules() {
        let template =
            it.id.starts_with("P-") || it.id.starts_with("A-2.3") || it.id.starts_with("A-3.");
        let daily = ["A-5.5", "E-5.3", "M-4.4"].contains(&it.id.as_str());
        assert_eq!(it.terms.on, !(template || daily), "{}", it.id);
    }
}

/// The published list of rules whose facts nobody knows yet is the true one.
#[test]
fn the_guide_names_every_rule_that_is_not_connected() {
    let guide = include_str!("../../../docs/guide/deadlines.md");
    let (_, list) = guide
        .split_once("<!-- not connected -->")
        .expect("the list begins");
    let (list, _) = list.split_once("<!-- end -->").expect("the list ends");
    let named: BTreeSet<&str> = list
        .lines()
        .filter_map(|it| it.strip_prefix("- **"))
        .filter_map(|it| it.split_once("**"))
        .map(|it| it.0)
        .collect();
    let missing = rules()
        .iter()
        .filter(|it| it.duty == NO_DUTY && !matches!(it.terms.when, When::Ref { .. }));
    let missing: BTreeSet<&str> = missing.map(|it| it.id.as_str()).collect();
    assert_eq!(named, missing);
}
