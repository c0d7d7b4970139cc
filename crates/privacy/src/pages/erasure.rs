//! «Уничтожение данных»: what is kept until when, proposals and acts.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use kernel::{Fault, Kind as FaultKind, PersonId};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, Flash, FormState, Go, Member, Path, form::invalid};

use super::{Address, Pages};
use crate::{
    Act, Decision, Erasure, ErasureId, Ground, Hold, Line, Outcome, Presence, Rule, Until,
};

#[derive(Deserialize)]
pub(super) struct ErasureAddress {
    erasure: ErasureId,
}

/// What is to be proposed; the domain says what is missing.
#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    #[garde(skip)]
    ground: Ground,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    reason: String,
}

/// Why destroying is forbidden, or not any more.
#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldWish {
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    hold_reason: String,
}

const PAGE: &str = "privacy/erasure.html";

#[derive(Serialize)]
struct SheetPage {
    name: String,
    presence: Presence,
    lines: Vec<LineView>,
    holds: Vec<Hold>,
    held: bool,
    erasures: Vec<ErasureView>,
    backups: Rule,
    may_propose: bool,
    form: FormState,
    hold_form: FormState,
    grounds: Vec<&'static str>,
    base: String,
    list: String,
    terms: String,
}

/// What one purpose keeps.
#[derive(Serialize)]
struct LineView {
    term: &'static str,
    rule: Rule,
    until: Until,
    sum: i64,
    tables: Vec<(String, i64)>,
}

#[derive(Serialize)]
struct ErasureView {
    #[serde(flatten)]
    it: Erasure,
    href: String,
    person_href: String,
}

#[derive(Serialize)]
struct ListPage {
    waiting: Vec<ErasureView>,
    over: Vec<ErasureView>,
    terms: String,
}

#[derive(Serialize)]
struct ActPage {
    number: ErasureId,
    act: Act,
    printed_at: DateTime<Utc>,
}

pub(super) async fn sheet(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
) -> Result<Response, Failure> {
    let page = it.erasure_page(&member, person).await?;
    Ok(it.views.page(&member.visit, PAGE, &page)?.into_response())
}

pub(super) async fn propose(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
    form: Checked<Wish>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    if let Some(wish) = value {
        let proposed = it
            .privacy
            .propose_erasure(&member.actor, person, wish.ground, &wish.reason);
        match proposed.await {
            Ok(()) => {
                return Ok(Pages::back(
                    &member,
                    person,
                    &Flash::done("privacy.erasure.was-proposed"),
                ));
            }
            Err(fault) if is_told(&fault) => form.fault("reason", &fault),
            Err(other) => return Err(other.into()),
        }
    }
    let mut page = it.erasure_page(&member, person).await?;
    page.form = form;
    invalid(&it.views, &member.visit, PAGE, &page)
}

pub(super) async fn hold(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
    Checked { value, form }: Checked<HoldWish>,
) -> Result<Response, Failure> {
    let Some(HoldWish { hold_reason }) = value else {
        return it.hold_page(&member, person, form).await;
    };
    let done = it.privacy.hold(&member.actor, person, &hold_reason).await;
    it.held(&member, person, form, done, "privacy.hold.was-set")
        .await
}

pub(super) async fn lift(
    member: Member,
    State(it): State<Pages>,
    Path(Address { person }): Path<Address>,
    Checked { value, form }: Checked<HoldWish>,
) -> Result<Response, Failure> {
    let Some(HoldWish { hold_reason }) = value else {
        return it.hold_page(&member, person, form).await;
    };
    let done = it.privacy.lift(&member.actor, person, &hold_reason).await;
    it.held(&member, person, form, done, "privacy.hold.was-lifted")
        .await
}

pub(super) async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let all = it.privacy.erasures(&member.actor).await?;
    let all = all.into_iter().map(|it| view(&member, it));
    let (waiting, over) = all.partition(|it| it.it.outcome == Outcome::Waits);
    let page = ListPage {
        waiting,
        over,
        terms: member.path("/retention"),
    };
    Ok(it
        .views
        .page(&member.visit, "privacy/erasures.html", &page)?
        .into_response())
}

