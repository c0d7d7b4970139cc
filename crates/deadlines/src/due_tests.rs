//! DLN-1: every kind of §4.1, and the worked examples of §4.2.

use chrono::Weekday;
use kernel::workdays::{Workdays, Workweek};
use proptest::prelude::*;

use super::*;
use crate::{SchoolHoliday, rule, when::Scope};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn five() -> Calendar {
    Calendar::new(Workdays::new(Workweek::Five))
}

fn due(id: &str, on: &str) -> String {
    let when = &rule(id).unwrap().terms.when;
    when.due(day(on), None, &five()).unwrap().to_string()
}

#[test]
fn working_days_after() {
    assert_eq!(due("R-5.4-STU", "2026-04-30"), "2026-05-05");
    assert_eq!(due("R-2.6-STU", "2026-04-30"), "2026-05-06");
    assert_eq!(due("R-10.4a1", "2026-12-30"), "2027-01-11");
    assert_eq!(due("R-10.3a1", "2026-12-30"), "2027-01-12");
    assert_eq!(due("R-2.6-EMP", "2027-02-19"), "2027-02-25");
}

#[test]
fn calendar_days_after_roll_to_a_working_day() {
    assert_eq!(due("R-8.7y", "2027-05-26"), "2027-05-28");
    assert_eq!(
        due("R-8.7e", "2027-05-28"),
        "2027-05-31",
        "a Friday and the Sunday after it"
    );
}

#[test]
fn days_of_the_academic_year() {
    assert_eq!(due("R-6.6", "2026-09-01"), "2026-09-15");
    assert_eq!(due("R-6.6", "2027-09-01"), "2027-09-15");
    assert_eq!(
        due("R-3.3", "2029-09-01"),
        "2029-09-14",
        "a Saturday: the working day before it"
    );
    assert_eq!(due("R-9.2a", "2026-09-01"), "2027-08-31");
    assert_eq!(due("R-9.2b", "2024-09-01"), "2025-08-29", "a Sunday");
    assert_eq!(due("R-10.4d1", "2026-09-01"), "2026-10-01");
}

#[test]
fn windows_of_the_academic_year() {
    assert_eq!(due("R-9.2d", "2026-09-01"), "2026-09-07");
    let when = &rule("R-9.2d").unwrap().terms.when;
    assert_eq!(when.opens(day("2026-09-01")), Some(day("2026-09-01")));
    assert_eq!(
        due("P-01", "2026-09-01"),
        "2013-10-18",
        "the plan of an introduction"
    );
}

#[test]
fn the_same_day_or_the_last_working_day_before_it() {
    assert_eq!(due("R-8.5", "2026-12-30"), "2026-12-30");
    assert_eq!(due("R-8.5", "2026-12-27"), "2026-12-25");
}

#[test]
fn before_an_event() {
    assert_eq!(
        due("R-7.3b", "2026-10-31"),
        "2026-10-16",
        "17 October is a Saturday"
    );
    assert_eq!(due("M-5.4", "2026-10-30"), "2026-10-30");
    let weeks = When::Before {
        n: 10,
        unit: Unit::WorkingDays,
    };
    assert_eq!(
        weeks.due(day("2026-10-31"), None, &five()),
        Some(day("2026-10-19"))
    );
}

#[test]
fn intervals_and_their_units() {
    assert_eq!(due("R-8.4", "2026-09-10"), "2026-09-24");
    assert_eq!(due("A-5.5", "2026-09-11"), "2026-09-14");
    assert_eq!(due("R-10.4c", "2026-09-01"), "2026-09-30");
    assert_eq!(
        due("R-8.8", "2026-10-01"),
        "2026-11-02",
        "31 October is a Saturday"
    );
    assert_eq!(due("E-3", "2026-09-01"), "2027-08-31");
    assert_eq!(due("M-1.3", "2026-09-10"), "2026-09-11");
}

/// Holidays of one's own grade freeze the counter, those of others do not.
#[test]
fn school_holidays_freeze_intervals() {
    let mut calendar = five();
    calendar.grades = Some((1, 11));
    calendar.holidays = vec![
        SchoolHoliday {
            grades: 1..=11,
            days: day("2026-10-31")..=day("2026-11-08"),
        },
        SchoolHoliday {
            grades: 1..=1,
            days: day("2027-02-15")..=day("2027-02-21"),
        },
    ];
    let when = &rule("R-8.4").unwrap().terms.when;
    let due = |on, grade| when.due(day(on), grade, &calendar).unwrap().to_string();
    assert_eq!(
        due("2026-10-29", Some(7)),
        "2026-11-23",
        "12 + 9 + 2, and a Sunday"
    );
    assert_eq!(due("2027-02-12", Some(7)), "2027-02-26");
    assert_eq!(due("2027-02-12", Some(1)), "2027-03-05");
    assert_eq!(
        due("2027-02-12", None),
        "2027-02-26",
        "not all of the school rests"
    );
}

