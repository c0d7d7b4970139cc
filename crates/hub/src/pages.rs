//! `/hub/{org}/people`: a pupil of a school below, with a reason. Lists of all
//! schools below are beside.

mod attestation;
mod visits;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use web::{Checked, Failure, FormState, Member, Views, form::invalid};

use crate::{Error, Hub, OpenedCard, Opening};

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/hub/{org}/people"),
    ("POST", "/hub/{org}/people"),
    ("GET", "/hub/{org}/attestation"),
    ("GET", "/hub/{org}/visits"),
];

const PAGE: &str = "hub/people.html";

#[derive(Clone)]
struct Pages {
    hub: Hub,
    views: Views,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(hub: Hub, views: Views) -> Router {
    Router::new()
        .route("/hub/{org}/people", get(ask).post(open))
        .route("/hub/{org}/attestation", get(attestation::queue))
        .route("/hub/{org}/visits", get(visits::visits))
        .with_state(Pages { hub, views })
}

#[derive(Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
struct Wish {
    #[garde(skip)]
    school: i64,
    #[serde(default)]
    #[garde(length(chars, min = 1, max = 200))]
    name: String,
    /// Checked by the domain: that it was missing is put on record.
    #[serde(default)]
    #[garde(skip)]
    reason: String,
}

#[derive(Serialize)]
struct Page {
    form: FormState,
    schools: Vec<Choice>,
    cards: Vec<OpenedCard>,
    opened: bool,
    action: String,
}

#[derive(Serialize)]
struct Choice {
    value: i64,
    label: String,
}

async fn ask(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let page = it.page(&member, FormState::new()).await?;
    Ok(it.views.page(&member.visit, PAGE, &page)?.into_response())
}

/// What was opened is shown in the answer itself: no address leads to it.
async fn open(
    member: Member,
    State(it): State<Pages>,
    form: Checked<Wish>,
) -> Result<Response, Failure> {
    let Checked { value, mut form } = form;
    if let Some(wish) = value {
        let opening = Opening {
            school: wish.school.into(),
            name: wish.name,
            reason: wish.reason,
            by: member
                .visit
                .me()
                .map(|it| it.initials.clone())
                .unwrap_or_default(),
            unit: member
                .visit
                .membership()
                .map(|it| it.label().to_owned())
                .unwrap_or_default(),
        };
        let today = it.views.today(&member.visit);
        match it.hub.open(&member.actor, &opening, today).await {
            Ok(cards) => {
                let mut page = it.page(&member, form).await?;
                (page.cards, page.opened) = (cards, true);
                return Ok(it.views.page(&member.visit, PAGE, &page)?.into_response());
            }
            Err(fault @ Error::NoReason) => form.fault("reason", &fault),
            Err(fault @ (Error::NameTooShort | Error::Nobody | Error::TooMany)) => {
                form.fault("name", &fault);
            }
            Err(other) => return Err(other.into()),
        }
    }
    let page = it.page(&member, form).await?;
    invalid(&it.views, &member.visit, PAGE, &page)
}

/// A page of the unit.
fn path(member: &Member, rest: &str) -> String {
    let code = member.visit.membership().map_or("", |it| it.code.as_str());
    format!("/hub/{code}{rest}")
}

impl Pages {
    async fn page(&self, member: &Member, form: FormState) -> Result<Page, Failure> {
        let schools = self.hub.schools(&member.actor).await?;
        let choice = |it: &org::Organisation| Choice {
            value: it.id.get(),
            label: it.name.clone(),
        };
        Ok(Page {
            form,
            schools: schools.iter().map(choice).collect(),
            cards: vec![],
            opened: false,
            action: path(member, "/people"),
        })
    }
}