pub(super) async fn act(
    member: Member,
    State(it): State<Pages>,
    Path(ErasureAddress { erasure }): Path<ErasureAddress>,
) -> Result<Response, Failure> {
    let act = it.privacy.act_of(&member.actor, erasure).await?;
    let page = ActPage {
        number: erasure,
        printed_at: act.at,
        act,
    };
    Ok(it
        .views
        .page(&member.visit, "privacy/act.html", &page)?
        .into_response())
}

pub(super) async fn confirm(
    member: Member,
    State(it): State<Pages>,
    Path(ErasureAddress { erasure }): Path<ErasureAddress>,
) -> Result<Response, Failure> {
    let act = member.path(&format!("/erasures/{erasure}"));
    let done = Flash::done("privacy.erasure.was-done").link(&act);
    it.decided(&member, erasure, Decision::Confirm, &done).await
}

pub(super) async fn refuse(
    member: Member,
    State(it): State<Pages>,
    Path(ErasureAddress { erasure }): Path<ErasureAddress>,
) -> Result<Response, Failure> {
    let done = Flash::done("privacy.erasure.was-refused");
    it.decided(&member, erasure, Decision::Refuse, &done).await
}

/// What is said beside the form; the rest is a page of its own.
fn is_told(fault: &crate::Error) -> bool {
    matches!(fault.kind(), FaultKind::Invalid | FaultKind::Conflict)
}

fn view(member: &Member, it: Erasure) -> ErasureView {
    ErasureView {
        href: member.path(&format!("/erasures/{}", it.id)),
        person_href: member.path(&format!("/privacy/{}/erasure", it.person)),
        it,
    }
}

fn line(it: &Line) -> LineView {
    let table = |(table, rows): &(&'static str, i64)| (table.replace('"', ""), *rows);
    LineView {
        term: it.term.code(),
        sum: it.sum(),
        tables: it.rows.iter().map(table).collect(),
        rule: it.rule.clone(),
        until: it.until,
    }
}

impl Pages {
    async fn erasure_page(&self, member: &Member, person: PersonId) -> Result<SheetPage, Failure> {
        let sheet = self.privacy.erasure_sheet(&member.actor, person).await?;
        let erasures = sheet.erasures.into_iter().map(|it| view(member, it));
        Ok(SheetPage {
            name: sheet.name,
            presence: sheet.plan.presence,
            lines: sheet.plan.lines.iter().map(line).collect(),
            held: sheet.holds.iter().any(|it| it.lifted_at.is_none()),
            holds: sheet.holds,
            erasures: erasures.collect(),
            backups: sheet.backups,
            may_propose: sheet.may_propose,
            form: FormState::new().with("ground", Ground::Term.code()),
            hold_form: FormState::new(),
            grounds: Ground::ALL.map(Ground::code).to_vec(),
            base: member.path(&format!("/privacy/{person}")),
            list: member.path("/erasures"),
            terms: member.path("/retention"),
        })
    }

    fn back(member: &Member, person: PersonId, flash: &Flash) -> Response {
        let path = member.path(&format!("/privacy/{person}/erasure"));
        Go::to(path).say(flash).into_response()
    }

    /// The page again after the reason was given, or where it was none.
    async fn held(
        &self,
        member: &Member,
        person: PersonId,
        mut form: FormState,
        done: Result<(), crate::Error>,
        said: &str,
    ) -> Result<Response, Failure> {
        match done {
            Ok(()) => return Ok(Pages::back(member, person, &Flash::done(said))),
            Err(fault) if is_told(&fault) => form.fault("hold_reason", &fault),
            Err(other) => return Err(other.into()),
        }
        self.hold_page(member, person, form).await
    }

    async fn hold_page(
        &self,
        member: &Member,
        person: PersonId,
        form: FormState,
    ) -> Result<Response, Failure> {
        let mut page = self.erasure_page(member, person).await?;
        page.hold_form = form;
        invalid(&self.views, &member.visit, PAGE, &page)
    }

    async fn decided(
        &self,
        member: &Member,
        id: ErasureId,
        decision: Decision,
        done: &Flash,
    ) -> Result<Response, Failure> {
        let decided = self.privacy.decide_erasure(&member.actor, id, decision);
        let flash = match decided.await {
            Ok(()) => done.clone(),
            Err(fault) if is_told(&fault) => Flash::warning(format!("fault.{}", fault.code())),
            Err(other) => return Err(other.into()),
        };
        Ok(Go::to(member.path("/erasures")).say(&flash).into_response())
    }
}
