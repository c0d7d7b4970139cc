//! Drawing up an order and changing a draft.

use std::collections::HashSet;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{ClassId, Fault, Kind, PersonId};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Missing, Path, Query, form::invalid};

use super::Pages;
use crate::{LeavingReason, Order, OrderDraft, OrderId, OrderKind, OrderLine, OrderState, Roll};

#[derive(Serialize)]
struct FormPage {
    kind: OrderKind,
    action: String,
    back: String,
    form: FormState,
    seen: i32,
    classes: Vec<Choice>,
    reasons: [&'static str; 8],
    groups: Vec<Group>,
    /// Where a pupil without a card is entered.
    enter: String,
}

#[derive(Serialize)]
struct Choice {
    value: i64,
    label: String,
}

/// Pupils to choose from: a class, or those in no class.
#[derive(Serialize)]
struct Group {
    /// None for those in no class.
    class: Option<String>,
    pupils: Vec<Pupil>,
    any_chosen: bool,
}

#[derive(Serialize)]
struct Pupil {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    chosen: bool,
}

const TEMPLATE: &str = "movement/order_form.html";

impl FormPage {
    fn of(
        member: &Member,
        kind: OrderKind,
        roll: &Roll,
        chosen: &HashSet<PersonId>,
        form: FormState,
    ) -> Self {
        let orders = member.path("/movement/orders");
        Self {
            kind,
            action: format!("{orders}/new"),
            back: orders,
            form,
            seen: 0,
            reasons: LeavingReason::ALL.map(LeavingReason::code),
            groups: groups(kind, roll, chosen),
            classes: roll
                .classes
                .iter()
                .map(|it| Choice {
                    value: it.id.get(),
                    label: it.name(),
                })
                .collect(),
            enter: member.path("/people/pupils/new"),
        }
    }

    fn change(self, member: &Member, id: OrderId, seen: i32) -> Self {
        let path = member.path(&format!("/movement/orders/{id}"));
        Self {
            action: format!("{path}/edit"),
            back: path,
            seen,
            ..self
        }
    }
}

fn groups(kind: OrderKind, roll: &Roll, chosen: &HashSet<PersonId>) -> Vec<Group> {
    let group = |class: Option<String>, cards: Vec<&people::Card>| {
        let pupils: Vec<Pupil> = cards
            .into_iter()
            .map(|it| Pupil {
                id: it.id,
                name: it.full(),
                born_on: it.born_on,
                chosen: chosen.contains(&it.id),
            })
            .collect();
        let any_chosen = pupils.iter().any(|it| it.chosen);
        Group {
            class,
            pupils,
            any_chosen,
        }
    };
    if kind == OrderKind::Enrolment {
        return vec![group(None, roll.outside.iter().collect())];
    }
    let of_class = |class: ClassId| -> Vec<&people::Card> {
        roll.enrolled
            .iter()
            .filter(|it| it.1 == class)
            .map(|it| &it.0)
            .collect()
    };
    roll.classes
        .iter()
        .map(|it| group(Some(it.name()), of_class(it.id)))
        .filter(|it| !it.pupils.is_empty())
        .collect()
}

/// What the address of an empty form may say.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(rename = "type", default)]
    kind: String,
    /// A pupil to be ticked at once.
    pupil: Option<PersonId>,
}

fn open_kind(code: &str) -> Option<OrderKind> {
    OrderKind::OPEN.into_iter().find(|it| it.code() == code)
}

pub(super) async fn new(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let kind = open_kind(&wanted.kind).ok_or(Missing)?;
    let today = it.views.today(&member.visit);
    let roll = it.movement.roll(&member.actor, today).await?;
    let day = kernel::dates::show_date(today);
    let form = FormState::new()
        .with("ordered_on", &day)
        .with("effective_on", &day);
    let chosen = wanted.pupil.into_iter().collect();
    let page = FormPage::of(&member, kind, &roll, &chosen, form);
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

/// An order as it is typed.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderForm {
    #[serde(rename = "type")]
    #[garde(skip)]
    kind: String,
    #[serde(default)]
    #[garde(skip)]
    seen: i32,
    #[garde(skip)]
    ordered_on: NaiveDate,
    #[garde(skip)]
    effective_on: NaiveDate,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    basis: String,
    #[garde(skip)]
    class: Option<i64>,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    came_from: String,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    went_to: String,
    #[serde(default)]
    #[garde(skip)]
    reason: String,
    #[garde(skip)]
    pupils: Vec<i64>,
}

