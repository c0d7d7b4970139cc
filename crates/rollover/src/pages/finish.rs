//! The dry run, the run, its result and the way back.

use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use kernel::Kind;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};
use work::{NewJob, Refusal};

use super::{Frame, Pages, is_done, view::ItemView};
use crate::{
    Error, GradeNumbers, Numbers, Step,
    jobs::{Order, RUN, TAKE_BACK},
};

#[derive(Serialize)]
struct NumbersView {
    rows: Vec<GradeNumbers>,
    total: GradeNumbers,
    orders: u32,
    grouped: u32,
}

impl NumbersView {
    fn of(it: &Numbers) -> Self {
        Self {
            rows: it.grades.clone(),
            total: it.total(),
            orders: it.orders,
            grouped: it.grouped,
        }
    }
}

#[derive(Serialize)]
struct TrialPage {
    frame: Frame,
    error: Option<String>,
    numbers: Option<NumbersView>,
    drawn: bool,
    open: bool,
}

#[derive(Serialize)]
struct RunPage {
    frame: Frame,
    error: Option<String>,
    numbers: Option<NumbersView>,
    remarks: Vec<ItemView>,
    blocks: bool,
    open: bool,
    /// Somebody confirmed the remarks.
    confirmed: bool,
}

#[derive(Serialize)]
struct ResultPage {
    frame: Frame,
    error: Option<String>,
    numbers: Option<NumbersView>,
    ran_at: Option<DateTime<Utc>>,
    may_take_back: bool,
    archive_href: Option<String>,
    year_href: Option<String>,
}

impl Pages {
    pub(super) async fn trial(
        &self,
        member: &Member,
        error: Option<String>,
    ) -> Result<Response, Failure> {
        let today = self.today(member);
        let scene = self.rollover.scene(&member.actor, today).await?;
        let it = &scene.transition;
        let page = TrialPage {
            frame: Frame::of(member, &scene, Some(Step::Trial), false),
            numbers: it.trial.as_ref().map(NumbersView::of),
            drawn: !it.orders.is_empty(),
            open: !is_done(&scene),
            error,
        };
        let refused = page.error.is_some();
        self.answered(member, "rollover/trial.html", &page, refused)
    }

    pub(super) async fn try_out(&self, member: &Member) -> Result<Response, Failure> {
        let today = self.today(member);
        match self.rollover.try_out(&member.actor, today).await {
            Ok(_) => {
                let to = member.path("/settings/rollover/trial");
                let flash = Flash::done("rollover.flash.trial");
                Ok(Go::to(to).say(&flash).into_response())
            }
            Err(error) => {
                let said = self.said(error)?;
                self.trial(member, Some(said)).await
            }
        }
    }

    pub(super) async fn run(
        &self,
        member: &Member,
        refused: Option<(String, bool)>,
    ) -> Result<Response, Failure> {
        let today = self.today(member);
        let found = self.rollover.readiness(&member.actor, today).await?;
        let remarks = found.items.iter().filter(|it| it.count > 0);
        let page = RunPage {
            frame: Frame::of(member, &found.scene, Some(Step::Run), false),
            numbers: found.scene.transition.trial.as_ref().map(NumbersView::of),
            remarks: remarks.map(|it| ItemView::of(member, it)).collect(),
            blocks: found.blocks(),
            open: !is_done(&found.scene),
            confirmed: refused.as_ref().is_some_and(|it| it.1),
            error: refused.map(|it| it.0),
        };
        let refused = page.error.is_some();
        self.answered(member, "rollover/run.html", &page, refused)
    }

    pub(super) async fn start(&self, member: &Member, raw: &Raw) -> Result<Response, Failure> {
        let today = self.today(member);
        let confirmed = raw.get("confirm") == Some("1");
        let found = self.rollover.readiness(&member.actor, today).await?;
        let refusal = if is_done(&found.scene) {
            Some(Error::AlreadyDone)
        } else if found.scene.transition.trial.is_none() {
            Some(Error::NoTrial)
        } else if found.blocks() || (found.remarks() > 0 && !confirmed) {
            Some(Error::Remarks)
        } else {
            None
        };
        if let Some(error) = refusal {
            let said = self.said(error)?;
            return self.run(member, Some((said, confirmed))).await;
        }
        let order = Order {
            today,
            version: found.scene.transition.version,
            remarks: found.remarks(),
        };
        match self.queued(member, RUN, order).await? {
            Ok(onward) => Ok(onward),
            Err(said) => self.run(member, Some((said, confirmed))).await,
        }
    }

    pub(super) async fn result(
        &self,
        member: &Member,
        error: Option<String>,
    ) -> Result<Response, Failure> {
        let today = self.today(member);
        let scene = self.rollover.scene(&member.actor, today).await?;
        let may_take_back = self.rollover.may_take_back(&member.actor, &scene).await?;
        let it = &scene.transition;
        let done = is_done(&scene);
        let page = ResultPage {
            frame: Frame::of(member, &scene, Some(Step::Result), false),
            numbers: it.numbers.as_ref().map(NumbersView::of),
            ran_at: it.ran_at.filter(|_| done),
            may_take_back,
            archive_href: done
                .then(|| member.path(&format!("/study/classes?year={}", scene.from.id))),
            year_href: scene
                .to
                .as_ref()
                .filter(|_| done)
                .map(|it| member.path(&format!("/study/classes?year={}", it.id))),
            error,
        };
        let refused = page.error.is_some();
        self.answered(member, "rollover/result.html", &page, refused)
    }

    pub(super) async fn take_back(&self, member: &Member) -> Result<Response, Failure> {
        let today = self.today(member);
        let scene = self.rollover.scene(&member.actor, today).await?;
        let order = Order {
            today,
            version: scene.transition.version,
            remarks: 0,
        };
        match self.queued(member, TAKE_BACK, order).await? {
            Ok(onward) => Ok(onward),
            Err(said) => self.result(member, Some(said)).await,
        }
    }

    /// On to the progress or the result; the words of a refusal.
    async fn queued(
        &self,
        member: &Member,
        kind: &'static str,
        order: Order,
    ) -> Result<Result<Response, String>, Failure> {
        let params = serde_json::to_value(order).map_err(work::Error::from)?;
        let job = NewJob {
            kind,
            title: "",
            by: &member.me.initials,
            params: &params,
        };
        let started = self.jobs.start(&member.actor, job).await?;
        match started.answer(member) {
            Ok(onward) => Ok(Ok(onward)),
            Err(Refusal { fault, said }) => match fault.kind() {
                Kind::Invalid | Kind::Conflict => {
                    let code = format!("fault.{}", fault.code());
                    let words = said.unwrap_or_else(|| {
                        self.views
                            .phrase(&code, &[("count".to_owned(), String::new())].into())
                    });
                    Ok(Err(words))
                }
                _ => Err(Failure::boxed(fault)),
            },
        }
    }
}
