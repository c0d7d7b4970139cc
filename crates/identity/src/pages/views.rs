//! Keeping, opening by default and removing views of lists; the lists show them.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use web::{Failure, Flash, Go, Member, Path, form::Raw};

use super::Pages;
use crate::{ViewId, ViewWish};

#[derive(Deserialize)]
pub(super) struct Address {
    view: ViewId,
}

pub(super) async fn keep(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let text = |name: &str| raw.get(name).unwrap_or_default().trim();
    let wish = ViewWish {
        place: text("place"),
        name: text("name"),
        query: text("query"),
        as_default: raw.get("default") == Some("1"),
    };
    // The form stands in the page of any list, which alone could show it again.
    if !(1..=60).contains(&wish.name.chars().count()) && wish.check().is_ok() {
        let back = member.path(&format!("{}?{}", wish.place, wish.query));
        return Ok(Go::to(back)
            .say(&Flash::warning("views.bad-name"))
            .into_response());
    }
    let id = it.identity.keep_view(&member.actor, wish).await?;
    let said = Flash::done("views.saved").with("name", wish.name);
    let to = member.path(&format!("{}?view={id}", wish.place));
    Ok(Go::to(to).say(&said).into_response())
}

pub(super) async fn default(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
    raw: Raw,
) -> Result<Response, Failure> {
    let on = raw.get("on") == Some("1");
    let place = it
        .identity
        .default_view(&member.actor, address.view, on)
        .await?;
    let to = member.path(&format!("{place}?view={}", address.view));
    Ok(Go::to(to)
        .say(&Flash::done("views.changed"))
        .into_response())
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    Path(address): Path<Address>,
) -> Result<Response, Failure> {
    let place = it.identity.remove_view(&member.actor, address.view).await?;
    Ok(Go::to(member.path(&place))
        .say(&Flash::done("views.removed"))
        .into_response())
}
