//! One report on screen, on paper and in files.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use web::{Failure, Member, Path, Query};

use super::{Choice, Pages, list::timing_words, shown::Shown};
use crate::{Every, Opened, ReportId, SHARED_WITH, Schedule};

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(rename = "as")]
    shown_as: Option<String>,
}

#[derive(Serialize)]
struct Page {
    title: String,
    source: String,
    owner: String,
    own: bool,
    builds: bool,
    /// `/o/…/reports/builder/7`
    href: String,
    shown: Shown,
    personal: bool,
    roles: Vec<Choice>,
    schedule: ScheduleView,
}

#[derive(Serialize)]
struct ScheduleView {
    /// «Каждый понедельник в 8:00»; none where there are no letters.
    told: Option<String>,
    /// `builder.stopped.<code>`
    stopped: Option<&'static str>,
    every: Vec<Choice>,
    day: u32,
    hours: Vec<Choice>,
}

pub(super) async fn open(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, ReportId)>,
    Query(wish): Query<Wish>,
) -> Result<Response, Failure> {
    let file = wish.shown_as.as_deref();
    let file = file.filter(|it| ["pdf", "xlsx", "csv"].contains(it));
    let opened = it.builder.open(&member.actor, id, file).await?;
    let source = &opened.report.definition.source;
    let shown = Shown::of(&opened.made, source, &it.views);
    let title = &opened.report.title;
    match file {
        Some("pdf") if shown.fits_paper() => {
            Ok(shown.paper(title, &member.visit, &it.views).into_response())
        }
        Some("csv") => shown.book(title, &it.views).csv(),
        Some(_) => shown.book(title, &it.views).xlsx(&it.views, &member.visit),
        None => {
            let page = page(&member, &it, opened, shown);
            let html = it.views.page(&member.visit, "builder/report.html", &page)?;
            Ok(html.into_response())
        }
    }
}

fn page(member: &Member, it: &Pages, opened: Opened, shown: Shown) -> Page {
    let report = opened.report;
    let roles = SHARED_WITH.map(|role| Choice {
        value: role.code().to_owned(),
        label: it.views.word(&format!("role.{}", role.code())),
        selected: report.shared.contains(&role),
    });
    Page {
        href: member.path(&format!("/reports/builder/{}", report.id)),
        title: report.title,
        source: report.definition.source,
        owner: opened.owner,
        own: opened.own,
        builds: opened.builds,
        shown,
        personal: opened.made.personal,
        roles: roles.into(),
        schedule: schedule_view(opened.schedule.as_ref(), it),
    }
}

fn schedule_view(schedule: Option<&Schedule>, it: &Pages) -> ScheduleView {
    let timing = schedule.map(|it| it.timing);
    let every = Every::ALL.map(|every| Choice {
        value: every.code().to_owned(),
        label: it.views.word(&format!("builder.every.{}", every.code())),
        selected: timing.is_some_and(|it| it.every == every),
    });
    let now = timing.map_or(8, |it| it.hour);
    ScheduleView {
        told: timing.map(|timing| timing_words(&it.views, timing)),
        stopped: schedule.and_then(|it| it.stopped).map(crate::Stopped::code),
        every: every.into(),
        day: timing.map_or(1, |it| it.day),
        hours: (0..24)
            .map(|hour| Choice {
                value: hour.to_string(),
                label: format!("{hour}:00"),
                selected: hour == now,
            })
            .collect(),
    }
}
