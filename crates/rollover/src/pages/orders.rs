use axum::response::{IntoResponse, Response};
use kernel::dates::{parse_date, show_date};
use serde::Serialize;
use web::{Failure, Flash, FormState, Go, Member, form::Raw};

use super::{Frame, Pages, is_done};
use crate::{OrderDates, Step};

const TEMPLATE: &str = "rollover/orders.html";

#[derive(Serialize)]
struct OrdersPage {
    frame: Frame,
    error: Option<String>,
    form: FormState,
    orders: Vec<OrderView>,
    exceptions: Vec<(&'static str, usize)>,
    drawn: bool,
    has_classes: bool,
    open: bool,
}

#[derive(Serialize)]
struct OrderView {
    kind: &'static str,
    /// «5», «1–3»
    grades: String,
    pupils: usize,
    href: Option<String>,
}

/// What was sent, and why it was refused.
pub(super) struct Refused {
    form: FormState,
    error: Option<String>,
}

impl Pages {
    pub(super) async fn orders(
        &self,
        member: &Member,
        refused: Option<Refused>,
    ) -> Result<Response, Failure> {
        let step = self
            .rollover
            .orders_step(&member.actor, self.today(member))
            .await?;
        let form = match (&refused, &step.dates) {
            (Some(it), _) => it.form.clone(),
            (None, Some(it)) => FormState::new()
                .with("ordered_on", &show_date(it.ordered_on))
                .with("effective_on", &show_date(it.effective_on))
                .with("graduated_on", &show_date(it.graduated_on))
                .with("basis", &it.basis),
            (None, None) => FormState::new(),
        };
        let orders = step.orders.iter().map(|(kind, grades, pupils, id)| {
            let grades: Vec<String> = grades.iter().map(ToString::to_string).collect();
            OrderView {
                kind: kind.code(),
                grades: grades.join(", "),
                pupils: *pupils,
                href: id.map(|it| member.path(&format!("/movement/orders/{it}"))),
            }
        });
        let exceptions = step.exceptions.iter().filter(|it| it.1 > 0);
        let page = OrdersPage {
            frame: Frame::of(member, &step.scene, Some(Step::Orders), false),
            form,
            orders: orders.collect(),
            exceptions: exceptions.map(|it| (it.0.code(), it.1)).collect(),
            drawn: !step.scene.transition.orders.is_empty(),
            has_classes: !step.scene.transition.moves.is_empty(),
            open: !is_done(&step.scene),
            error: refused.as_ref().and_then(|it| it.error.clone()),
        };
        self.answered(member, TEMPLATE, &page, refused.is_some())
    }

    pub(super) async fn draw_up(&self, member: &Member, raw: &Raw) -> Result<Response, Failure> {
        let today = self.today(member);
        let mut form = FormState::new();
        for name in ["ordered_on", "effective_on", "graduated_on", "basis"] {
            form = form.with(name, raw.get(name).unwrap_or_default());
        }
        let mut day = |name: &str| {
            let found = parse_date(raw.get(name).unwrap_or_default(), today).ok();
            if found.is_none() {
                form.refuse(name, "date");
            }
            found
        };
        let days = (day("ordered_on"), day("effective_on"), day("graduated_on"));
        let error = if let (Some(ordered_on), Some(effective_on), Some(graduated_on)) = days {
            let dates = OrderDates {
                ordered_on,
                effective_on,
                graduated_on,
                basis: raw.get("basis").unwrap_or_default().to_owned(),
            };
            match self.rollover.draw_up(&member.actor, today, dates).await {
                Ok(count) => {
                    let to = member.path("/settings/rollover/orders");
                    let flash = Flash::done("rollover.flash.orders").with("count", &count);
                    return Ok(Go::to(to).say(&flash).into_response());
                }
                Err(error) => Some(self.said(error)?),
            }
        } else {
            None
        };
        self.orders(member, Some(Refused { form, error })).await
    }
}
