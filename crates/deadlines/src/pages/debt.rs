//! One debt: shifting, lifting, taking back (D5).

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use garde::Validate;
use kernel::{Fault, Kind};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, form::invalid};

use super::{
    Pages,
    view::{self, LineView, ReliefView, RuleView, Tab},
};
use crate::{DebtId, DebtPage, DecideAbout, Error, ReliefId};

const PAGE: &str = "deadlines/debt.html";

#[derive(Serialize)]
struct DebtPageView {
    tabs: Vec<Tab>,
    rule: RuleView,
    rule_href: Option<String>,
    line: LineView,
    found_at: String,
    due_on: NaiveDate,
    late_at: Option<String>,
    reason: String,
    reliefs: Vec<ReliefView>,
    may_shift: bool,
    may_lift: bool,
    form: FormState,
}

fn view(page: &DebtPage, (member, it): (&Member, &Pages), form: FormState) -> DebtPageView {
    let debt = &page.line.debt;
    let open = debt.closed_at.is_none();
    DebtPageView {
        tabs: view::tabs(member, ""),
        rule_href: view::leads(member)
            .then(|| member.path(&format!("/control/rules/{}", debt.rule))),
        rule: RuleView::of(&page.rule),
        line: LineView::of(&page.line, member, &it.views),
        found_at: debt.found_at.to_rfc3339(),
        due_on: debt.due_on,
        late_at: debt.late_at.map(|it| it.to_rfc3339()),
        reason: debt.reason.clone(),
        reliefs: view::reliefs(&page.reliefs, page.may_decide, member),
        may_shift: page.may_decide && open,
        may_lift: page.may_decide && open && page.rule.liftable,
        form,
    }
}

pub(super) async fn debt(
    member: Member,
    State(it): State<Pages>,
    Path((_, debt)): Path<(String, DebtId)>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let page = it.deadlines.debt(&member.actor, debt, today).await?;
    let view = view(&page, (&member, &it), FormState::new());
    Ok(it.views.page(&member.visit, PAGE, &view)?)
}

/// Another day, and why.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct ShiftForm {
    #[garde(skip)]
    pub(super) to: NaiveDate,
    #[garde(length(chars, min = 1, max = 500))]
    pub(super) reason: String,
}

/// Why nothing is owed any more.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftForm {
    #[garde(length(chars, min = 1, max = 500))]
    lift_reason: String,
}

/// The field that a refusal is about.
pub(super) fn field(error: &Error) -> &'static str {
    match error {
        Error::ShiftToPast | Error::ShiftNotLater | Error::ShiftTooFar => "to",
        Error::NoReason | Error::ReasonTooLong => "reason",
        _ => "",
    }
}

pub(super) async fn shift(
    member: Member,
    State(it): State<Pages>,
    Path((_, debt)): Path<(String, DebtId)>,
    Checked { value, mut form }: Checked<ShiftForm>,
) -> Result<Response, Failure> {
    it.deadlines.may_decide(&member.actor)?;
    let today = it.today(&member.visit);
    if let Some(typed) = value {
        let about = DecideAbout::Debt(debt);
        let done = it
            .deadlines
            .shift(&member.actor, &about, typed.to, &typed.reason, today)
            .await;
        match done {
            Ok((id, _)) => {
                let flash = Flash::done("deadlines.shifted-one")
                    .with("to", &kernel::dates::show_date(typed.to));
                return Ok(done_with(&member, debt, id, flash));
            }
            Err(error) if error.kind() == Kind::Invalid => form.fault(field(&error), &error),
            Err(error) => return Err(error.into()),
        }
    }
    again(&it, &member, debt, form).await
}

pub(super) async fn lift(
    member: Member,
    State(it): State<Pages>,
    Path((_, debt)): Path<(String, DebtId)>,
    Checked { value, mut form }: Checked<LiftForm>,
) -> Result<Response, Failure> {
    it.deadlines.may_decide(&member.actor)?;
    if let Some(typed) = value {
        let done = it
            .deadlines
            .lift(&member.actor, debt, &typed.lift_reason)
            .await;
        match done {
            Ok(id) => {
                let flash = Flash::done("deadlines.lifted");
                return Ok(done_with(&member, debt, id, flash));
            }
            Err(error) if error.kind() == Kind::Invalid => form.fault("lift_reason", &error),
            Err(error) => return Err(error.into()),
        }
    }
    again(&it, &member, debt, form).await
}

/// Back to the debt, with a button that takes the decision back.
fn done_with(member: &Member, debt: DebtId, id: ReliefId, flash: Flash) -> Response {
    let to = member.path(&format!("/deadlines/debts/{debt}"));
    let flash = flash.undo(&view::undo_path(member, id));
    Go::to(to).say(&flash).into_response()
}

async fn again(
    it: &Pages,
    member: &Member,
    debt: DebtId,
    form: FormState,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let page = it.deadlines.debt(&member.actor, debt, today).await?;
    let view = view(&page, (member, it), form);
    invalid(&it.views, &member.visit, PAGE, &view)
}

pub(super) async fn undo(
    member: Member,
    State(it): State<Pages>,
    Path((_, relief)): Path<(String, ReliefId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let rule = it.deadlines.undo(&member.actor, relief, today).await?;
    let to = member.path(&format!("/control/rules/{rule}"));
    let flash = Flash::done("deadlines.undone");
    Ok(Go::to(to).say(&flash).into_response())
}
