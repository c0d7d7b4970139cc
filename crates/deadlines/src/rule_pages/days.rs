//! «Рабочие дни» (`/o/{org}/settings/workdays`, DLN-2).

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{dates::show_date, workdays::Workweek};
use serde::Serialize;
use web::{
    Failure, Flash, FormState, Go, Member,
    form::{Raw, invalid},
};

use super::{Pages, sent, typed};
use crate::{DaysPage, Error};

#[derive(Serialize)]
struct Page {
    form: FormState,
    week: &'static str,
    years: Vec<Year>,
    days: Vec<Day>,
    acts: Vec<ActView>,
    may_edit: bool,
    enters_acts: bool,
    action: String,
    rules: String,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the number of the year is the year"
)]
struct Year {
    year: i32,
    working_days: u32,
    preliminary: bool,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the date of the day is the day")]
struct Day {
    day: String,
    works: bool,
    name: String,
    by: String,
    /// May be taken back here.
    removable: bool,
}

#[derive(Serialize)]
struct ActView {
    year: i32,
    paper: String,
    /// «03.01 – 09.01»
    moves: Vec<String>,
    by: String,
    /// May be taken back here.
    removable: bool,
}

pub(super) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let found = it.deadlines.days(&member.actor).await?;
    let page = page(&member, &found, FormState::new().with("works", "0"));
    Ok(it
        .views
        .page(&member.visit, "deadlines/workdays.html", &page)?
        .into_response())
}

pub(super) async fn week(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it.deadlines.set_week(&member.actor, &typed(&raw)).await;
    it.days_answer(&member, done, &raw).await
}

pub(super) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it.deadlines.add_day(&member.actor, &typed(&raw)).await;
    it.days_answer(&member, done, &raw).await
}

pub(super) async fn remove(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it.deadlines.remove_day(&member.actor, &typed(&raw)).await;
    it.days_answer(&member, done, &raw).await
}

pub(super) async fn enter_act(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it.deadlines.enter_act(&member.actor, &typed(&raw)).await;
    it.days_answer(&member, done, &raw).await
}

pub(super) async fn remove_act(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let done = it.deadlines.remove_act(&member.actor, &typed(&raw)).await;
    it.days_answer(&member, done, &raw).await
}

impl Pages {
    async fn days_answer(
        &self,
        member: &Member,
        done: Result<(), Error>,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        match done {
            Ok(()) => {
                let flash = Flash::done("deadlines.workdays.saved");
                let back = member.path("/settings/workdays");
                Ok(Go::to(back).say(&flash).into_response())
            }
            Err(Error::Fields(faults)) => {
                let found = self.deadlines.days(&member.actor).await?;
                let page = page(member, &found, sent(raw, &self.views, &faults));
                invalid(&self.views, &member.visit, "deadlines/workdays.html", &page)
            }
            Err(other) => Err(other.into()),
        }
    }
}

fn page(member: &Member, found: &DaysPage, form: FormState) -> Page {
    let action = member.path("/settings/workdays");
    let day = |it: &crate::NamedDay| Day {
        day: show_date(it.day),
        works: it.works,
        name: it.name.clone(),
        by: it.by.clone(),
        removable: it.own && found.may_edit,
    };
    let short = |it: NaiveDate| it.format("%d.%m").to_string();
    let act = |it: &crate::EnteredAct| ActView {
        year: it.act.year,
        paper: it.paper.clone(),
        moves: it
            .act
            .moved
            .iter()
            .map(|it| format!("{} – {}", short(it.0), short(it.1)))
            .collect(),
        by: it.by.clone(),
        removable: it.own && found.enters_acts,
    };
    let week = match found.week {
        Workweek::Five => "5",
        Workweek::Six => "6",
    };
    let form = if form.value("week").is_empty() {
        form.with("week", week)
    } else {
        form
    };
    Page {
        form,
        week,
        years: found
            .years
            .iter()
            .map(|it| Year {
                year: it.year,
                working_days: it.working_days,
                preliminary: it.preliminary,
            })
            .collect(),
        days: found.days.iter().map(day).collect(),
        acts: found.acts.iter().map(act).collect(),
        may_edit: found.may_edit,
        enters_acts: found.enters_acts,
        rules: member.path("/settings/deadlines"),
        action,
    }
}
