//! The default rights of every role (`reports-and-rules.md` §10), as data.
//!
//! A right *reaches* some part of the organisation: all of it, the actor's
//! own class, the classes and subjects of the actor's load, the actor's
//! children, or the actor alone. Which class or child that is, the owning
//! domain tells (`curriculum` for classes and load, `people` for kinship).

mod defaults;
mod grants;
mod reach;
mod right;
mod role;

pub use grants::{Decided, Grants};
pub use reach::{Reach, Reaches};
pub use right::Right;
pub use role::Role;