impl OrderForm {
    fn draft(self) -> Option<OrderDraft> {
        let kind = open_kind(&self.kind)?;
        let reason = LeavingReason::from_code(&self.reason).unwrap_or_default();
        let class = self.class.map(ClassId::from);
        let line = |pupil: i64| match kind {
            OrderKind::Enrolment => OrderLine {
                pupil: pupil.into(),
                to_class: class,
                came_from: self.came_from.clone(),
                went_to: String::new(),
                reason: None,
            },
            _ => OrderLine::leave(pupil.into(), self.went_to.clone(), reason),
        };
        Some(OrderDraft {
            kind,
            ordered_on: self.ordered_on,
            effective_on: self.effective_on,
            basis: self.basis.clone(),
            lines: self.pupils.iter().copied().map(line).collect(),
        })
    }
}

fn chosen(form: Option<&OrderForm>) -> HashSet<PersonId> {
    form.into_iter()
        .flat_map(|it| it.pupils.iter().map(|it| (*it).into()))
        .collect()
}

/// Puts what the domain refused at the field it is about.
fn refuse(form: &mut FormState, error: crate::Error) -> Result<(), Failure> {
    let field = match error {
        crate::Error::NobodyChosen | crate::Error::PupilTwice | crate::Error::NoSuchPupil => {
            "pupils"
        }
        crate::Error::NoClassChosen | crate::Error::NoSuchClass => "class",
        crate::Error::DateOutOfRange => "effective_on",
        _ => "",
    };
    if error.kind() != Kind::Invalid {
        return Err(error.into());
    }
    form.fault(field, &error);
    Ok(())
}

pub(super) async fn draft(
    member: Member,
    State(it): State<Pages>,
    Checked { value, mut form }: Checked<OrderForm>,
) -> Result<Response, Failure> {
    let kind = open_kind(form.value("type")).ok_or(Missing)?;
    let chosen = chosen(value.as_ref());
    if let Some(draft) = value.and_then(OrderForm::draft) {
        match it.movement.draft(&member.actor, draft).await {
            Ok(id) => {
                let to = member.path(&format!("/movement/orders/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("movement.flash.drafted"))
                    .into_response());
            }
            Err(error) => refuse(&mut form, error)?,
        }
    }
    let roll = it
        .movement
        .roll(&member.actor, it.views.today(&member.visit))
        .await?;
    let page = FormPage::of(&member, kind, &roll, &chosen, form);
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}

/// A draft as the form shows it.
fn typed(order: &Order, lines: &[OrderLine]) -> FormState {
    let first = lines.first();
    let text = |of: fn(&OrderLine) -> &String| first.map(of).cloned().unwrap_or_default();
    let class = first
        .and_then(|it| it.to_class)
        .map(|it| it.to_string())
        .unwrap_or_default();
    let reason = first.and_then(|it| it.reason).unwrap_or_default();
    FormState::new()
        .with("ordered_on", &kernel::dates::show_date(order.ordered_on))
        .with(
            "effective_on",
            &kernel::dates::show_date(order.effective_on),
        )
        .with("basis", &order.basis)
        .with("class", &class)
        .with("came_from", &text(|it| &it.came_from))
        .with("went_to", &text(|it| &it.went_to))
        .with("reason", reason.code())
}

pub(super) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
) -> Result<Response, Failure> {
    let roll = it
        .movement
        .roll(&member.actor, it.views.today(&member.visit))
        .await?;
    let order = it.movement.order(&member.actor, id).await?;
    if order.order.state != OrderState::Draft {
        return Err(crate::Error::NotADraft.into());
    }
    let lines: Vec<OrderLine> = order.pupils.into_iter().map(|it| it.line).collect();
    let chosen = lines.iter().map(|it| it.pupil).collect();
    let form = typed(&order.order, &lines);
    let page = FormPage::of(&member, order.order.kind, &roll, &chosen, form).change(
        &member,
        id,
        order.order.version,
    );
    Ok(it
        .views
        .page(&member.visit, TEMPLATE, &page)?
        .into_response())
}

pub(super) async fn change(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, OrderId)>,
    Checked { value, mut form }: Checked<OrderForm>,
) -> Result<Response, Failure> {
    let kind = open_kind(form.value("type")).ok_or(Missing)?;
    let seen = value.as_ref().map_or(0, |it| it.seen);
    let chosen = chosen(value.as_ref());
    if let Some(draft) = value.and_then(OrderForm::draft) {
        match it
            .movement
            .change_draft(&member.actor, id, seen, draft)
            .await
        {
            Ok(()) => {
                let to = member.path(&format!("/movement/orders/{id}"));
                return Ok(Go::to(to)
                    .say(&Flash::done("movement.flash.changed"))
                    .into_response());
            }
            Err(error) => refuse(&mut form, error)?,
        }
    }
    // A form with mistakes finds no order of another school either.
    it.movement.order(&member.actor, id).await?;
    let roll = it
        .movement
        .roll(&member.actor, it.views.today(&member.visit))
        .await?;
    let page = FormPage::of(&member, kind, &roll, &chosen, form).change(&member, id, seen);
    invalid(&it.views, &member.visit, TEMPLATE, &page)
}
