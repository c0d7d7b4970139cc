//! `/unsubscribe/…`: works without a login; a press is asked for, because
//! mail programs open links by themselves.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use web::{Failure, Path, Visit};

use super::Pages;

#[derive(Serialize)]
struct Page {
    action: String,
    school: String,
    kind: String,
    done: bool,
}

pub(super) async fn ask(
    visit: Visit,
    State(it): State<Pages>,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (school, kind) = it.post.leaving(&token).await?;
    show(&it, &visit, &token, school, kind, false)
}

pub(super) async fn leave(
    visit: Visit,
    State(it): State<Pages>,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (school, _) = it.post.leaving(&token).await?;
    let kind = it.post.leave(&token).await?;
    show(&it, &visit, &token, school, kind, true)
}

fn show(
    it: &Pages,
    visit: &Visit,
    token: &str,
    school: String,
    kind: String,
    done: bool,
) -> Result<Response, Failure> {
    let page = Page {
        action: format!("/unsubscribe/{token}"),
        school,
        kind,
        done,
    };
    Ok(it
        .views
        .page(visit, "messaging/leave.html", &page)?
        .into_response())
}
