//! The use cases of identity: one public method is one transaction, but for
//! the checks of a password, whose slow part stands outside of any.

mod access;
mod acting;
mod contract;
mod factor;
mod gate;
mod handover;
mod issuing;
mod looking;
mod members;
mod oidc;
mod proof;
mod proposals;
mod rights;
mod rules;
mod security;
mod sessions;
mod sign_in;
mod slips;
mod views;

use db::Db;

pub use access::{Access, AccessOf, GrantId, MemberName};
pub use factor::{Enrolment, FactorState, HalfIn};
pub(crate) use gate::Known;
pub use handover::{Handed, Handover, SlipId};
pub use issuing::{Issuing, SheetId};
pub(crate) use issuing::{KIND as ISSUING, Order};
pub use members::{Blocking, Member, Members, Slip};
pub use oidc::{Arrival, Departure, LinkState};
pub use proposals::{Proposal, ProposalState};
pub use rights::{ChangedCell, RightsChange, RightsSheet, RoleSheet, RoleWish};
pub use rules::RoleFactor;
pub use security::{Asked, Security, SecurityEvent};
pub use sign_in::{Admitted, Attempt, Entered, Visitor};
pub use slips::{Issue, Printed, Skipped, Starting, Why};
pub use views::{ViewId, ViewWish};

use crate::{
    Error, demand::FactorDefault, oidc::Provider, password::Hasher, safe::Safe, session::Lifetimes,
};

/// What the installation decides.
#[derive(Clone)]
pub struct Settings {
    pub lifetimes: Lifetimes,
    /// The address of the installation without a slash at its end, for the QR
    /// codes on slips: `https://zvonok.example`.
    pub address: String,
    /// How long unknown devices wait where many accounts failed from their
    /// address; tests set nothing.
    pub patience: bool,
    /// The name of the system, shown by the devices of the second factor.
    pub system: String,
    /// From whom the second factor is asked where an organisation says nothing.
    pub factor: FactorDefault,
    /// The provider of identities, where people may sign in by one.
    pub provider: Option<Provider>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            address: String::new(),
            patience: true,
            system: "Звонок".to_owned(),
            factor: FactorDefault::default(),
            provider: None,
        }
    }
}

/// Accounts, sessions, roles. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    pub(crate) db: Db,
    pub(crate) hasher: Hasher,
    pub(crate) settings: Settings,
    pub(crate) safe: Safe,
}

impl Identity {
    /// # Errors
    /// The system gave no randomness or no memory for the first hash.
    pub fn new(db: Db, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            safe: Safe::of(&db),
            db,
            hasher: Hasher::new()?,
            settings,
        })
    }
}
