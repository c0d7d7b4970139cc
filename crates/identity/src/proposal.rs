//! What one administrator proposes and another decides (ux.md §2.5 A3).

use chrono::{DateTime, Duration, Utc};
use kernel::{AccountId, Role};

use crate::Error;

kernel::id!(/// One proposal.
    ProposalId);

/// A proposal waits for so long.
pub(crate) const WAITS: Duration = Duration::hours(24);

/// What is proposed about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// A role that opens everything.
    Grant(Role),
    /// The second factor of an administrator is lost.
    ResetFactor,
}

impl Proposed {
    /// The columns `kind` and `role`.
    pub(crate) const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Grant(role) => ("grant", role.code()),
            Self::ResetFactor => ("reset_factor", ""),
        }
    }

    /// Reads the columns; `None` for what a newer version wrote.
    pub(crate) fn of_columns(kind: &str, role: &str) -> Option<Self> {
        match kind {
            "grant" => Role::from_code(role).map(Self::Grant),
            "reset_factor" => Some(Self::ResetFactor),
            _ => None,
        }
    }
}

/// Whether the role needs two to be given.
pub(crate) const fn needs_two(role: Role) -> bool {
    matches!(role, Role::Admin | Role::RegionAdmin)
}

/// A proposal that may be decided.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) account: AccountId,
    pub(crate) proposed: Proposed,
    pub(crate) proposed_by: AccountId,
    pub(crate) expires_at: DateTime<Utc>,
}

impl Waiting {
    /// Whether that account may approve it: neither who proposed it nor whom
    /// it is for. Refusing is open to both.
    pub(crate) fn check(
        &self,
        by: AccountId,
        approve: bool,
        now: DateTime<Utc>,
    ) -> Result<(), Error> {
        if self.expires_at <= now {
            return Err(Error::NoSuchProposal);
        }
        if approve && (by == self.proposed_by || by == self.account) {
            return Err(Error::OwnProposal);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_others_decide_and_within_a_day() {
        let now = DateTime::UNIX_EPOCH;
        let it = Waiting {
            account: 3.into(),
            proposed: Proposed::ResetFactor,
            proposed_by: 1.into(),
            expires_at: now + WAITS,
        };
        assert!(it.check(2.into(), true, now).is_ok());
        for own in [1, 3] {
            assert!(matches!(
                it.check(own.into(), true, now),
                Err(Error::OwnProposal)
            ));
            assert!(it.check(own.into(), false, now).is_ok());
        }
        assert!(matches!(
            it.check(2.into(), true, now + WAITS),
            Err(Error::NoSuchProposal)
        ));
    }

    #[test]
    fn columns_lead_back() {
        for it in [Proposed::Grant(Role::Admin), Proposed::ResetFactor] {
            let (kind, role) = it.columns();
            assert_eq!(Proposed::of_columns(kind, role), Some(it));
        }
        assert!(needs_two(Role::Admin) && !needs_two(Role::Deputy));
    }
}
