use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeZone as _;
use proptest::prelude::*;

use super::*;

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 1, 5, 30, 0).unwrap()
}

/// The tables of the database in memory, for the model.
#[derive(Default)]
struct Model {
    device: BTreeMap<(u32, u32), Bucket>,
    shared: BTreeMap<u32, Bucket>,
    account: BTreeMap<u32, Bucket>,
    failed_from: BTreeMap<u32, BTreeMap<u32, DateTime<Utc>>>,
    known: BTreeSet<(u32, u32)>,
}

#[derive(Clone, Copy)]
struct Try {
    account: u32,
    device: u32,
    address: u32,
    right: bool,
}

impl Model {
    fn attempt(&mut self, it: Try, now: DateTime<Utc>) -> Verdict {
        let known = self.known.contains(&(it.account, it.device));
        let key = (it.account, it.device);
        let failed = self.failed_from.entry(it.address).or_default();
        let others = failed
            .iter()
            .filter(|(who, at)| **who != it.account && now - WINDOW < **at);
        let counters = if known {
            Counters::Known {
                device: self.device.get(&key).copied(),
            }
        } else {
            Counters::Unknown {
                shared: self.shared.get(&it.account).copied(),
                account: self.account.get(&it.account).copied(),
                failed_from_address: i64::try_from(others.count()).unwrap(),
            }
        };
        let verdict = decide(counters, now);
        if matches!(verdict, Verdict::Wait { .. }) {
            return verdict;
        }
        match (known, it.right) {
            (true, true) => drop(self.device.remove(&key)),
            (true, false) => {
                let next = one_more(self.device.get(&key).copied(), now);
                self.device.insert(key, next);
            }
            (false, true) => {
                self.shared.remove(&it.account);
                self.known.insert(key);
            }
            (false, false) => {
                let next = one_more(self.shared.get(&it.account).copied(), now);
                self.shared.insert(it.account, next);
                let next = one_more_for_account(self.account.get(&it.account).copied(), now);
                self.account.insert(it.account, next);
            }
        }
        if !it.right {
            self.failed_from
                .entry(it.address)
                .or_default()
                .insert(it.account, now);
        }
        verdict
    }
}

const AT_ONCE: Verdict = Verdict::Try {
    after: Duration::zero(),
};

fn wait(seconds: i64) -> Verdict {
    Verdict::Wait { seconds }
}

/// The first of September: 900 pupils behind one address, each of whom
/// mistypes twice, all get in, and none later than two seconds.
#[test]
fn a_school_behind_one_address_is_never_locked_out() {
    let mut model = Model::default();
    let mut now = start();
    for pupil in 0..900 {
        for right in [false, false, true] {
            now += Duration::milliseconds(300);
            let it = Try {
                account: pupil,
                device: pupil,
                address: 1,
                right,
            };
            let verdict = model.attempt(it, now);
            assert!(
                matches!(verdict, Verdict::Try { after } if after <= SLOW),
                "{pupil} {verdict:?}"
            );
        }
    }
}

/// A botnet on one account does not keep the owner out.
#[test]
fn strangers_never_slow_the_device_of_the_owner() {
    let mut model = Model::default();
    let owner = Try {
        account: 1,
        device: 1,
        address: 1,
        right: true,
    };
    assert_eq!(model.attempt(owner, start()), AT_ONCE);
    for second in 0..20_000 {
        let now = start() + Duration::seconds(second);
        let bot = Try {
            account: 1,
            device: 1000,
            address: 2,
            right: false,
        };
        model.attempt(bot, now);
        if second % 100 == 0 {
            assert_eq!(model.attempt(owner, now), AT_ONCE);
        }
    }
}

#[test]
fn unknown_devices_share_five_free_failures_and_then_wait_up_to_a_minute() {
    let mut model = Model::default();
    let mut now = start();
    let bad = |device| Try {
        account: 1,
        device,
        address: device,
        right: false,
    };
    for device in 0..5 {
        assert_eq!(model.attempt(bad(device), now), AT_ONCE);
    }
    for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
        assert_eq!(model.attempt(bad(9), now), wait(pause));
        now += Duration::seconds(pause);
        assert_eq!(model.attempt(bad(9), now), AT_ONCE);
    }
}

#[test]
fn a_known_device_has_ten_free_failures_and_then_waits_up_to_half_a_minute() {
    let mut model = Model::default();
    let it = |right| Try {
        account: 1,
        device: 1,
        address: 1,
        right,
    };
    assert_eq!(model.attempt(it(true), start()), AT_ONCE);
    for _ in 0..10 {
        assert_eq!(model.attempt(it(false), start()), AT_ONCE);
    }
    let mut now = start();
    for pause in [1, 2, 4, 8, 16, 30, 30] {
        assert_eq!(model.attempt(it(true), now), wait(pause));
        now += Duration::seconds(pause);
        assert_eq!(model.attempt(it(false), now), AT_ONCE);
    }
    now += Duration::seconds(30);
    assert_eq!(model.attempt(it(true), now), AT_ONCE);
    assert_eq!(
        model.attempt(it(false), now),
        AT_ONCE,
        "a success begins anew"
    );
}

#[test]
fn an_address_counts_accounts_and_not_attempts() {
    let mut model = Model::default();
    for attempt in 0..200 {
        let it = Try {
            account: attempt % 41,
            device: 7,
            address: 1,
            right: false,
        };
        let verdict = model.attempt(it, start() + Duration::minutes(i64::from(attempt) / 41));
        assert!(!matches!(verdict, Verdict::Try { after } if after > Duration::zero()));
    }
    let late = Try {
        account: 99,
        device: 8,
        address: 1,
        right: true,
    };
    assert_eq!(
        model.attempt(late, start() + Duration::minutes(5)),
        Verdict::Try { after: SLOW }
    );
    let later = Try {
        account: 98,
        device: 9,
        address: 1,
        right: true,
    };
    assert_eq!(
        model.attempt(later, start() + Duration::minutes(16)),
        AT_ONCE
    );
}

#[test]
fn an_account_is_tried_by_strangers_once_in_two_seconds_in_the_long_run() {
    let now = start();
    let full = Bucket {
        failures: ACCOUNT_BURST,
        last_at: now,
    };
    let unknown = |account| Counters::Unknown {
        shared: None,
        account,
        failed_from_address: 0,
    };
    assert_eq!(decide(unknown(Some(full)), now), wait(2));
    assert_eq!(
        decide(unknown(Some(full)), now + Duration::seconds(2)),
        AT_ONCE
    );
    assert_eq!(
        one_more_for_account(Some(full), now + Duration::seconds(3600)).failures,
        1
    );
}

proptest! {
    /// Whatever was tried, the wait is never longer than a minute, and who
    /// waits as told is let through.
    #[test]
    fn no_wait_is_longer_than_a_minute(
        tries in proptest::collection::vec((0..3_u32, 0..3_u32, 0..2_u32, any::<bool>(), 0..120_i64), 1..200)
    ) {
        let mut model = Model::default();
        let mut now = start();
        for (account, device, address, right, pause) in tries {
            now += Duration::seconds(pause);
            let it = Try { account, device, address, right };
            if let Verdict::Wait { seconds } = model.attempt(it, now) {
                prop_assert!((1..=60).contains(&seconds));
                now += Duration::seconds(seconds);
                let verdict = model.attempt(it, now);
                prop_assert!(matches!(verdict, Verdict::Try { .. }), "{verdict:?}");
            }
        }
    }
}
