use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind};

use super::{Paper, Wanted};
use crate::{Failure, table::download};

/// The press could not make a paper.
#[derive(Debug, thiserror::Error)]
#[error("the paper {name} was not made")]
pub struct PressError {
    name: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl PressError {
    /// The failure of a press, with the name of the paper.
    pub fn new(paper: &Paper, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            name: paper.name.clone(),
            source: source.into(),
        }
    }
}

impl Fault for PressError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
    fn code(&self) -> &'static str {
        "bug"
    }
}

/// Makes PDF of papers. The application has one.
#[async_trait]
pub trait Press: Send + Sync {
    /// The bytes of the file.
    async fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, PressError>;
}

/// Lets the handlers of the router answer with a [`Paper`].
pub fn with_press(router: Router, press: Arc<dyn Press>) -> Router {
    router.layer(from_fn_with_state(press, print))
}

async fn print(State(press): State<Arc<dyn Press>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(Wanted(paper)) = response.extensions_mut().remove() else {
        return response;
    };
    match press.pdf(&paper).await {
        Ok(bytes) => download(&format!("{}.pdf", paper.name), "application/pdf", bytes),
        Err(error) => Failure::from(error).into_response(),
    }
}
