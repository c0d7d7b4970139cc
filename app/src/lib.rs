//! `zvonok`: reads the configuration, wires the domains, serves. The only
//! crate that knows every domain; it holds no rules.

pub mod admin;
pub mod asking;
mod assets;
mod config;
pub mod check;
mod decisions;
pub mod demo;
mod jobs;
mod menu;
mod operator;
pub mod serve;
mod sockets;
pub mod wire;

pub use config::{Config, SmtpTls};
pub use sockets::{deadline_sources, person_data};
