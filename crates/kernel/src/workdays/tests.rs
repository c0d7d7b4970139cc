//! DLN-1: the calendar of §4.2, to the day.

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;

use super::{Act, Workdays, Workweek};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn both() -> [Workdays; 2] {
    [Workweek::Five, Workweek::Six].map(Workdays::new)
}

/// `n` working days after the day, in weeks of five and of six days.
fn after(from: &str, n: u32) -> [String; 2] {
    both().map(|it| it.after(day(from), n).to_string())
}

fn days_off(calendar: &Workdays, year: i32) -> Vec<String> {
    let days = day(&format!("{year}-01-01")).iter_days();
    days.take_while(|it| it.year() == year)
        .filter(|it| !calendar.is_working(*it))
        .map(|it| it.format("%m-%d").to_string())
        .collect()
}

fn working_days(calendar: &Workdays, year: i32) -> u32 {
    let before = NaiveDate::from_ymd_opt(year - 1, 12, 31).unwrap();
    calendar.between(before, NaiveDate::from_ymd_opt(year, 12, 31).unwrap())
}

#[test]
fn an_order_of_enrolment_before_the_may_holidays() {
    assert_eq!(after("2026-04-30", 2), ["2026-05-05", "2026-05-04"]);
    assert_eq!(after("2026-04-30", 3), ["2026-05-06", "2026-05-05"]);
}

#[test]
fn a_period_that_ends_before_the_new_year() {
    assert_eq!(after("2026-12-30", 1), ["2027-01-11", "2027-01-09"]);
    assert_eq!(after("2026-12-30", 2), ["2027-01-12", "2027-01-11"]);
}

#[test]
fn a_saturday_that_is_worked() {
    assert_eq!(after("2027-02-19", 1), ["2027-02-20", "2027-02-20"]);
    assert_eq!(after("2027-02-19", 3), ["2027-02-25", "2027-02-24"]);
}

#[test]
fn admission_to_the_first_grade() {
    assert_eq!(after("2026-06-30", 3)[0], "2026-07-03");
    assert_eq!(after("2027-06-30", 3)[0], "2027-07-05");
}

#[test]
fn a_year_with_an_act_has_247_or_299_working_days() {
    for year in 2025..=2027 {
        assert_eq!(
            both().map(|it| working_days(&it, year)),
            [247, 299],
            "{year}"
        );
        assert!(both().iter().all(|it| !it.is_preliminary(year)));
    }
}

/// The days off that are no Saturday, no Sunday and no holiday, and the
/// Saturdays that are worked in a week of five days.
#[test]
fn moved_days_off_are_those_of_the_published_calendars() {
    let [five, six] = both();
    for (year, off_in_five, off_in_six) in [
        (2025, "05-02 05-08 06-13 11-03 12-31", "05-08 12-31"),
        (2026, "01-09 03-09 05-11 12-31", "03-09 12-31"),
        (2027, "02-22 05-03 05-10 06-14 11-05 12-31", "05-10 12-31"),
    ] {
        let moved = |calendar: &Workdays| {
            let holidays = "01-01 01-02 01-03 01-04 01-05 01-06 01-07 01-08 02-23 03-08 05-01 05-09 06-12 11-04";
            let all = days_off(calendar, year);
            let usual = |it: &String| {
                calendar.week().rests_on(day(&format!("{year}-{it}")))
                    || holidays.contains(it.as_str())
            };
            all.into_iter()
                .filter(|it| !usual(it))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(moved(&five), off_in_five, "{year}");
        assert_eq!(moved(&six), off_in_six, "{year}");
    }
    for worked in ["2025-11-01", "2027-02-20"] {
        assert!(five.is_working(day(worked)), "{worked}");
    }
}

#[test]
fn a_year_without_an_act_follows_the_law_and_is_preliminary() {
    let five = Workdays::new(Workweek::Five);
    assert!(five.is_preliminary(2030));
    assert!(
        !five.is_working(day("2030-02-25")),
        "23 February is a Saturday"
    );
    assert!(
        five.is_working(day("2030-12-31")),
        "nobody moved anything here yet"
    );
    let act = Act {
        year: 2030,
        moved: vec![(day("2030-02-23"), day("2030-12-31"))],
    };
    let five = five.with_act(act);
    assert!(!five.is_preliminary(2030));
    assert!(five.is_working(day("2030-02-25")));
    assert!(!five.is_working(day("2030-12-31")));
}

#[test]
fn a_region_adds_days_off() {
    let radonitsa = day("2026-04-21");
    let [five, _] = both();
    assert!(five.is_working(radonitsa));
    let five = five.with_days_off([radonitsa]);
    assert!(!five.is_working(radonitsa));
    assert_eq!(five.after(day("2026-04-20"), 1), day("2026-04-22"));
    assert_eq!(working_days(&five, 2026), 246);
    let saturday = day("2026-04-25");
    assert!(five.with_days_worked([saturday]).is_working(saturday));
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..3_000).prop_map(|it| day("2024-06-01") + Days::new(it))
}

fn any_calendar() -> impl Strategy<Value = Workdays> {
    let week = prop_oneof![Just(Workweek::Five), Just(Workweek::Six)];
    (week, prop::collection::vec(any_day(), 0..5))
        .prop_map(|(week, off)| Workdays::new(week).with_days_off(off))
}

proptest! {
    #[test]
    fn after_counts_what_between_counts(calendar in any_calendar(), from in any_day(), n in 0_u32..60) {
        let due = calendar.after(from, n);
        prop_assert_eq!(calendar.between(from, due), n);
        prop_assert!(n == 0 || calendar.is_working(due));
    }

    #[test]
    fn before_undoes_after_from_a_working_day(calendar in any_calendar(), from in any_day(), n in 0_u32..60) {
        let from = calendar.on_or_after(from);
        prop_assert_eq!(calendar.before(calendar.after(from, n), n), from);
    }

    #[test]
    fn a_later_day_is_never_due_earlier(calendar in any_calendar(), from in any_day(), n in 0_u32..30) {
        prop_assert!(calendar.after(from, n) <= calendar.after(following(from), n));
        prop_assert!(calendar.on_or_before(from) <= from && from <= calendar.on_or_after(from));
    }

    #[test]
    fn five_days_are_never_more_than_six(from in any_day(), n in 0_u32..30) {
        let [five, six] = both();
        prop_assert!(six.after(from, n) <= five.after(from, n));
    }

    #[test]
    fn days_off_never_bring_a_day_nearer(off in prop::collection::vec(any_day(), 0..20), from in any_day(), n in 0_u32..30) {
        let [five, _] = both();
        let more = five.clone().with_days_off(off);
        prop_assert!(five.after(from, n) <= more.after(from, n));
    }
}

fn following(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}
