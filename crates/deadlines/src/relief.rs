//! What leaders decide about debts: another day, or none at all, with a reason.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, PersonId, Role};

use crate::{Debt, DebtId, Error};

kernel::id!(/// One decision about one or many debts.
    ReliefId);

/// Reasons are at most so long.
pub(crate) const LONGEST_REASON: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReliefKind {
    /// Another last day.
    Shift(NaiveDate),
    /// Nothing is owed any more.
    Lift,
}

impl ReliefKind {
    pub(crate) fn of(to_day: Option<NaiveDate>) -> Self {
        to_day.map_or(Self::Lift, Self::Shift)
    }

    /// The name in the database and in templates.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shift(_) => "shift",
            Self::Lift => "lift",
        }
    }

    pub(crate) const fn to_day(self) -> Option<NaiveDate> {
        match self {
            Self::Shift(day) => Some(day),
            Self::Lift => None,
        }
    }
}

/// One decision, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relief {
    pub id: ReliefId,
    pub kind: ReliefKind,
    pub rule: String,
    pub debts: Vec<DebtId>,
    pub reason: String,
    pub by: PersonId,
    pub at: DateTime<Utc>,
    /// Who took it back, and when.
    pub undone: Option<(PersonId, DateTime<Utc>)>,
}

/// Whether the actor may shift and lift: head or deputy head
/// (`reports-and-rules.md` §4.1), for the whole school.
pub(crate) fn may_decide(actor: &Actor) -> bool {
    let mut grants = actor.grants.iter();
    grants.any(|it| {
        matches!(it.role, Role::Director | Role::Deputy)
            && actor
                .grants
                .reach(*it, kernel::Right::DeadlineEdit)
                .has(kernel::Reach::Org)
    })
}

/// The reason as it is kept.
pub(crate) fn reason(typed: &str) -> Result<&str, Error> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Error::NoReason);
    }
    if typed.chars().count() > LONGEST_REASON {
        return Err(Error::ReasonTooLong);
    }
    Ok(typed)
}

/// Which of these open debts get the new day: those that were due before it.
///
/// # Errors
/// A day that is past, later than the rule allows, or later for none.
pub(crate) fn shifted(
    debts: &[Debt],
    to: NaiveDate,
    today: NaiveDate,
    furthest: Option<NaiveDate>,
) -> Result<Vec<&Debt>, Error> {
    if to < today {
        return Err(Error::ShiftToPast);
    }
    if furthest.is_some_and(|it| to > it) {
        return Err(Error::ShiftTooFar);
    }
    let open = debts.iter().filter(|it| it.closed_at.is_none());
    let later: Vec<&Debt> = open.filter(|it| it.due() < to).collect();
    if later.is_empty() {
        return Err(Error::ShiftNotLater);
    }
    Ok(later)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::tests::{day, debt};

    #[test]
    fn only_what_is_due_before_gets_the_new_day() {
        let debts = [debt(1, "2026-09-15"), debt(2, "2026-09-20")];
        let ids = |to| -> Vec<i64> {
            let found = shifted(&debts, day(to), day("2026-09-16"), Some(day("2026-10-01")));
            found.unwrap().iter().map(|it| it.id.get()).collect()
        };
        assert_eq!(ids("2026-09-18"), [1]);
        assert_eq!(ids("2026-09-25"), [1, 2]);
    }

    #[test]
    fn a_shift_goes_forward_and_not_beyond_the_rule() {
        let debts = [debt(1, "2026-09-15")];
        let refused = |to| {
            let it = shifted(&debts, day(to), day("2026-09-10"), Some(day("2026-10-01")));
            it.unwrap_err().to_string()
        };
        assert!(refused("2026-09-09").contains("past"));
        assert!(refused("2026-09-15").contains("later"));
        assert!(refused("2026-10-02").contains("allows"));
    }
}
