//! Paper from plain data: JSON in, PDF out (RPT-2).
//!
//! Typst lays out and nothing else here does. It takes longer to compile than
//! the rest together, so it has a crate of its own, which no domain knows:
//! they speak of `web::paper::Paper`, the application joins both.
//!
//! Invariants: the one template is `paper.typ`; data comes in as `/paper.json`
//! and is never pasted into a source, so no text of a person is markup.

mod desk;
mod picture;

use std::sync::Arc;

use tokio::sync::Semaphore;

use desk::Desk;
use picture::Painter;

/// So many papers are laid out at one time; the others wait. Each takes a core.
const AT_ONCE: usize = 2;

/// A paper could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The template or the data is wrong, as the typesetter says it.
    #[error("the paper was not laid out: {0}")]
    Layout(String),
    #[error("the typesetter has no such file: {0}")]
    Place(String),
    #[error("the drawing is none: {0}")]
    Drawing(String),
    #[error("the typesetter fell over")]
    Fallen(#[from] tokio::task::JoinError),
    #[error("the typesetter is closed")]
    Closed(#[from] tokio::sync::AcquireError),
}

/// The typesetter with its fonts. A clone is the same one.
#[derive(Clone)]
pub struct Press {
    desk: Arc<Desk>,
    painter: Arc<Painter>,
    turns: Arc<Semaphore>,
}

impl Press {
    /// Reads the fonts, a few milliseconds.
    ///
    /// # Errors
    /// The typesetter refuses the names of its own files.
    pub fn new() -> Result<Self, Error> {
        Ok(Self {
            desk: Arc::new(Desk::new()?),
            painter: Arc::new(Painter::new()),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// The PDF of a paper in JSON, see `paper.typ` for its fields. It is
    /// tagged for screen readers.
    ///
    /// # Errors
    /// The data is not what the template expects.
    pub async fn print(&self, paper: Vec<u8>) -> Result<Vec<u8>, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned().await?;
        let desk = Arc::clone(&self.desk);
        tokio::task::spawn_blocking(move || {
            let made = desk.make(paper);
            drop(turn);
            made
        })
        .await?
    }

    /// A drawing in SVG as PNG, twice as large as its units.
    ///
    /// # Errors
    /// It is no SVG, or has no size.
    pub async fn picture(&self, svg: String) -> Result<Vec<u8>, Error> {
        let turn = Arc::clone(&self.turns).acquire_owned().await?;
        let painter = Arc::clone(&self.painter);
        tokio::task::spawn_blocking(move || {
            let made = painter.paint(&svg);
            drop(turn);
            made
        })
        .await?
    }
}
