use chrono::Days;
use kernel::{Role, workdays::Workweek};
use proptest::prelude::*;

use super::*;
use crate::rule;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn five() -> Workdays {
    Workdays::new(Workweek::Five)
}

fn told(id: &str, due: &str, today: &str) -> String {
    let terms = &rule(id).unwrap().terms;
    let told = to_tell(terms, day(due), &five(), day(today));
    let shown = told
        .iter()
        .map(|it| format!("{} {}", it.0.code(), it.1.code()));
    shown.collect::<Vec<_>>().join(", ")
}

/// DLN-4: T−3, T−1, T to the owner, T+1 to the deputy, T+3 to the director,
/// T+5 to the municipality, all in working days.
#[test]
fn the_ladder_of_the_regulation() {
    let told = |today| told("R-3.3", "2026-09-15", today);
    assert_eq!(told("2026-09-09"), "");
    assert_eq!(told("2026-09-10"), "owner before-3");
    assert_eq!(told("2026-09-11"), "owner before-3", "not yet another");
    assert_eq!(told("2026-09-14"), "owner before-1");
    assert_eq!(told("2026-09-15"), "owner day");
    assert_eq!(told("2026-09-16"), "owner day, deputy after-1");
    assert_eq!(
        told("2026-09-18"),
        "owner day, deputy after-1, director after-3"
    );
    assert_eq!(
        told("2026-09-22"),
        "owner day, deputy after-1, director after-3, municipal_operator after-5"
    );
}

#[test]
fn nobody_is_told_anything_on_a_day_off() {
    assert_eq!(told("R-6.6", "2026-09-15", "2026-09-12"), "");
    assert_eq!(told("R-6.6", "2026-09-15", "2026-09-13"), "");
    // A day set by hand may be off: it is told of on the next working day.
    assert_eq!(told("R-6.6", "2026-09-19", "2026-09-19"), "");
    assert_eq!(
        told("R-6.6", "2026-09-19", "2026-09-21"),
        "owner day, deputy after-1"
    );
}

#[test]
fn occasions_have_names() {
    for it in [Occasion::Before(3), Occasion::Day, Occasion::After(5)] {
        assert_eq!(Occasion::from_code(&it.code()), Some(it));
    }
    assert_eq!(Occasion::from_code("before"), None);
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..700).prop_map(|it| day("2026-01-01") + Days::new(it))
}

proptest! {
    /// Whoever looks every day, or misses any days, tells each occasion at most once.
    #[test]
    fn each_is_told_once_and_the_last_word_is_never_lost(
        due in any_day(),
        looks in prop::collection::vec(prop::bool::ANY, 60),
    ) {
        let terms = &rule("R-3.3").unwrap().terms;
        let first = due - Days::new(20);
        let mut written = vec![];
        for (n, looked) in (0_u64..).zip(looks) {
            let today = first + Days::new(n);
            let found = to_tell(terms, due, &five(), today);
            prop_assert!(found.is_empty() || five().is_working(today));
            if looked {
                // What the unique key of the table lets through.
                written.extend(found.into_iter().filter(|it| !written.contains(it)).collect::<Vec<_>>());
            }
        }
        let end = to_tell(terms, due, &five(), five().on_or_after(first + Days::new(60)));
        for last in end {
            let late = written.iter().filter(|it| it.0 == last.0).count();
            prop_assert!(late <= 3, "{written:?}");
        }
        let deputies = written.iter().filter(|it| it.0 == Addressee::Role(Role::Deputy)).count();
        prop_assert!(deputies <= 1);
    }

    #[test]
    fn occasions_fall_on_working_days(due in any_day(), n in 1_u32..10) {
        for it in [Occasion::Before(n), Occasion::Day, Occasion::After(n)] {
            prop_assert!(five().is_working(it.falls_on(due, &five())));
        }
    }
}
