use proptest::prelude::*;

use super::*;

fn day(number: u32) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    first + chrono::Days::new(number.into())
}

fn paper(kind: OrderKind, reason: Option<LeavingReason>) -> Paper {
    Paper {
        order: 1.into(),
        kind,
        number: Some("1-з".to_owned()),
        ordered_on: day(0),
        place: String::new(),
        reason,
    }
}

fn stay(
    pupil: i64,
    class: i64,
    (since, came): (u32, OrderKind),
    gone: Option<(u32, OrderKind)>,
) -> Passage {
    Passage {
        pupil: pupil.into(),
        spot: Spot::Class(class.into()),
        since: day(since),
        until: gone.map(|it| day(it.0)),
        origin: Origin::Unknown,
        came: paper(came, None),
        gone: gone.map(|it| paper(it.1, Some(LeavingReason::OtherSchool))),
    }
}

/// Classes 701, 702 are of parallel 7, and so on.
fn parallel(spot: Spot) -> (i16, i16) {
    let grade = match spot {
        Spot::Class(class) => i16::try_from(class.get() / 100).unwrap(),
        Spot::Parallel(grade) => grade,
    };
    (grade, grade)
}

fn class(spot: Spot) -> (Spot, i16) {
    (spot, parallel(spot).1)
}

fn of_class(class: i64) -> Spot {
    Spot::Class(class.into())
}

fn shown(it: &Figures) -> [usize; 6] {
    [
        Figure::Opening,
        Figure::Came,
        Figure::Gone,
        Figure::MovedIn,
        Figure::MovedOut,
        Figure::Closing,
    ]
    .map(|figure| it.number(figure))
}

use OrderKind::{Enrolment, Graduation, Leaving, Promotion, Transfer};

/// The worked example of §3.6, to the digit.
#[test]
fn mov3_the_example_of_the_report_comes_out() {
    let mut stays = vec![];
    for pupil in 0..33 {
        let class = if pupil < 25 { 701 } else { 702 };
        let gone = match pupil {
            3 => Some((40, Leaving)),
            4 => Some((41, Transfer)),
            _ => None,
        };
        stays.push(stay(pupil, class, (0, Enrolment), gone));
        if pupil == 4 {
            stays.push(stay(pupil, 801, (41, Transfer), None));
        }
    }
    for pupil in 100..150 {
        let gone = (pupil < 103).then_some((30, Leaving));
        stays.push(stay(pupil, 801, (0, Enrolment), gone));
    }
    for (pupil, class) in [(200, 701), (201, 702), (202, 801)] {
        stays.push(stay(pupil, class, (20, Enrolment), None));
    }
    let rows = count(&stays, (day(0), day(60)), parallel);
    assert_eq!(shown(&rows[&7]), [33, 2, 1, 0, 1, 33]);
    assert_eq!(shown(&rows[&8]), [50, 1, 3, 1, 0, 49]);
    let school = rows[&7].clone().and(&rows[&8]);
    assert_eq!(shown(&school), [83, 3, 4, 1, 1, 82]);
    assert!(rows.values().all(Figures::balances) && school.balances());
}

#[test]
fn mov3_a_move_between_classes_is_none_for_their_parallel() {
    let stays = [
        stay(1, 701, (0, Enrolment), Some((10, Transfer))),
        stay(1, 702, (10, Transfer), None),
    ];
    let parallels = count(&stays, (day(0), day(20)), parallel);
    assert_eq!(shown(&parallels[&7]), [1, 0, 0, 0, 0, 1]);
    let classes = count(&stays, (day(0), day(20)), class);
    assert_eq!(shown(&classes[&of_class(701)]), [1, 0, 0, 0, 1, 0]);
    assert_eq!(shown(&classes[&of_class(702)]), [0, 0, 0, 1, 0, 1]);
}

#[test]
fn mov3_who_came_and_left_within_the_span_is_counted_at_both_ends() {
    let stays = [
        stay(1, 101, (5, Enrolment), Some((9, Leaving))),
        stay(2, 901, (0, Enrolment), Some((8, Graduation))),
        stay(3, 801, (0, Promotion), None),
    ];
    let rows = count(&stays, (day(0), day(20)), parallel);
    assert_eq!(rows[&1].number(Figure::First), 1);
    assert_eq!(rows[&1].number(Figure::ToSchools), 1);
    assert_eq!(rows[&9].number(Figure::ToOthers), 1);
    assert_eq!(shown(&rows[&8]), [1, 0, 0, 0, 0, 1], "the year opens so");
}

