//! The kits over a small router: real templates, real layers, no domain.

mod failures;
mod files;
mod forms;
mod guard;
mod import;
mod lists;
mod pages;
mod sessions;
mod support;