#[test]
fn what_has_no_day_is_shown_by_its_state() {
    assert_eq!(
        due("R-9.3", "2026-10-10"),
        "2026-10-10",
        "what is found is due at once"
    );
    for id in ["R-10.5", "A-3.1", "A-5.1", "M-4.5", "M-3.1.1"] {
        let when = &rule(id).unwrap().terms.when;
        assert_eq!(when.due(day("2026-10-10"), None, &five()), None, "{id}");
        assert!(!when.is_counted(), "{id}");
    }
}

#[test]
fn a_day_that_does_not_exist_is_none() {
    let when = When::FixedDate {
        month: 2,
        day: 31,
        part: Part::EndYear,
        roll: Roll::Next,
    };
    assert_eq!(when.due(day("2026-09-01"), None, &five()), None);
}

#[test]
fn a_thing_is_ahead_near_today_and_late() {
    let stands = |today| standing(day("2026-09-15"), day(today), 3, &five());
    assert_eq!(stands("2026-09-09"), Standing::Ahead);
    assert_eq!(stands("2026-09-10"), Standing::Near(3));
    assert_eq!(stands("2026-09-14"), Standing::Near(1));
    assert_eq!(stands("2026-09-15"), Standing::Today);
    assert_eq!(stands("2026-09-16"), Standing::Overdue(1));
    assert_eq!(stands("2026-09-21"), Standing::Overdue(4));
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..1_400).prop_map(|it| day("2025-01-01") + Days::new(it))
}

fn any_when() -> impl Strategy<Value = When> {
    let roll = prop_oneof![Just(Roll::Next), Just(Roll::Prev), Just(Roll::None)];
    let unit = prop_oneof![Just(Unit::WorkingDays), Just(Unit::CalendarDays)];
    prop_oneof![
        (0_u32..30).prop_map(|n| When::WorkdaysAfter { n }),
        (0_u32..30, roll).prop_map(|(n, roll)| When::CalendarDaysAfter { n, roll }),
        Just(When::SameDay),
        (0_u32..30, unit).prop_map(|(n, unit)| When::Before { n, unit }),
        (1_u32..30, Just(Unit::CalendarDays)).prop_map(|(n, unit)| When::Every {
            n,
            unit,
            scope: Scope::Lesson
        }),
    ]
}

proptest! {
    #[test]
    fn a_later_fact_is_never_due_earlier(when in any_when(), on in any_day()) {
        let [this, next] = [on, on + Days::new(1)].map(|it| when.due(it, None, &five()).unwrap());
        prop_assert!(this <= next);
    }

    #[test]
    fn nobody_has_to_work_on_a_day_off(when in any_when(), on in any_day()) {
        let due = when.due(on, None, &five()).unwrap();
        let free = matches!(when, When::CalendarDaysAfter { roll: Roll::None, .. } | When::WorkdaysAfter { n: 0 });
        prop_assert!(free || five().workdays.is_working(due));
    }

    #[test]
    fn holidays_never_bring_a_day_nearer(on in any_day(), from in any_day(), n in 1_u32..30) {
        let when = When::Every { n, unit: Unit::CalendarDays, scope: Scope::Lesson };
        let mut rested = five();
        rested.grades = Some((1, 11));
        rested.holidays = vec![SchoolHoliday { grades: 1..=11, days: from..=from + Days::new(9) }];
        prop_assert!(when.due(on, None, &five()) <= when.due(on, None, &rested));
    }

    #[test]
    fn one_is_late_exactly_after_the_day(due in any_day(), today in any_day(), lead in 0_u32..10) {
        let stands = standing(due, today, lead, &five());
        prop_assert_eq!(matches!(stands, Standing::Overdue(_)), today > due);
        prop_assert_eq!(stands == Standing::Today, today == due);
        if let Standing::Near(left) = stands {
            prop_assert!(left <= lead || due.weekday() == Weekday::Sat || due.weekday() == Weekday::Sun || left <= lead + 1);
        }
    }
}
