//! Accounts, first passwords, sessions, roles (PPL-5, SEC-3, SEC-4).
//!
//! Owns schema `identity`. Before somebody is known it works in
//! `Db::begin_auth`, whose role sees nothing but accounts and sessions;
//! administrators work in the transaction of their organisation and reach
//! accounts only through the functions of the migration. Asks `org` for
//! nothing but the names that the whole system may know.

mod api;
mod demand;
mod error;
mod factor;
mod grant;
mod jobs;
mod oidc;
mod pages;
mod password;
mod person_data;
mod proposal;
mod safe;
mod service;
mod session;
mod setup;
mod sheet;
mod slip;
mod store;
mod throttle;
mod token;
mod visits;

pub use api::*;
pub use demand::FactorDefault;
pub use error::{Error, RightFlaw};
pub use jobs::Sweep;
pub use oidc::{Distrust, Provider, ProviderSetup};
pub use pages::{ROUTES, home, qr, router};
pub use password::{Flaw, Password, hash_password};
pub use person_data::PERSON_DATA;
pub use proposal::{ProposalId, Proposed};
pub use service::{
    Access, AccessOf, Admitted, Arrival, Asked, Attempt, Blocking, ChangedCell, Departure,
    Enrolment, Entered, FactorState, GrantId, HalfIn, Handed, Handover, Identity, Issue, Issuing,
    LinkState, Member, MemberName, Members, Printed, Proposal, ProposalState, RightsChange,
    RightsSheet, RoleFactor, RoleSheet, RoleWish, Security, SecurityEvent, Settings, SheetId,
    Skipped, Slip, SlipId, Starting, ViewId, ViewWish, Visitor, Why,
};
pub use session::{Lifetimes, Open};
pub use setup::SetupAccounts;
pub use sheet::{CellWish, RightCell};
pub use visits::{Holder, Used, visits_below};
