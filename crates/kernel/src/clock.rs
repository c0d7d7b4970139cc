use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// Where the present comes from. Code never asks the system for the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;
}

/// The wall clock of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// The wall clock of the machine as if it had been started at another moment:
/// for a demonstration that shows a given day.
pub struct ShiftedClock(Duration);

impl ShiftedClock {
    pub fn starting_at(moment: DateTime<Utc>) -> Self {
        Self(moment - SystemClock.now())
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }
}

/// A clock that stands still until somebody moves it: for tests.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it to that moment, also back.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
