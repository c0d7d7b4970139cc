use std::collections::BTreeMap;

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

/// What somebody does to the book.
#[derive(Clone, Debug)]
enum Deed {
    /// Issues an order about the pupil, to take effect on that day.
    Issue(i64, OrderKind, Place, u64),
    /// Cancels one of the orders, counted from the last.
    Cancel(usize),
}

/// Classes 1 and 2 are of parallel 5, 3 and 4 of parallel 6.
fn grade_of(place: Place) -> i16 {
    match place {
        Place::Grade(grade) => grade,
        Place::Class(id) if id.get() < 3 => 5,
        Place::Class(_) => 6,
    }
}

fn places() -> impl Strategy<Value = Place> {
    prop_oneof![
        4 => (1..5_i64).prop_map(class),
        1 => (5..7_i16).prop_map(Place::Grade),
    ]
}

/// Deeds at random, mostly forward in time: most sequences hold something
/// that must be refused.
fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let kinds = proptest::sample::select(OrderKind::ALL.to_vec());
    let issue = (1..5_i64, kinds, places(), 0..30_u64)
        .prop_map(|(pupil, kind, place, on)| Deed::Issue(pupil, kind, place, on));
    let deed = prop_oneof![5 => issue, 1 => (0..4_usize).prop_map(Deed::Cancel)];
    proptest::collection::vec(deed, 0..60).prop_map(|mut deeds| {
        // A cancelling deed stands where it stood among the orders.
        let mut days: Vec<u64> = Vec::with_capacity(deeds.len());
        for deed in &deeds {
            if let Deed::Issue(_, _, _, on) = deed {
                days.push(*on);
            }
        }
        days.sort_by_key(|it| it / 4);
        let mut days = days.into_iter();
        for deed in &mut deeds {
            if let Deed::Issue(_, _, _, on) = deed {
                *on = days.next().unwrap_or(*on);
            }
        }
        deeds
    })
}

/// The book and the register that grew with it, order by order.
#[derive(Default)]
struct Book {
    /// Orders in force, in the order of issuing.
    issued: Vec<(i64, Event)>,
    chains: BTreeMap<i64, Chain>,
    cancelled: usize,
}

impl Book {
    fn after(deeds: &[Deed]) -> Self {
        let mut book = Self::default();
        for (order, deed) in (1..).zip(deeds) {
            match *deed {
                Deed::Issue(pupil, kind, place, on) => book.issue(order, pupil, kind, place, on),
                Deed::Cancel(back) => book.cancel(back),
            }
        }
        book
    }

    fn issue(&mut self, order: i64, pupil: i64, kind: OrderKind, place: Place, on: u64) {
        let Some(effect) = kind.effect(Some(place)).or_else(|| kind.effect(None)) else {
            return;
        };
        let event = event(order, on, effect);
        let chain = self.chains.entry(pupil).or_default();
        if let Ok(step) = chain.step(&event) {
            chain.take(&event, step);
            self.issued.push((pupil, event));
        }
    }

    /// As the store undoes it: stays that the order began go, the stay that it
    /// ended goes on.
    fn cancel(&mut self, back: usize) {
        let Some(at) = self.issued.len().checked_sub(back + 1) else {
            return;
        };
        let (pupil, event) = self.issued[at];
        let chain = self.chains.get_mut(&pupil).unwrap();
        if !chain.ends_with(&[event.order]) {
            return;
        }
        chain.stays.retain(|it| it.began_by != event.order);
        for stay in &mut chain.stays {
            if stay.ended_by == Some(event.order) {
                (stay.until, stay.ended_by) = (None, None);
            }
        }
        self.issued.remove(at);
        self.cancelled += 1;
    }

    fn events_of(&self, pupil: i64) -> Vec<Event> {
        let of = self.issued.iter().filter(|it| it.0 == pupil);
        of.map(|it| it.1).collect()
    }

    fn stays(&self) -> impl Iterator<Item = &Stay> {
        self.chains.values().flat_map(|it| &it.stays)
    }

    /// How many are in such places on the day.
    fn count(&self, is_there: impl Fn(Place) -> bool, on: NaiveDate) -> usize {
        self.stays()
            .filter(|it| is_there(it.place) && it.on(on))
            .count()
    }

