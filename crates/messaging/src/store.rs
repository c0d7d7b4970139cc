//! All SQL of the post.

mod letters;
mod queue;
mod wishes;

pub(crate) use letters::{Written, of_kind, of_state, overview, retry, write};
pub(crate) use queue::{forget, put_off, refused, sent, take, waiting};
pub(crate) use wishes::{key, note_unreachable, save_key, save_wish, unreachable, wish, wishes};
