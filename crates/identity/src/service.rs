//! The use cases of identity: one public method is one transaction, but for
//! the checks of a password, whose slow part stands outside of any.

mod access;
mod acting;
mod contract;
mod gate;
mod members;
mod rights;
mod sessions;
mod sign_in;
mod slips;
mod views;

use db::Db;

pub use access::{Access, GrantId, MemberName};
pub(crate) use gate::Known;
pub use members::{Member, Members, Slip};
pub use rights::{ChangedCell, RightsChange, RightsSheet, RoleSheet, RoleWish};
pub use sign_in::{Attempt, Entered, Visitor};
pub use slips::{Issue, Printed, Starting};
pub use views::{ViewId, ViewWish};

use crate::{Error, password::Hasher, session::Lifetimes};

/// What the installation decides.
#[derive(Clone, Debug)]
pub struct Settings {
    pub lifetimes: Lifetimes,
    /// The address of the installation without a slash at its end, for the QR
    /// codes on slips: `https://zvonok.example`.
    pub address: String,
    /// How long unknown devices wait where many accounts failed from their
    /// address; tests set nothing.
    pub patience: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lifetimes: Lifetimes::default(),
            address: String::new(),
            patience: true,
        }
    }
}

/// Accounts, sessions, roles. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    pub(crate) db: Db,
    pub(crate) hasher: Hasher,
    pub(crate) settings: Settings,
}

impl Identity {
    /// # Errors
    /// The system gave no randomness or no memory for the first hash.
    pub fn new(db: Db, settings: Settings) -> Result<Self, Error> {
        Ok(Self {
            db,
            hasher: Hasher::new()?,
            settings,
        })
    }
}
