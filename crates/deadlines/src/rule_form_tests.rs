//! DLN-5: a rule with impossible dates is refused at the field.

use kernel::{
    OrgId,
    workdays::{Workdays, Workweek},
};

use super::*;
use crate::{Decision, rule};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The rule in a school below a region without decisions.
fn above(id: &str, decisions: &[Decision]) -> InForce {
    let line = [1, 3].map(OrgId::from);
    InForce::of(
        rule(id).unwrap(),
        &line,
        decisions,
        day("2026-09-10"),
        &calendar(),
    )
}

fn calendar() -> Calendar {
    Calendar::new(Workdays::new(Workweek::Five))
}

fn read(id: &str, changes: &[(&str, &str)]) -> Result<Wish, Vec<FieldFault>> {
    let above = above(id, &[]);
    let mut form = typed(&above.terms, above.below);
    for (name, value) in changes {
        form.insert((*name).to_owned(), (*value).to_owned());
    }
    Wish::read(&form, &above, false, day("2026-09-10"), &calendar())
}

fn faults(id: &str, changes: &[(&str, &str)]) -> String {
    let found = read(id, changes).unwrap_err();
    let shown = found.iter().map(|it| format!("{} {}", it.field, it.code));
    shown.collect::<Vec<_>>().join(", ")
}

/// Every rule's own form, sent as it is, changes nothing.
#[test]
fn a_form_sent_as_it_is_changes_nothing() {
    for it in crate::rules() {
        let wish = read(&it.id, &[]).unwrap_or_else(|faults| panic!("{}: {faults:?}", it.id));
        assert!(wish.change.is_empty(), "{}: {:?}", it.id, wish.change);
    }
}

#[test]
fn impossible_dates_are_refused() {
    assert_eq!(faults("R-6.6", &[("date", "31.02")]), "date no-such-day");
    assert_eq!(faults("R-6.6", &[("date", "15")]), "date no-such-day");
    assert_eq!(faults("R-6.6", &[("date", "")]), "date no-such-day");
    assert_eq!(
        faults("R-6.6", &[("date", "15.03")]),
        "date other-year-part"
    );
    assert_eq!(
        faults("R-9.2d", &[("from", "10.09")]),
        "to ends-before-it-begins"
    );
    assert_eq!(
        faults("P-02", &[("from", "01.12.2013")]),
        "to ends-before-it-begins"
    );
    assert_eq!(faults("P-02", &[("to", "31.02.2014")]), "to no-such-day");
    assert_eq!(faults("R-8.4", &[("n", "0")]), "n number");
    assert_eq!(faults("R-8.4", &[("n", "две недели")]), "n number");
    assert_eq!(faults("R-8.4", &[("since", "09.09.2026")]), "since past");
    assert_eq!(
        faults("R-8.4", &[("since", "31.02.2027")]),
        "since no-such-day"
    );
}

#[test]
fn nobody_is_reminded_before_there_is_anything() {
    assert_eq!(
        faults("R-5.4-STU", &[("before", "3")]),
        "before longer-than-span"
    );
    assert_eq!(
        faults("R-8.4", &[("before", "15")]),
        "before longer-than-span"
    );
    assert_eq!(faults("R-6.6", &[("before", "31")]), "before days");
    assert_eq!(faults("R-6.6", &[("before", "рано")]), "before days");
    assert_eq!(
        faults("R-6.6", &[("after_deputy", "0")]),
        "after_deputy number"
    );
    let nobody = ["remind", "after_deputy", "after_director"].map(|it| (it, ""));
    assert_eq!(faults("R-6.6", &nobody), "remind nobody");
}

#[test]
fn the_limits_above_hold() {
    assert_eq!(faults("R-8.4", &[("n", "15")]), "n later-not-allowed");
    assert_eq!(
        faults("R-6.6", &[("date", "16.09")]),
        "date later-not-allowed"
    );
    assert_eq!(faults("R-9.2d", &[("to", "08.09")]), "to later-not-allowed");
    assert_eq!(faults("R-8.4", &[("on", "")]), "on off-not-allowed");
    assert!(
        read("M-1.3", &[("on", "")]).is_ok(),
        "this one may be switched off"
    );
    assert!(
        read("R-8.7y", &[("unit", "working_days")]).is_ok(),
        "and this one be later"
    );
}

#[test]
fn what_is_stricter_is_allowed_and_kept_as_a_change() {
    let wish = read(
        "R-8.4",
        &[("n", "7"), ("before", "1 3 1"), ("since", "01.10.2026")],
    )
    .unwrap();
    assert_eq!(wish.since, day("2026-10-01"));
    assert_eq!(wish.change.before, None, "the same days in another order");
    assert!(matches!(wish.change.when, Some(When::Every { n: 7, .. })));
    let wish = read(
        "R-2.6-EMP",
        &[("n", "2"), ("unit", "calendar_days"), ("before", "1")],
    )
    .unwrap();
    assert!(matches!(
        wish.change.when,
        Some(When::CalendarDaysAfter { n: 2, .. })
    ));
    let wish = read(
        "R-6.6",
        &[("remind", "owner,deputy"), ("after_municipality", "5")],
    )
    .unwrap();
    assert_eq!(wish.change.remind.unwrap().len(), 2);
    assert_eq!(wish.change.escalate.unwrap().len(), 3);
}
