//! «Сроки регламента» (`/o/{org}/settings/deadlines`): rules, their forms and
//! their history (DLN-5).

mod days;
mod show;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use kernel::dates::parse_date;
use serde::Deserialize;
use web::{
    Checked, Failure, Flash, FormState, Go, Member, Path, Query, Views,
    form::{Raw, invalid},
};

use crate::{Deadlines, Error, FieldFault, RulePage, Typed};

/// Every route of the rules.
pub const RULE_ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/settings/deadlines"),
    ("GET", "/o/{org}/settings/deadlines/{rule}"),
    ("POST", "/o/{org}/settings/deadlines/{rule}"),
    ("POST", "/o/{org}/settings/deadlines/{rule}/withdrawal"),
    ("GET", "/o/{org}/settings/workdays"),
    ("POST", "/o/{org}/settings/workdays"),
    ("POST", "/o/{org}/settings/workdays/days"),
    ("POST", "/o/{org}/settings/workdays/removal"),
    ("POST", "/o/{org}/settings/workdays/acts"),
    ("POST", "/o/{org}/settings/workdays/acts/removal"),
];

#[derive(Clone)]
struct Pages {
    deadlines: Deadlines,
    views: Views,
}

/// The routes of the rules, ready to be merged by the app.
pub fn rules_router(deadlines: Deadlines, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/settings/deadlines", get(list))
        .route("/o/{org}/settings/deadlines/{rule}", get(show).post(save))
        .route(
            "/o/{org}/settings/deadlines/{rule}/withdrawal",
            post(withdraw),
        )
        .route(
            "/o/{org}/settings/workdays",
            get(days::show).post(days::week),
        )
        .route("/o/{org}/settings/workdays/days", post(days::add))
        .route("/o/{org}/settings/workdays/removal", post(days::remove))
        .route("/o/{org}/settings/workdays/acts", post(days::enter_act))
        .route(
            "/o/{org}/settings/workdays/acts/removal",
            post(days::remove_act),
        )
        .with_state(Pages { deadlines, views })
}

#[derive(Deserialize)]
struct Which {
    show: Option<String>,
}

async fn list(
    member: Member,
    State(it): State<Pages>,
    Query(which): Query<Which>,
) -> Result<Response, Failure> {
    let rules = it.deadlines.rules(&member.actor).await?;
    let page = show::list(&member, &rules, which.show.as_deref());
    Ok(it
        .views
        .page(&member.visit, "deadlines/settings.html", &page)?
        .into_response())
}

#[derive(Deserialize)]
struct Day {
    on: Option<String>,
}

async fn show(
    member: Member,
    State(it): State<Pages>,
    Path((_, rule)): Path<(String, String)>,
    Query(day): Query<Day>,
) -> Result<Response, Failure> {
    let typed = day.on.unwrap_or_default();
    // An unreadable day asks for nothing; the field keeps what was typed.
    let on = parse_date(&typed, NaiveDate::default()).ok();
    let found = it.deadlines.rule_page(&member.actor, &rule, on).await?;
    let form = stored(&found.form);
    let page = show::one(&member, &found, form, false).asked(typed, on);
    Ok(it
        .views
        .page(&member.visit, "deadlines/settings_rule.html", &page)?
        .into_response())
}

async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, rule)): Path<(String, String)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let saved = it
        .deadlines
        .change_rule(&member.actor, &rule, &typed(&raw), seen(&raw))
        .await;
    it.answer(&member, &rule, saved, Some(&raw)).await
}

async fn withdraw(
    member: Member,
    State(it): State<Pages>,
    Path((_, rule)): Path<(String, String)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it
        .deadlines
        .withdraw_rule(&member.actor, &rule, seen(&raw))
        .await;
    it.answer(&member, &rule, done, None).await
}

impl Pages {
    /// Back to the rule, or its form again with what is wrong.
    async fn answer(
        &self,
        member: &Member,
        rule: &str,
        done: Result<(), Error>,
        raw: Option<&Raw>,
    ) -> Result<Response, Failure> {
        match done {
            Ok(()) => {
                let back = member.path(&format!("/settings/deadlines/{rule}"));
                let flash = Flash::done("deadlines.rule.saved");
                Ok(Go::to(back).say(&flash).into_response())
            }
            Err(Error::Fields(faults)) => {
                let found = self.found(member, rule).await?;
                let form = raw.map(|it| sent(it, &self.views, &faults));
                let page = show::one(member, &found, form.unwrap_or_default(), false);
                invalid(
                    &self.views,
                    &member.visit,
                    "deadlines/settings_rule.html",
                    &page,
                )
            }
            Err(Error::ChangedMeanwhile) => {
                let found = self.found(member, rule).await?;
                let page = show::one(member, &found, stored(&found.form), true);
                let name = "deadlines/settings_rule.html";
                let html = self.views.page(&member.visit, name, &page)?;
                Ok((StatusCode::CONFLICT, html).into_response())
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn found(&self, member: &Member, rule: &str) -> Result<RulePage, Error> {
        self.deadlines.rule_page(&member.actor, rule, None).await
    }
}

/// A form whose fields the domain reads itself.
#[derive(Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
struct AnyFields {}

/// The form as it was sent, with its mistakes.
fn sent(raw: &Raw, views: &Views, faults: &[FieldFault]) -> FormState {
    let mut form = Checked::<AnyFields>::read(raw, NaiveDate::default(), Some(views.clone())).form;
    for it in faults {
        form.refuse(it.field, it.code);
    }
    form.with("remind", &typed(raw).remove("remind").unwrap_or_default())
}

fn stored(typed: &Typed) -> FormState {
    typed.iter().fold(FormState::new(), |form, (name, value)| {
        form.with(name, value)
    })
}

/// The fields as the domain reads them: ticked boxes of one name together.
fn typed(raw: &Raw) -> Typed {
    let mut typed: Typed = raw
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let remind: Vec<&str> = raw.all("remind").collect();
    typed.insert("remind".to_owned(), remind.join(","));
    typed
}

fn seen(raw: &Raw) -> i64 {
    let version = raw.get("version").and_then(|it| it.parse().ok());
    version.unwrap_or_default()
}
