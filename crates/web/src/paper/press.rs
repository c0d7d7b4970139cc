use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use kernel::{Fault, Kind};

use super::{Drawing, Paper, Wanted, drawing};
use crate::{Failure, Missing, Refused, table::download};

/// A page for the printer never comes near this.
const LARGEST_PAGE: usize = 16 * 1024 * 1024;

/// The press could not make a paper.
#[derive(Debug, thiserror::Error)]
#[error("the paper {name} was not made")]
pub struct PressError {
    name: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl PressError {
    /// The failure of a press, with the name of the paper or drawing.
    pub fn new(name: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            name: name.to_owned(),
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
    /// A drawing as a picture of points.
    async fn png(&self, drawing: &Drawing) -> Result<Vec<u8>, PressError>;
    /// What a page for the printer says; nothing where it is none.
    fn paper(&self, page: &str) -> Option<Paper>;
}

/// Lets the handlers of the router answer with a [`Paper`], and hands out the
/// drawings of their pages.
pub fn with_press(router: Router, press: Arc<dyn Press>) -> Router {
    router.layer(from_fn_with_state(press, print))
}

async fn print(State(press): State<Arc<dyn Press>>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let wanted = wants_pdf(query);
    let drawing = drawing::Wanted::of(query);
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(Wanted(paper)) = response.extensions_mut().remove() {
        return file(&*press, &paper).await;
    }
    if !wanted && drawing.is_none() || !is_page(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(page) = to_bytes(body, LARGEST_PAGE).await else {
        return Failure::from(Refused::TOO_LARGE).into_response();
    };
    let text = String::from_utf8_lossy(&page);
    if let Some(wanted) = drawing {
        return match wanted.find(&text, &path) {
            Some(drawing) if wanted.png => picture(&*press, &drawing).await,
            Some(drawing) => drawing.svg(),
            None => Failure::from(Missing).into_response(),
        };
    }
    match press.paper(&text) {
        Some(paper) => file(&*press, &paper).await,
        None => Response::from_parts(parts, Body::from(page)),
    }
}

async fn file(press: &dyn Press, paper: &Paper) -> Response {
    match press.pdf(paper).await {
        Ok(bytes) => download(&format!("{}.pdf", paper.name), "application/pdf", bytes),
        Err(error) => Failure::from(error).into_response(),
    }
}

async fn picture(press: &dyn Press, drawing: &Drawing) -> Response {
    match press.png(drawing).await {
        Ok(bytes) => download(&format!("{}.png", drawing.name), "image/png", bytes),
        Err(error) => Failure::from(error).into_response(),
    }
}

fn wants_pdf(query: &str) -> bool {
    query.split('&').any(|it| it == "as=pdf")
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok());
    response.status() == StatusCode::OK && kind.is_some_and(|it| it.starts_with("text/html"))
}
