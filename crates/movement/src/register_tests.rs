use std::collections::{BTreeMap, HashMap};

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::OrderKind;

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 1).unwrap() + Days::new(number)
}

fn class(number: i64) -> Place {
    Place::Class(number.into())
}

fn event(order: i64, on: u64, effect: Effect) -> Event {
    Event {
        order: order.into(),
        effective_on: day(on),
        effect,
    }
}

#[test]
fn whoever_leaves_was_there_last_on_the_day_before() {
    let chain = Chain::of(&[
        event(1, 0, Effect::Enter(class(5))),
        event(2, 10, Effect::Leave),
        event(3, 10, Effect::Enter(class(6))),
    ])
    .unwrap();
    assert!(chain.stays[0].on(day(9)) && !chain.stays[0].on(day(10)));
    assert!(chain.stays[1].on(day(10)));
}

#[test]
fn nobody_enters_twice_or_leaves_twice() {
    let entered = [event(1, 0, Effect::Enter(class(5)))];
    let chain = Chain::of(&entered).unwrap();
    let refused = |it| chain.step(&it).unwrap_err();
    assert_eq!(
        refused(event(2, 5, Effect::Enter(class(6)))),
        Refusal::AlreadyEnrolled
    );
    assert_eq!(
        refused(event(2, 5, Effect::Move(class(5)))),
        Refusal::AlreadyInClass
    );
    assert_eq!(refused(event(2, 0, Effect::Leave)), Refusal::SameDay);

    let left = Chain::of(&[entered[0], event(2, 5, Effect::Leave)]).unwrap();
    let refused = |it| left.step(&it).unwrap_err();
    assert_eq!(refused(event(3, 6, Effect::Leave)), Refusal::NotEnrolled);
    assert_eq!(
        refused(event(3, 6, Effect::Move(class(6)))),
        Refusal::NotEnrolled
    );
    assert_eq!(
        refused(event(3, 4, Effect::Enter(class(6)))),
        Refusal::BeforeLastOrder
    );
    assert_eq!(
        Chain::default().step(&event(1, 0, Effect::Leave)),
        Err(Refusal::NotEnrolled)
    );
}

/// Orders at random: most sequences hold something that must be refused.
fn kinds() -> impl Strategy<Value = OrderKind> {
    proptest::sample::select(OrderKind::ALL.to_vec())
}

/// (pupil, kind, class, effective day) in the order of issuing.
fn books() -> impl Strategy<Value = Vec<(i64, OrderKind, i64, u64)>> {
    let line = (1..5_i64, kinds(), 1..4_i64, 0..30_u64);
    proptest::collection::vec(line, 0..60).prop_map(|mut book| {
        // Mostly forward in time, now and then back.
        book.sort_by_key(|it| it.3 / 4);
        book
    })
}

fn effect(kind: OrderKind, to: i64) -> Effect {
    kind.effect(Some(class(to)))
        .or_else(|| kind.effect(None))
        .unwrap()
}

type Book = BTreeMap<i64, (Vec<Event>, Chain)>;

/// Issues the orders one after the other; a refused one changes nothing.
fn issued(book: &[(i64, OrderKind, i64, u64)]) -> Book {
    let mut all = Book::new();
    for (order, &(pupil, kind, to, on)) in (1..).zip(book) {
        let (events, chain) = all.entry(pupil).or_default();
        let event = event(order, on, effect(kind, to));
        if let Ok(step) = chain.step(&event) {
            chain.take(&event, step);
            events.push(event);
        }
    }
    all
}

/// Members of each class on a day, counted.
fn counts(all: &Book, on: NaiveDate) -> HashMap<Place, usize> {
    let mut counts = HashMap::new();
    for stay in all
        .values()
        .flat_map(|(_, it)| &it.stays)
        .filter(|it| it.on(on))
    {
        *counts.entry(stay.place).or_default() += 1;
    }
    counts
}

proptest! {
    #[test]
    fn stays_of_a_pupil_never_touch(book in books()) {
        for (_, chain) in issued(&book).values() {
            for stay in &chain.stays {
                prop_assert!(stay.until.is_none_or(|it| stay.since < it));
                prop_assert_eq!(stay.until.is_some(), stay.ended_by.is_some());
            }
            for pair in chain.stays.windows(2) {
                prop_assert!(pair[0].until.is_some_and(|it| it <= pair[1].since));
            }
        }
    }

    /// Built step by step and built anew from the orders, the register is the same.
    #[test]
    fn rebuilt_equals_grown(book in books()) {
        for (events, chain) in issued(&book).values() {
            prop_assert_eq!(&Chain::of(events).unwrap(), chain);
        }
    }

    /// Cancelling the last order leaves what was before it.
    #[test]
    fn only_the_last_order_may_go(book in books()) {
        for (events, chain) in issued(&book).values() {
            for (at, event) in events.iter().enumerate() {
                prop_assert_eq!(chain.ends_with(&[event.order]), at + 1 == events.len());
            }
            if let Some((_, before)) = events.split_last() {
                let shorter = Chain::of(before).unwrap();
                prop_assert_eq!(shorter.stays.iter().filter(|it| it.until.is_none()).count() <= 1, true);
            }
        }
    }

    /// Opening + in − out = closing, for every class on every pair of dates (§3.6).
    #[test]
    fn the_book_balances(book in books(), from in 0..30_u64, length in 0..30_u64) {
        let all = issued(&book);
        let (from, to) = (day(from), day(from + length));
        let opening = counts(&all, from);
        let closing = counts(&all, to);
        for number in 1..4 {
            let class = class(number);
            let of_class = || {
                all.values().flat_map(|(_, it)| &it.stays).filter(|it| it.place == class)
            };
            let came = of_class().filter(|it| from < it.since && it.since <= to).count();
            let left = of_class()
                .filter(|it| it.until.is_some_and(|it| from < it && it <= to))
                .count();
            let get = |it: &HashMap<Place, usize>| it.get(&class).copied().unwrap_or_default();
            prop_assert_eq!(get(&opening) + came - left, get(&closing));
        }
    }

    /// Without refusals the state is what the last order says.
    #[test]
    fn the_last_order_tells_where_the_pupil_is(book in books()) {
        for (events, chain) in issued(&book).values() {
            let now = chain.stays.last().filter(|it| it.until.is_none()).map(|it| it.place);
            let told = events.last().and_then(|it| match it.effect {
                Effect::Enter(class) | Effect::Move(class) => Some(class),
                Effect::Leave => None,
            });
            prop_assert_eq!(now, told);
        }
    }
}
