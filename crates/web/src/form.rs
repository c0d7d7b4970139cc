//! The form kit: what was typed is kept, every mistake has its field (`ux.md` §0, rule 2).

mod checked;
mod codes;
mod decode;
mod raw;
mod state;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub use checked::Checked;
pub use raw::{Raw, encode};
pub use state::{FieldError, FormState};

use crate::{Failure, Views, Visit};

/// Shows the page of a form again: 422, and the title begins with the word
/// `form.title-error` («Ошибка: »).
///
/// # Errors
/// The template does not render.
pub fn invalid(
    views: &Views,
    visit: &Visit,
    template: &str,
    page: &impl Serialize,
) -> Result<Response, Failure> {
    let html = views.titled(visit, template, page, "form.title-error")?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}
