//! Accounts, first passwords, sessions, roles (PPL-5, SEC-3, SEC-4).
//!
//! Owns schema `identity`. Before somebody is known it works in
//! `Db::begin_auth`, whose role sees nothing but accounts and sessions;
//! administrators work in the transaction of their organisation and reach
//! accounts only through the functions of the migration. Asks `org` for
//! nothing but the names that the whole system may know.

mod api;
mod error;
mod grant;
mod jobs;
mod pages;
mod password;
mod person_data;
mod service;
mod session;
mod sheet;
mod slip;
mod store;
mod throttle;
mod token;

pub use api::*;
pub use error::{Error, RightFlaw};
pub use jobs::Sweep;
pub use pages::{ROUTES, home, router};
pub use password::{Flaw, Password, hash_password};
pub use person_data::PERSON_DATA;
pub use service::{
    Access, Attempt, ChangedCell, Entered, GrantId, Identity, Issue, Member, MemberName, Members,
    Printed, RightsChange, RightsSheet, RoleSheet, RoleWish, Settings, Slip, Starting, ViewId,
    ViewWish, Visitor,
};
pub use session::{Lifetimes, Open};
pub use sheet::{CellWish, RightCell};
