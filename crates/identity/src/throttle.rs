//! How fast passwords may be tried (security.md §5.3).
//!
//! The rules hold for three kinds of counters and never end in «blocked»:
//!
//! 1. A *device* on which the account was opened before counts its own
//!    failures only. Whatever strangers try, it is neither counted nor slowed.
//! 2. All *unknown* devices share one counter per account, and one more with a
//!    long breath for the account over days.
//! 3. An *address* counts the accounts that failed from it, never the
//!    attempts: a school behind one address with a thousand pupils is usual.
//!
//! Counters are reserved before the password is checked and given back after a
//! success, so that a thousand guesses at once are a thousand failures.

use chrono::{DateTime, Duration, Utc};

/// One counter, as it was left by the last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) failures: u32,
    pub(crate) last_at: DateTime<Utc>,
}

/// How a counter makes people wait.
#[derive(Clone, Copy, Debug)]
struct Rule {
    /// Failures that cost nothing.
    free: u32,
    /// The longest wait, in seconds.
    longest: i64,
}

const DEVICE: Rule = Rule {
    free: 10,
    longest: 30,
};
const UNKNOWN: Rule = Rule {
    free: 5,
    longest: 60,
};

/// After this long without a failure a counter begins anew.
const FORGET: Duration = Duration::minutes(15);

/// The counter over all unknown devices leaks one failure in two seconds.
const ACCOUNT_BURST: u32 = 1800;
const ACCOUNT_LEAK: i64 = 2;

/// More accounts than these failed from one address within [`WINDOW`]: every
/// further unknown device there is served later.
const ACCOUNTS_PER_ADDRESS: i64 = 40;
pub(crate) const WINDOW: Duration = Duration::minutes(10);
const SLOW: Duration = Duration::seconds(2);

/// What counts for one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counters {
    /// From a device that opened this account before.
    Known { device: Option<Bucket> },
    Unknown {
        shared: Option<Bucket>,
        account: Option<Bucket>,
        /// Accounts other than this one that failed from the address lately.
        failed_from_address: i64,
    },
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The password is looked at, after that delay.
    Try { after: Duration },
    /// Too early; the password is not looked at.
    Wait { seconds: i64 },
}

/// Decides about an attempt; all it needs is passed in.
pub(crate) fn decide(counters: Counters, now: DateTime<Utc>) -> Verdict {
    let (wait, after) = match counters {
        Counters::Known { device } => (DEVICE.wait(device, now), Duration::zero()),
        Counters::Unknown {
            shared,
            account,
            failed_from_address,
        } => {
            let wait = UNKNOWN.wait(shared, now).max(account_wait(account, now));
            let crowded = failed_from_address > ACCOUNTS_PER_ADDRESS;
            (wait, if crowded { SLOW } else { Duration::zero() })
        }
    };
    if wait > 0 {
        return Verdict::Wait { seconds: wait };
    }
    Verdict::Try { after }
}

/// The counter of a device or of all unknown ones after one more failure.
pub(crate) fn one_more(bucket: Option<Bucket>, now: DateTime<Utc>) -> Bucket {
    let failures = bucket
        .filter(|it| now < it.last_at + FORGET)
        .map_or(0, |it| it.failures);
    Bucket {
        failures: failures.saturating_add(1),
        last_at: now,
    }
}

/// The counter of an account over all unknown devices after one more failure.
pub(crate) fn one_more_for_account(bucket: Option<Bucket>, now: DateTime<Utc>) -> Bucket {
    Bucket {
        failures: account_level(bucket, now).saturating_add(1),
        last_at: now,
    }
}

impl Rule {
    /// Seconds still to wait: 1, 2, 4 … after the failures that are free.
    fn wait(self, bucket: Option<Bucket>, now: DateTime<Utc>) -> i64 {
        let Some(Bucket { failures, last_at }) = bucket else {
            return 0;
        };
        if failures < self.free || last_at + FORGET <= now {
            return 0;
        }
        let doubled = (failures - self.free).min(16);
        let pause = (1_i64 << doubled).min(self.longest);
        left(last_at + Duration::seconds(pause), now)
    }
}

/// Whole seconds until the moment, rounded up; none where it has passed.
fn left(until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let millis = (until - now).num_milliseconds();
    if millis <= 0 {
        0
    } else {
        (millis + 999) / 1000
    }
}

fn account_level(bucket: Option<Bucket>, now: DateTime<Utc>) -> u32 {
    let Some(Bucket { failures, last_at }) = bucket else {
        return 0;
    };
    let leaked = ((now - last_at).num_seconds() / ACCOUNT_LEAK).max(0);
    failures.saturating_sub(u32::try_from(leaked).unwrap_or(u32::MAX))
}

fn account_wait(bucket: Option<Bucket>, now: DateTime<Utc>) -> i64 {
    if account_level(bucket, now) < ACCOUNT_BURST {
        0
    } else {
        ACCOUNT_LEAK
    }
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
