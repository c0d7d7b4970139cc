//! One order: looking at it, issuing, cancelling, printing.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use garde::Validate;
use kernel::{Fault, Kind, Right};
use serde::Deserialize;
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, form::invalid};

use super::{Pages, view::Page};
use crate::{Error, OrderId};

const TEMPLATE: &str = "movement/order.html";

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
) -> Result<Response, Failure> {
    let order = it.movement.order(&member.actor, id).await?;
    let page = Page::of(&member, order, FormState::new(), None);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// The order on paper.
pub(super) async fn print(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
) -> Result<Response, Failure> {
    let order = it.movement.order(&member.actor, id).await?;
    let page = Page::of(&member, order, FormState::new(), None);
    Ok(it
        .views
        .page(&member.visit, "movement/order_print.html", &page)?
        .into_response())
}

/// Which version of the order the button stood under.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    #[garde(skip)]
    seen: i32,
}

/// Which version is cancelled, and why.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancel {
    #[garde(skip)]
    seen: i32,
    #[garde(length(chars, min = 1, max = 300))]
    reason: String,
}

pub(super) async fn issue(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, mut form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    match it.movement.issue(&member.actor, id, seen).await {
        Ok(order) => {
            let to = member.path(&format!("/movement/orders/{id}"));
            let number = order.number.unwrap_or_default();
            let flash = Flash::done("movement.flash.issued").with("number", &number);
            Ok(Go::to(to).say(&flash).into_response())
        }
        Err(error) => {
            form.fault("", &error);
            again(&member, &it, id, form, error).await
        }
    }
}

pub(super) async fn cancel(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, mut form }: Checked<Cancel>,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let Some(wish) = value else {
        return again(&member, &it, id, form, Error::NoReason).await;
    };
    match it
        .movement
        .cancel(&member.actor, id, wish.seen, &wish.reason)
        .await
    {
        Ok(()) => {
            let to = member.path(&format!("/movement/orders/{id}"));
            Ok(Go::to(to)
                .say(&Flash::done("movement.flash.cancelled"))
                .into_response())
        }
        Err(error) => {
            form.fault("", &error);
            again(&member, &it, id, form, error).await
        }
    }
}

pub(super) async fn discard(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, .. }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    it.movement.discard(&member.actor, id, seen).await?;
    let to = member.path("/movement/orders");
    Ok(Go::to(to)
        .say(&Flash::done("movement.flash.discarded"))
        .into_response())
}

/// Gives the order to the head to sign.
pub(super) async fn submit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, mut form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    match it.movement.submit(&member.actor, id, seen).await {
        Ok(()) => Ok(back(&member, id, "movement.flash.submitted")),
        Err(error) => {
            form.fault("", &error);
            again(&member, &it, id, form, error).await
        }
    }
}

/// Takes the order back from the head's desk.
pub(super) async fn take_back(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, mut form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    match it.movement.take_back(&member.actor, id, seen).await {
        Ok(()) => Ok(back(&member, id, "movement.flash.taken-back")),
        Err(error) => {
            form.fault("", &error);
            again(&member, &it, id, form, error).await
        }
    }
}

fn back(member: &Member, id: OrderId, flash: &'static str) -> Response {
    let to = member.path(&format!("/movement/orders/{id}"));
    Go::to(to).say(&Flash::done(flash)).into_response()
}

/// Who signs orders, as the form on the book's page says it.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Signing {
    #[serde(default)]
    #[garde(skip)]
    director_signs: String,
}

/// The head says whether orders wait for the signature.
pub(super) async fn signing(
    member: Member,
    State(it): State<Pages>,
    Checked { value, .. }: Checked<Signing>,
) -> Result<Response, Failure> {
    let signs = value.is_some_and(|it| !it.director_signs.is_empty());
    it.movement.let_director_sign(&member.actor, signs).await?;
    let flash = if signs {
        "movement.flash.signing-on"
    } else {
        "movement.flash.signing-off"
    };
    let to = member.path("/movement/orders");
    Ok(Go::to(to).say(&Flash::done(flash)).into_response())
}

/// The order again, with what was refused above it.
async fn again(
    member: &Member,
    it: &Pages,
    id: OrderId,
    form: FormState,
    error: Error,
) -> Result<Response, Failure> {
    let status = match error.kind() {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Conflict => StatusCode::CONFLICT,
        _ => return Err(error.into()),
    };
    let order = it.movement.order(&member.actor, id).await?;
    let page = Page::of(member, order, form, Some(&error));
    let mut response = invalid(&it.views, &member.visit, TEMPLATE, &page)?;
    *response.status_mut() = status;
    Ok(response)
}