    /// How many came into such places and left them from the one day to the
    /// other, as the orders tell it: moves inside are neither.
    fn moved(
        &self,
        is_there: impl Fn(Place) -> bool,
        from: NaiveDate,
        to: NaiveDate,
    ) -> (usize, usize) {
        let (mut came, mut left) = (0, 0);
        let mut now: BTreeMap<i64, Place> = BTreeMap::new();
        for (pupil, event) in &self.issued {
            let before = now.get(pupil).copied();
            let after = match event.effect {
                Effect::Enter(place) | Effect::Move(place) => {
                    now.insert(*pupil, place);
                    Some(place)
                }
                Effect::Leave => {
                    now.remove(pupil);
                    None
                }
            };
            if event.effective_on <= from || to < event.effective_on {
                continue;
            }
            let was = before.is_some_and(&is_there);
            let is = after.is_some_and(&is_there);
            came += usize::from(!was && is);
            left += usize::from(was && !is);
        }
        (came, left)
    }

    fn balances(&self, is_there: impl Fn(Place) -> bool, from: NaiveDate, to: NaiveDate) -> bool {
        let (came, left) = self.moved(&is_there, from, to);
        self.count(&is_there, from) + came == self.count(&is_there, to) + left
    }
}

/// How many sequences each property sees; `cargo xtask soak` asks for more.
fn sequences() -> ProptestConfig {
    let cases = std::env::var("ZVONOK_REGISTER_SEQUENCES").ok();
    let cases = cases.and_then(|it| it.parse().ok()).unwrap_or(300);
    ProptestConfig {
        cases,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(sequences())]

    /// MOV-2: one pupil is in one place at a time.
    #[test]
    fn stays_of_a_pupil_never_touch(deeds in deeds()) {
        for chain in Book::after(&deeds).chains.values() {
            for stay in &chain.stays {
                prop_assert!(stay.until.is_none_or(|it| stay.since < it));
                prop_assert_eq!(stay.until.is_some(), stay.ended_by.is_some());
            }
            for pair in chain.stays.windows(2) {
                prop_assert!(pair[0].until.is_some_and(|it| it <= pair[1].since));
            }
        }
    }

    /// Grown step by step, with cancellations, and built anew from the orders
    /// in force, the register is the same.
    #[test]
    fn rebuilt_equals_grown(deeds in deeds()) {
        let book = Book::after(&deeds);
        for (pupil, chain) in &book.chains {
            prop_assert_eq!(&Chain::of(&book.events_of(*pupil)).unwrap(), chain);
        }
    }

    /// §3.2.6: only the last orders about a pupil may go.
    #[test]
    fn only_the_last_orders_may_go(deeds in deeds()) {
        let book = Book::after(&deeds);
        for (pupil, chain) in &book.chains {
            let orders: Vec<OrderId> = book.events_of(*pupil).iter().map(|it| it.order).collect();
            for (at, order) in orders.iter().enumerate() {
                prop_assert_eq!(chain.ends_with(&[*order]), at + 1 == orders.len());
                prop_assert!(chain.ends_with(&orders[at..]));
            }
        }
    }

    /// §3.6: opening + in − out = closing for every class, parallel and the
    /// school, on every pair of dates.
    #[test]
    fn the_book_balances(deeds in deeds()) {
        let book = Book::after(&deeds);
        for from in 0..32 {
            for to in from..32 {
                let (from, to) = (day(from), day(to));
                for number in 1..5 {
                    prop_assert!(book.balances(|it| it == class(number), from, to));
                }
                for grade in [5, 6] {
                    prop_assert!(book.balances(|it| grade_of(it) == grade, from, to));
                }
                prop_assert!(book.balances(|_| true, from, to));
            }
        }
    }

    /// The state is what the last order in force says.
    #[test]
    fn the_last_order_tells_where_the_pupil_is(deeds in deeds()) {
        let book = Book::after(&deeds);
        for (pupil, chain) in &book.chains {
            let told = book.events_of(*pupil).last().and_then(|it| match it.effect {
                Effect::Enter(place) | Effect::Move(place) => Some(place),
                Effect::Leave => None,
            });
            prop_assert_eq!(chain.now(), told);
        }
    }
}

/// The sequences are worth their name: they issue, refuse and cancel.
#[test]
fn sequences_hold_what_they_are_to_try() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut issued, mut cancelled, mut deeds_done) = (0, 0, 0);
    for _ in 0..50 {
        let tree = deeds().new_tree(&mut runner).unwrap();
        let deeds = tree.current();
        let book = Book::after(&deeds);
        issued += book.issued.len();
        cancelled += book.cancelled;
        deeds_done += deeds.len();
    }
    assert!(100 < issued && 20 < cancelled && issued + cancelled < deeds_done);
}
