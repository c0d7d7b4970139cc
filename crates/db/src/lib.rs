//! The one door to PostgreSQL: pool, transaction, migrations, errors, and
//! the schema `kernel` (history, audit, outbox, jobs, files).
//!
//! Domain crates see [`Tx`], never a pool and never `sqlx::Error` in a public
//! signature. Only their private `store` modules call [`Tx::conn`].

mod error;
mod migrator;
mod pool;
mod request;
pub mod statements;
mod tx;

pub use error::{ConstraintExt, Error};
pub use migrator::{MIGRATOR, MigrationError, migrate};
pub use pool::{Db, PoolGauges};
pub use request::Request;
pub use tx::Tx;
