//! Small work on words: logins, plurals, and what must not reach the logs.

mod login;
mod plural;
mod redacted;
mod translit;

pub use login::login_candidates;
pub use plural::{Plural, choose};
pub use redacted::Redacted;
pub use translit::{cyrillic, latin};
