//! Letters by e-mail (MSG-5): written in the transaction of what they tell,
//! sent by any node, each once (ADR 0014).
//!
//! [`Post`] writes letters and knows what people want to be sent; [`Sender`]
//! brings them to the mail server; [`Announcer`] makes letters of what other
//! domains said. [`mailbox`] is the mail server of the demonstration.

mod announcer;
mod api;
mod error;
mod leave;
mod letter;
pub mod mailbox;
mod mime;
pub mod pages;
mod person_data;
mod sender;
mod service;
mod smtp;
mod store;
mod trouble;
mod wish;

pub use announcer::{Announcer, Owes};
pub use api::{LetterId, Letters, NewLetter};
pub use error::Error;
pub use letter::{LetterState, StoredLetter};
pub use mime::is_address;
pub use pages::{ROUTES, router};
pub use person_data::PERSON_DATA;
pub use sender::{Round, Sender, Sending};
pub use service::{Post, PostSetup, PostState, Unreachable};
pub use smtp::{NoPost, Smtp, Tls};
pub use wish::Wish;
