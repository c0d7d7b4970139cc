//! Paper: what a PDF says, as plain data. A handler answers with a [`Paper`],
//! and the press at the edge of the application makes the file of it. A page
//! for the printer becomes one too where it is asked for with `as=pdf`.

mod drawing;
mod grid;
mod press;

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub use drawing::{Drawing, dressed};
pub use grid::{Column, Grid};
pub use press::{Press, PressError, with_press};

use crate::{Views, Visit, print::Footer};

/// One document on A4 sheets with the foot of S2:4.5 on each.
#[derive(Clone, Debug, Serialize)]
pub struct Paper {
    /// Of the file, without its end.
    #[serde(skip)]
    pub name: String,
    pub title: String,
    /// Above every page.
    pub org: String,
    /// Below every page: system, day, executor.
    pub foot: String,
    /// How the pages are numbered, with `{n}` and `{of}`.
    pub pages: String,
    pub landscape: bool,
    pub blocks: Vec<Block>,
}

/// What stands on a paper, from top to bottom.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Also a bookmark; the first level is 1.
    Heading {
        level: u8,
        text: String,
        align: Align,
    },
    Text {
        text: String,
        align: Align,
        strong: bool,
    },
    /// One line: the first at the left edge, the last at the right.
    Spread {
        parts: Vec<String>,
    },
    /// Names and values.
    Fields {
        rows: Vec<(String, String)>,
    },
    Table(Grid),
    /// Post and name, with a line between them to sign on.
    Signs {
        rows: Vec<(String, String)>,
    },
    /// A drawing so many millimetres wide; `text` is read aloud instead of it.
    Picture {
        svg: String,
        width: u16,
        text: String,
    },
    /// What follows stands on a new page.
    Page,
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
    /// The text of an order or a letter: justified, its first line indented.
    Body,
    /// The upper right corner: «УТВЕРЖДАЮ», to whom a request goes.
    Corner,
}

impl Paper {
    /// An empty paper of the visit's organisation, in the name of who asks.
    pub fn new(views: &Views, visit: &Visit, name: &str, title: String) -> Self {
        Self::under(views, Footer::of(views, visit), name, title)
    }

    /// An empty paper with that foot.
    pub fn under(views: &Views, footer: Footer, name: &str, title: String) -> Self {
        Self {
            name: name.to_owned(),
            title,
            org: footer.org,
            foot: footer.text,
            pages: views.phrase(
                "print.page",
                &[("number", "{n}"), ("count", "{of}")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            ),
            landscape: false,
            blocks: Vec::new(),
        }
    }

    /// The same with one more block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}

impl Block {
    /// A heading of the first level.
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading {
            level: 1,
            text: text.into(),
            align: Align::Left,
        }
    }

    /// A paragraph from the left edge.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            align: Align::Left,
            strong: false,
        }
    }
}

/// A paper that waits for the press.
#[derive(Clone)]
struct Wanted(Arc<Paper>);

impl IntoResponse for Paper {
    /// Without a press around the router this stays «not implemented».
    fn into_response(self) -> Response {
        let mut response = StatusCode::NOT_IMPLEMENTED.into_response();
        response.extensions_mut().insert(Wanted(Arc::new(self)));
        response
    }
}
