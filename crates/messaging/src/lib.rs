//! Letters by e-mail (MSG-5): written in the transaction of what they tell,
//! sent by any node, each once.

mod api;

pub use api::{LetterId, Letters, NewLetter};
