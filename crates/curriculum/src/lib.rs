//! Years, periods, classes, subjects, load, КТП, scales. Owns schema `curriculum`.

mod api;
mod error;
mod frame;
mod store;

pub use api::*;
pub use error::Error;
pub use frame::{Frame, GroupMember};
