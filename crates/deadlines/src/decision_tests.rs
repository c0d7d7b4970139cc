use kernel::workdays::{Workdays, Workweek};

use super::*;
use crate::{rule, when::Scope, when::Unit};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn every(n: u32) -> When {
    When::Every {
        n,
        unit: Unit::CalendarDays,
        scope: Scope::Lesson,
    }
}

fn decided(org: i64, since: &str, change: Change, limits: Option<Limits>) -> Decision {
    Decision {
        org: org.into(),
        rule: "R-8.4".to_owned(),
        since: day(since),
        change,
        limits,
        version: 1,
    }
}

fn n(n: u32) -> Change {
    Change {
        when: Some(every(n)),
        ..Change::default()
    }
}

/// R-8.4 in a school (3) of a municipality (2) of a region (1).
fn on(decisions: &[Decision], today: &str) -> InForce {
    let line = [1, 2, 3].map(OrgId::from);
    let calendar = Calendar::new(Workdays::new(Workweek::Five));
    InForce::of(
        rule("R-8.4").unwrap(),
        &line,
        decisions,
        day(today),
        &calendar,
    )
}

#[test]
fn without_decisions_the_regulation_holds() {
    let found = on(&[], "2026-10-01");
    assert_eq!((found.terms.when, found.changed), (every(14), None));
    assert_eq!(found.bound, Limits::default());
}

/// DLN-5: what was in force on a day.
#[test]
fn the_decision_of_the_day_counts() {
    let all = [
        decided(3, "2026-09-01", n(7), None),
        decided(3, "2026-11-01", n(3), None),
        decided(3, "2027-01-01", Change::default(), None),
    ];
    assert_eq!(on(&all, "2026-08-31").terms.when, every(14));
    assert_eq!(on(&all, "2026-09-01").terms.when, every(7));
    assert_eq!(on(&all, "2026-12-31").terms.when, every(3));
    let withdrawn = on(&all, "2027-01-01");
    assert_eq!((withdrawn.terms.when, withdrawn.changed), (every(14), None));
}

#[test]
fn below_one_may_be_stricter_but_not_later() {
    let later = decided(3, "2026-09-01", n(21), None);
    assert_eq!(
        on(std::slice::from_ref(&later), "2026-10-01").terms.when,
        every(14)
    );
    let region = decided(
        1,
        "2026-09-01",
        n(10),
        Some(Limits {
            later: true,
            off: false,
        }),
    );
    assert_eq!(
        on(&[region.clone(), later], "2026-10-01").terms.when,
        every(21)
    );
    let stricter = decided(3, "2026-09-01", n(5), None);
    let found = on(&[region.clone(), stricter], "2026-10-01");
    assert_eq!(found.terms.when, every(5));
    assert_eq!(found.changed, Some((OrgId::from(3), day("2026-09-01"))));
    assert_eq!(on(&[region], "2026-10-01").terms.when, every(10));
}

#[test]
fn nobody_switches_off_what_the_region_keeps() {
    let off = Change {
        on: Some(false),
        ..Change::default()
    };
    let school = decided(3, "2026-09-01", off.clone(), None);
    assert!(on(std::slice::from_ref(&school), "2026-10-01").terms.on);
    let region = decided(1, "2026-09-01", off, None);
    assert!(
        !on(&[region], "2026-10-01").terms.on,
        "nobody binds the region"
    );
    // The municipality may bind its schools closer than the region does.
    let may = Limits {
        later: false,
        off: true,
    };
    let region = decided(1, "2026-09-01", Change::default(), Some(may));
    assert!(!on(&[region.clone(), school.clone()], "2026-10-01").terms.on);
    let municipality = decided(2, "2026-09-01", Change::default(), Some(Limits::default()));
    assert!(on(&[region, municipality, school], "2026-10-01").terms.on);
}

#[test]
fn later_is_told_from_days_and_not_from_words() {
    let calendar = Calendar::new(Workdays::new(Workweek::Five));
    let working = When::WorkdaysAfter { n: 2 };
    let days = When::CalendarDaysAfter {
        n: 2,
        roll: crate::Roll::Next,
    };
    assert!(working.is_later_than(&days, &calendar));
    assert!(!days.is_later_than(&working, &calendar));
    assert!(!working.is_later_than(&working, &calendar));
    assert!(
        When::OnRequest.is_later_than(&working, &calendar),
        "no day at all"
    );
}

#[test]
fn only_what_differs_is_a_change() {
    let above = &rule("R-8.4").unwrap().terms;
    let mut wanted = above.clone();
    assert!(Change::between(above, &wanted).is_empty());
    wanted.before = vec![5];
    let change = Change::between(above, &wanted);
    assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"before":[5]}"#);
}
