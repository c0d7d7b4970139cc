//! Drawing up an order and changing a draft.

mod page;
mod sent;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{ClassId, Fault, Kind, PersonId};
use serde::Deserialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Missing, Path, Query,
    form::{Raw, invalid},
};

use super::Pages;
use crate::{OrderId, OrderKind, OrderLine, OrderState, Roll};
use page::{FormPage, Offer};
use sent::{OrderForm, chosen, is_mixed, typed};

const TEMPLATE: &str = "movement/order_form.html";

/// What the address of an empty form may say.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "type", default)]
    kind: String,
    /// A pupil to be ticked at once.
    pupil: Option<PersonId>,
    /// A class to be ticked as a whole, with exceptions to be unticked.
    from: Option<ClassId>,
}

async fn roll(it: &Pages, member: &Member) -> Result<Roll, Failure> {
    let today = it.views.today(&member.visit);
    Ok(it.movement.roll(&member.actor, today).await?)
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let kind = OrderKind::from_code(&wanted.kind).ok_or(Missing)?;
    let roll = roll(&it, &member).await?;
    let today = it.views.today(&member.visit);
    let leads_on = matches!(kind, OrderKind::Promotion | OrderKind::Repeat);
    let effective = roll.next_starts.filter(|_| leads_on).unwrap_or(today);
    let form = FormState::new()
        .with("ordered_on", &kernel::dates::show_date(today))
        .with("effective_on", &kernel::dates::show_date(effective));
    let chosen = wanted.pupil.into_iter().collect();
    let offer = Offer {
        kind,
        roll: &roll,
        chosen: &chosen,
        whole: wanted.from,
    };
    let signs = it.movement.director_signs(&member.actor).await?;
    let page = FormPage::of(&member, &offer, form).ending(signs);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// Puts what the domain refused at the field it is about.
fn refuse(form: &mut FormState, error: crate::Error) -> Result<(), Failure> {
    let field = match error {
        crate::Error::NobodyChosen | crate::Error::PupilTwice | crate::Error::NoSuchPupil => {
            "pupils"
        }
        crate::Error::NoClassChosen | crate::Error::NoSuchClass => "class",
        crate::Error::NoGround => "ground",
        crate::Error::NotToASchool => "reason",
        crate::Error::NoSuchSchool => "school",
        crate::Error::DateOutOfRange => "effective_on",
        _ => "",
    };
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    form.fault(field, &error);
    Ok(())
}

fn kind_of(raw: &Raw) -> Result<OrderKind, Missing> {
    let code = raw.get("type").unwrap_or_default();
    OrderKind::from_code(code).ok_or(Missing)
}

fn read(it: &Pages, member: &Member, raw: &Raw) -> Checked<OrderForm> {
    Checked::read(raw, it.views.today(&member.visit), Some(it.views.clone()))
}

fn saved(member: &Member, id: OrderId, flash: &'static str) -> Response {
    let to = member.path(&format!("/movement/orders/{id}"));
    Go::to(to).say(&Flash::done(flash)).into_response()
}

/// Issues the order and leads to the slips of those who came. Where it cannot
/// be issued, or something is worth a look before, the draft says what.
async fn issue_with_slips(it: &Pages, member: &Member, id: OrderId) -> Result<Response, Failure> {
    let drafted = || saved(member, id, "movement.flash.drafted");
    let shown = it.movement.order(&member.actor, id).await?;
    if shown.pupils.iter().any(|it| !it.warnings.is_empty()) {
        return Ok(drafted());
    }
    let seen = shown.order.version;
    match it.movement.issue(&member.actor, id, seen).await {
        Ok(_) => super::order::slips_of(it, member, id).await,
        Err(error)
            if matches!(
                error.kind(),
                Kind::Invalid | Kind::Conflict | Kind::Forbidden
            ) =>
        {
            Ok(drafted())
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn draft(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let kind = kind_of(&raw)?;
    let Checked { value, mut form } = read(&it, &member, &raw);
    if let Some(value) = value {
        let draft = value.draft(kind, &raw, &[]);
        match it.movement.draft(&member.actor, draft).await {
            Ok(id) if raw.get("then") == Some("slips") => {
                return issue_with_slips(&it, &member, id).await;
            }
            Ok(id) => return Ok(saved(&member, id, "movement.flash.drafted")),
            Err(error) => refuse(&mut form, error)?,
        }
    }
    let roll = roll(&it, &member).await?;
    let offer = Offer {
        kind,
        roll: &roll,
        chosen: &chosen(&raw),
        whole: None,
    };
    let signs = it.movement.director_signs(&member.actor).await?;
    let page = FormPage::of(&member, &offer, form).ending(signs);
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
) -> Result<Response, Failure> {
    let roll = roll(&it, &member).await?;
    let (order, lines) = it.movement.order_lines(&member.actor, id).await?;
    if order.state != OrderState::Draft {
        return Err(crate::Error::NotADraft.into());
    }
    let chosen = lines.iter().map(|it| it.pupil).collect();
    let offer = Offer {
        kind: order.kind,
        roll: &roll,
        chosen: &chosen,
        whole: None,
    };
    let form = typed(&order, &lines);
    let page =
        FormPage::of(&member, &offer, form).change(&member, id, order.version, is_mixed(&lines));
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn change(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    kind_of(&raw)?;
    member.actor.may_in_org(kernel::Right::MovementEdit)?;
    // A form with mistakes finds no order of another school either.
    let (order, known): (_, Vec<OrderLine>) = it.movement.order_lines(&member.actor, id).await?;
    let Checked { value, mut form } = read(&it, &member, &raw);
    let seen = value.as_ref().map_or(0, |it| it.seen);
    if let Some(value) = value {
        let draft = value.draft(order.kind, &raw, &known);
        match it
            .movement
            .change_draft(&member.actor, id, seen, draft)
            .await
        {
            Ok(()) => return Ok(saved(&member, id, "movement.flash.changed")),
            Err(error) => refuse(&mut form, error)?,
        }
    }
    let roll = roll(&it, &member).await?;
    let offer = Offer {
        kind: order.kind,
        roll: &roll,
        chosen: &chosen(&raw),
        whole: None,
    };
    let seen = raw
        .get("seen")
        .and_then(|it| it.parse().ok())
        .unwrap_or(seen);
    let page = FormPage::of(&member, &offer, form).change(&member, id, seen, is_mixed(&known));
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}
