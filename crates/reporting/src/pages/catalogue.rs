//! «Отчёты»: which reports there are for the reader.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::{Actor, Reach, Right};
use serde::Serialize;
use web::{Failure, Member};

use super::Pages;
use crate::{Kind, Theme};

#[derive(Serialize)]
struct Catalogue {
    groups: Vec<Group>,
    /// Who may owe reports.
    owes: bool,
    /// Reports that other pages are: their word and path.
    elsewhere: Vec<(&'static str, &'static str)>,
}

#[derive(Serialize)]
struct Group {
    /// `reporting.of.<code>`
    code: &'static str,
    reports: Vec<&'static str>,
}

pub(super) async fn show(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let kinds = it.reporting.catalogue(&member.actor)?;
    let of = |code, belongs: fn(&Kind) -> bool| Group {
        code,
        reports: kinds
            .iter()
            .filter(|it| belongs(it))
            .map(|it| it.code())
            .collect(),
    };
    let mut groups = vec![
        of("school", |it| it.theme().is_none() && it.is_of_school()),
        of("class", |it| {
            it.theme().is_none() && it.is_of_class() && !it.is_of_pupil()
        }),
        of("presence", |it| it.theme() == Some(Theme::Presence)),
        of("people", |it| it.theme() == Some(Theme::People)),
        of("teacher", |it| it.is_of_teacher()),
        of("pupil", |it| it.is_of_pupil()),
    ];
    groups.retain(|it| !it.reports.is_empty());
    let mut elsewhere = elsewhere(&member.actor);
    // Whoever has the report needs no other way to it.
    elsewhere.retain(|it| it.0 != "filling" || !kinds.contains(&Kind::Filling));
    let reaches = member.actor.reaches(Right::JournalView);
    let page = Catalogue {
        groups,
        owes: [Reach::Org, Reach::OwnClass, Reach::OwnLoad]
            .into_iter()
            .any(|it| reaches.has(it)),
        elsewhere,
    };
    Ok(it
        .views
        .page(&member.visit, "reporting/catalogue.html", &page)?
        .into_response())
}

/// Reports that stand in the books of movement and in the control of journals.
fn elsewhere(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let all = [
        (Right::MovementView, "filling", "/movement/numbers/classes"),
        (Right::MovementView, "movement", "/movement/numbers"),
        (Right::MovementView, "leavers", "/movement/leavers"),
        (Right::JournalView, "control", "/control/filling"),
        (Right::JournalView, "school-day", "/attendance/day"),
    ];
    let open = all.into_iter().filter(|it| actor.may_in_org(it.0).is_ok());
    open.map(|it| (it.1, it.2)).collect()
}
