//! The one door to PostgreSQL: pool, transaction, migrations, errors, and
//! the schema `kernel` (history, audit, outbox, jobs, files).
//!
//! Domain crates see [`Tx`], never a pool and never `sqlx::Error` in a public
//! signature. Only their private `store` modules call [`Tx::conn`].

mod alone;
mod bulk;
mod error;
mod guard;
mod login;
mod migrator;
mod pool;
mod request;
mod tx;

pub mod audit;
pub mod backups;
pub mod embedded;
pub mod files;
pub mod history;
pub mod jobrun;
pub mod notices;
pub mod outbox;
pub mod seal;
pub mod statements;
pub mod subject;
pub mod tick;
pub mod vault;

pub use alone::Alone;
pub use bulk::Bulk;
pub use error::{ConstraintExt, Error};
pub use files::hex;
pub use guard::{Durability, Unfit};
pub use login::{login_url, login_url_with};
pub use migrator::{MIGRATOR, MigrationError, migrate};
pub use pool::{Db, PoolGauges};
pub use request::Request;
pub use tx::Tx;
