//! «Переход на новый учебный год»: a list of steps, and a page for each.

mod classes;
mod exceptions;
mod finish;
mod orders;
mod view;
mod year;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::NaiveDate;
use kernel::{Fault, Kind};
use serde::Serialize;
use web::{
    Failure, Member, Path, TableQuery, Views,
    form::{Raw, invalid},
};
use work::Jobs;

use crate::{Error, Rollover, Scene, State as Standing, Step};

use view::{Frame, ItemView};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/settings/rollover"),
    ("GET", "/o/{org}/settings/rollover/{step}"),
    ("POST", "/o/{org}/settings/rollover/{step}"),
];

#[derive(Clone)]
struct Pages {
    rollover: Rollover,
    jobs: Jobs,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
///
/// `jobs` must know [`crate::Running`] and [`crate::TakingBack`].
pub fn router(rollover: Rollover, jobs: Jobs, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/settings/rollover", get(list))
        .route("/o/{org}/settings/rollover/{step}", get(show).post(act))
        .with_state(Pages {
            rollover,
            jobs,
            views,
        })
}

#[derive(Serialize)]
struct ListPage {
    /// None while the school has no year.
    frame: Option<Frame>,
    years_href: String,
}

#[derive(Serialize)]
struct CheckPage {
    frame: Frame,
    items: Vec<ItemView>,
    blocks: bool,
}

async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let frame = match it.rollover.overview(&member.actor, it.today(&member)).await {
        Ok(found) => Some(Frame::of(&member, &found.scene, None, found.ready)),
        Err(Error::NoYear) => None,
        Err(other) => return Err(other.into()),
    };
    let page = ListPage {
        frame,
        years_href: member.path("/study/years"),
    };
    it.shown(&member, "rollover/list.html", &page)
}

async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
    query: TableQuery,
) -> Result<Response, Failure> {
    let step = Step::from_code(&code).ok_or(Error::NoSuchStep)?;
    match step {
        Step::Check => it.check(&member).await,
        Step::Year => it.year(&member, None).await,
        Step::Classes => it.classes(&member, None).await,
        Step::Exceptions => it.exceptions(&member, query.param("class"), None).await,
        Step::Orders => it.orders(&member, None).await,
        Step::Trial => it.trial(&member, None).await,
        Step::Run => it.run(&member, None).await,
        Step::Result => it.result(&member, None).await,
    }
}

async fn act(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(kernel::Right::YearClose)?;
    let step = Step::from_code(&code).ok_or(Error::NoSuchStep)?;
    match step {
        // There is nothing to send here: things are done where they belong.
        Step::Check => it.check(&member).await,
        Step::Year => it.prepare_year(&member, &raw).await,
        Step::Classes => it.prepare_classes(&member, &raw).await,
        Step::Exceptions => it.set_exceptions(&member, &raw).await,
        Step::Orders => it.draw_up(&member, &raw).await,
        Step::Trial => it.try_out(&member).await,
        Step::Run => it.start(&member, &raw).await,
        Step::Result => it.take_back(&member).await,
    }
}

impl Pages {
    /// The day it is where the organisation is.
    fn today(&self, member: &Member) -> NaiveDate {
        self.views.today(&member.visit)
    }

    fn shown(
        &self,
        member: &Member,
        template: &str,
        page: &impl Serialize,
    ) -> Result<Response, Failure> {
        Ok(self
            .views
            .page(&member.visit, template, page)?
            .into_response())
    }

    /// The page, with 422 where something was refused.
    fn answered(
        &self,
        member: &Member,
        template: &str,
        page: &impl Serialize,
        refused: bool,
    ) -> Result<Response, Failure> {
        if refused {
            invalid(&self.views, &member.visit, template, page)
        } else {
            self.shown(member, template, page)
        }
    }

    /// The words of a refusal that the page shows itself; anything else is
    /// the failure of the whole page.
    fn said(&self, error: Error) -> Result<String, Failure> {
        let args = match &error {
            Error::NotMapped(count) | Error::LeftOver(count) => ("count", count.to_string()),
            Error::BadClassName(name) => ("name", name.clone()),
            _ => ("count", String::new()),
        };
        let code = error.code();
        match error.kind() {
            Kind::Invalid | Kind::Conflict => Ok(self.views.phrase(
                &format!("fault.{code}"),
                &[(args.0.to_owned(), args.1)].into(),
            )),
            _ => Err(error.into()),
        }
    }

    async fn check(&self, member: &Member) -> Result<Response, Failure> {
        let found = self
            .rollover
            .readiness(&member.actor, self.today(member))
            .await?;
        let ready = found.items.iter().all(|it| it.count == 0);
        let page = CheckPage {
            frame: Frame::of(member, &found.scene, Some(Step::Check), ready),
            blocks: found.blocks(),
            items: found
                .items
                .iter()
                .map(|it| ItemView::of(member, it))
                .collect(),
        };
        self.shown(member, "rollover/check.html", &page)
    }
}

fn is_done(scene: &Scene) -> bool {
    scene.transition.state == Standing::Done
}
