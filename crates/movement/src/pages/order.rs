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

use super::{Pages, Seen, view::Page};
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
    Checked { value, form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    let done = it.movement.issue(&member.actor, id, seen).await.map(|it| {
        let number = it.number.unwrap_or_default();
        Flash::done("movement.flash.issued").with("number", &number)
    });
    answer(&member, &it, id, form, done).await
}

/// The first slips of those who came, on a sheet to print.
pub(super) async fn slips(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
) -> Result<Response, Failure> {
    slips_of(&it, &member, id).await
}

pub(super) async fn slips_of(
    it: &Pages,
    member: &Member,
    id: OrderId,
) -> Result<Response, Failure> {
    match it.movement.first_slips(&member.actor, id).await {
        Ok(sheet) => {
            let to = member.path(&format!("/settings/accounts/sheets/{sheet}"));
            Ok(Go::to(to).into_response())
        }
        Err(Error::Identity(identity::Error::NobodyChosen)) => {
            let flash = Flash::warning("movement.flash.no-slips");
            let to = member.path(&format!("/movement/orders/{id}"));
            Ok(Go::to(to).say(&flash).into_response())
        }
        Err(Error::NotIssued) => again(member, it, id, FormState::new(), Error::NotIssued).await,
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn cancel(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, form }: Checked<Cancel>,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::MovementEdit)?;
    let Some(wish) = value else {
        return again(&member, &it, id, form, Error::NoReason).await;
    };
    let done = it
        .movement
        .cancel(&member.actor, id, wish.seen, &wish.reason)
        .await;
    let done = done.map(|()| Flash::done("movement.flash.cancelled"));
    answer(&member, &it, id, form, done).await
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
    Checked { value, form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    let done = it.movement.submit(&member.actor, id, seen).await;
    let done = done.map(|()| Flash::done("movement.flash.submitted"));
    answer(&member, &it, id, form, done).await
}

/// Takes the order back from the head's desk.
pub(super) async fn take_back(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, form }: Checked<Seen>,
) -> Result<Response, Failure> {
    let seen = value.map_or(0, |it| it.seen);
    let done = it.movement.take_back(&member.actor, id, seen).await;
    let done = done.map(|()| Flash::done("movement.flash.taken-back"));
    answer(&member, &it, id, form, done).await
}

/// Back to the order: with what was done, or with why it was not.
async fn answer(
    member: &Member,
    it: &Pages,
    id: OrderId,
    mut form: FormState,
    done: Result<Flash, Error>,
) -> Result<Response, Failure> {
    match done {
        Ok(flash) => {
            let to = member.path(&format!("/movement/orders/{id}"));
            Ok(Go::to(to).say(&flash).into_response())
        }
        Err(error) => {
            form.fault("", &error);
            again(member, it, id, form, error).await
        }
    }
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
