use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use web::{Failure, FormState, Member, Query, form::invalid};

use super::Pages;
use crate::ClassCount;

#[derive(Serialize)]
struct RegisterView {
    form: FormState,
    on: NaiveDate,
    total: usize,
    classes: Vec<ClassView>,
    /// The day that was asked for is none; today is shown.
    no_such_day: bool,
}

#[derive(Serialize)]
struct ClassView {
    name: String,
    pupils: Vec<PupilView>,
}

#[derive(Serialize)]
struct PupilView {
    name: String,
    href: String,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Today where it is left out.
    #[serde(default)]
    date: String,
}

fn class(member: &Member, it: ClassCount) -> ClassView {
    ClassView {
        name: it.name,
        pupils: it
            .pupils
            .into_iter()
            .map(|it| PupilView {
                href: member.path(&format!("/people/pupils/{}", it.id)),
                name: it.full(),
            })
            .collect(),
    }
}

pub(super) async fn show(
    member: Member,
    State(it): State<Pages>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let today = it.views.today(&member.visit);
    let typed = wanted.date.trim();
    let day = if typed.is_empty() {
        Ok(today)
    } else {
        kernel::dates::parse_date(typed, today)
    };
    let register = it
        .movement
        .register(&member.actor, Some(day.unwrap_or(today)))
        .await?;
    let shown = if typed.is_empty() {
        kernel::dates::show_date(today)
    } else {
        typed.to_owned()
    };
    let form = FormState::new().with("date", &shown);
    let classes: Vec<ClassView> = register
        .classes
        .into_iter()
        .map(|it| class(&member, it))
        .collect();
    let page = RegisterView {
        on: register.on,
        total: classes.iter().map(|it| it.pupils.len()).sum(),
        classes,
        form,
        no_such_day: day.is_err(),
    };
    if day.is_err() {
        return invalid(&it.views, &member.visit, "movement/register.html", &page);
    }
    Ok(it
        .views
        .page(&member.visit, "movement/register.html", &page)?
        .into_response())
}
