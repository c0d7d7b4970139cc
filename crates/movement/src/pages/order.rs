//! One order: looking at it, issuing, cancelling, printing.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{Fault, Kind, Right};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, form::invalid};

use super::Pages;
use crate::{Error, OrderId, OrderKind, OrderPage, OrderState};

#[derive(Serialize)]
struct Page {
    path: String,
    kind: OrderKind,
    state: OrderState,
    number: Option<String>,
    ordered_on: NaiveDate,
    effective_on: NaiveDate,
    basis: String,
    backdated: bool,
    prepared_by: Option<String>,
    issued_by: Option<String>,
    issued_at: Option<chrono::DateTime<chrono::Utc>>,
    cancelled_by: Option<String>,
    cancelled_at: Option<chrono::DateTime<chrono::Utc>>,
    cancel_reason: Option<String>,
    version: i32,
    pupils: Vec<Line>,
    may_edit: bool,
    org: String,
    form: FormState,
}

#[derive(Serialize)]
struct Line {
    name: String,
    /// «зачислить *кого*», as the paper has it.
    whom: String,
    born_on: Option<NaiveDate>,
    href: String,
    class: Option<String>,
    came_from: String,
    went_to: String,
    reason: Option<&'static str>,
    /// Why the order may not be issued for this pupil.
    refused: Option<&'static str>,
}

impl Page {
    fn of(member: &Member, it: OrderPage, form: FormState, refused: Option<&Error>) -> Self {
        let order = it.order;
        let refusal = |pupil| match refused {
            Some(Error::Refused { pupil: who, why }) if *who == pupil => Some(why.code()),
            _ => None,
        };
        let line = |it: crate::OrderPupil| Line {
            href: member.path(&format!("/people/pupils/{}", it.line.pupil)),
            refused: refusal(it.line.pupil),
            whom: it.whom.unwrap_or_default(),
            name: it.card.as_ref().map(people::Card::full).unwrap_or_default(),
            born_on: it.card.and_then(|it| it.born_on),
            class: it.class,
            came_from: it.line.came_from,
            went_to: it.line.went_to,
            reason: it.line.reason.map(crate::LeavingReason::code),
        };
        let short = |it: Option<people::Card>| it.map(|it| it.short());
        Self {
            path: member.path(&format!("/movement/orders/{}", order.id)),
            kind: order.kind,
            state: order.state,
            backdated: order.is_backdated(),
            number: order.number,
            ordered_on: order.ordered_on,
            effective_on: order.effective_on,
            basis: order.basis,
            prepared_by: short(it.prepared_by),
            issued_by: short(it.issued_by),
            issued_at: order.issued_at,
            cancelled_by: short(it.cancelled_by),
            cancelled_at: order.cancelled_at,
            cancel_reason: order.cancel_reason,
            version: order.version,
            pupils: it.pupils.into_iter().map(line).collect(),
            may_edit: member.actor.may_in_org(Right::MovementEdit).is_ok(),
            org: member
                .visit
                .membership()
                .map(|it| it.name.clone())
                .unwrap_or_default(),
            form,
        }
    }
}

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
