//! `zvonok`: reads the configuration, wires the domains, serves. The only
//! crate that knows every domain; it holds no rules.

pub mod admin;
pub mod asking;
mod assets;
pub mod backup;
pub mod check;
mod config;
mod copies;
mod decisions;
pub mod demo;
mod finder;
mod jobs;
mod kept_key;
pub mod keys;
mod menu;
mod moves;
mod operator;
mod reported;
pub mod serve;
mod sockets;
mod typesetter;
pub mod wire;

pub use config::{Config, SecondFactor, SmtpTls};
pub use sockets::{deadline_sources, person_data};