#[test]
fn mov3_arrivals_are_told_apart_by_how_far_they_come() {
    let from = |pupil, class, kind, scope| Passage {
        origin: Origin::of(kind, scope),
        ..stay(pupil, class, (5, Enrolment), None)
    };
    let stays = [
        from(1, 701, Some("school"), Some("town")),
        from(2, 701, Some("school"), Some("abroad")),
        from(3, 701, None, None),
        from(4, 701, Some("preschool"), Some("town")),
    ];
    let rows = count(&stays, (day(0), day(20)), parallel);
    let number = |figure| rows[&7].number(figure);
    assert_eq!(number(Figure::FromTown), 1);
    assert_eq!(number(Figure::FromAbroad), 1);
    assert_eq!(number(Figure::FromUnknown), 1);
    assert_eq!(number(Figure::FromSchools), 3);
    assert_eq!(number(Figure::First), 1);
    assert_eq!(number(Figure::Came), 4);
}

/// Enrolled into a parallel and given a class later: they came once, and
/// moved for the classes only.
#[test]
fn mov3_a_parallel_without_a_class_counts_too() {
    let stays = [
        Passage {
            spot: Spot::Parallel(1),
            ..stay(1, 101, (1, Enrolment), Some((4, Transfer)))
        },
        stay(1, 101, (4, Transfer), None),
    ];
    let parallels = count(&stays, (day(0), day(20)), parallel);
    assert_eq!(shown(&parallels[&1]), [0, 1, 0, 0, 0, 1]);
    let classes = count(&stays, (day(0), day(20)), class);
    assert_eq!(shown(&classes[&of_class(101)]), [0, 0, 0, 1, 0, 1]);
    assert!(classes.values().all(Figures::balances));
}

#[test]
fn codes_lead_back_to_figures() {
    for it in Figure::COLUMNS {
        assert_eq!(Figure::from_code(it.code()), Some(it));
    }
    assert_eq!(Figure::from_code("moves"), Some(Figure::Moves));
    assert_eq!(Figure::from_code("x"), None);
}

/// What happens to one pupil: days between events, and where to (nothing:
/// out of the school).
fn lives() -> impl Strategy<Value = Vec<Vec<(u32, Option<i64>)>>> {
    let class = prop_oneof![Just(101), Just(102), Just(701), Just(801), Just(1101)];
    let event = (1u32..30, prop::option::weighted(0.7, class));
    prop::collection::vec(prop::collection::vec(event, 0..8), 0..12)
}

fn stays_of(lives: &[Vec<(u32, Option<i64>)>]) -> Vec<Passage> {
    let mut all: Vec<Passage> = vec![];
    for (pupil, events) in (0i64..).zip(lives) {
        let mut on = 0;
        let mut inside: Option<usize> = None;
        for (later, to) in events {
            on += later;
            let here = inside.map(|at| all[at].spot);
            if here == to.map(of_class) {
                continue;
            }
            if let Some(at) = inside.take() {
                all[at].until = Some(day(on));
                let kind = if to.is_some() { Transfer } else { Leaving };
                all[at].gone = Some(paper(kind, None));
            }
            if let Some(class) = to {
                let kind = if here.is_some() { Transfer } else { Enrolment };
                all.push(stay(pupil, *class, (on, kind), None));
                inside = Some(all.len() - 1);
            }
        }
    }
    all
}

proptest! {
    /// Opening + in − out = closing for every class, parallel and the school on every pair of days.
    #[test]
    fn mov3_every_row_balances(lives in lives(), opens in 0u32..120, length in 0u32..120) {
        let stays = stays_of(&lives);
        let span = (day(opens), day(opens + length));
        let parallels = count(&stays, span, parallel);
        let classes = count(&stays, span, class);
        prop_assert!(parallels.values().all(Figures::balances));
        prop_assert!(classes.values().all(Figures::balances));
        let sum = |rows: Vec<&Figures>| rows.into_iter().fold(Figures::default(), Figures::and);
        let school = sum(parallels.values().collect());
        let by_class = sum(classes.values().collect());
        prop_assert!(school.balances());
        // Moves inside of the school come to nothing.
        prop_assert_eq!(school.number(Figure::MovedIn), school.number(Figure::MovedOut));
        prop_assert_eq!(by_class.number(Figure::MovedIn), by_class.number(Figure::MovedOut));
        for figure in [Figure::Opening, Figure::Came, Figure::Gone, Figure::Closing] {
            prop_assert_eq!(school.number(figure), by_class.number(figure));
        }
        let there = stays.iter().filter(|it| it.is_on(span.1)).count();
        prop_assert_eq!(school.number(Figure::Closing), there);
    }
}
