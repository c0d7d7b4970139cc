//! «Отчёты» of the diary: those of the own child, or the own ones (S3:10.1, §1.12–1.18).

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use web::{
    Failure, Signed,
    diary::{self, Home, Whose},
    form::Raw,
    print::Footer,
};

use super::{
    Choice, FieldView, Pages, chosen, fields, more::MoreView, periods, status_of,
    wish::asked_of_own,
};
use crate::{Kind, Own, output::Shown};

#[derive(Serialize)]
struct Catalogue {
    whose: Whose,
    reports: Vec<&'static str>,
    /// Grade 1 and kindergartens have no marks to report of.
    without_marks: bool,
}

#[derive(Serialize)]
struct Page {
    whose: Whose,
    code: &'static str,
    report: Option<Shown>,
    periods: Vec<Choice>,
    fields: Vec<FieldView>,
    /// Days were typed that make no sense.
    wrong: bool,
    more: MoreView,
    /// The same as a file; ends in `as=`.
    export: String,
    made_at: Option<DateTime<Utc>>,
}

pub(super) async fn catalogue(
    signed: Signed,
    State(it): State<Pages>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let raw = Raw::parse(query.unwrap_or_default().as_bytes())?;
    let homes = diary::homes(&signed);
    let Some((home, child)) = diary::chosen(&homes, raw.get("child"))? else {
        return Ok(diary::away(&signed));
    };
    let today = home.today(it.clock.now());
    let own = it.reporting.own(&home.actor, child, None, today).await?;
    let page = Catalogue {
        reports: Kind::OF_FAMILY.iter().map(|it| it.code()).collect(),
        without_marks: own.class.as_ref().is_none_or(|it| it.grade < 2),
        whose: it.whose(&homes, home, &own).await?,
    };
    let html = it.views.page(&signed.visit, "reporting/mine.html", &page)?;
    Ok(html.into_response())
}

pub(super) async fn report(
    kind: Kind,
    signed: Signed,
    State(it): State<Pages>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let raw = Raw::parse(query.unwrap_or_default().as_bytes())?;
    let homes = diary::homes(&signed);
    let Some((home, child)) = diary::chosen(&homes, raw.get("child"))? else {
        return Ok(diary::away(&signed));
    };
    let today = home.today(it.clock.now());
    let asked = asked_of_own(kind, &raw, today)?;
    let own = it
        .reporting
        .own(&home.actor, child, Some(asked.clone()), today)
        .await?;
    let whose = it.whose(&homes, home, &own).await?;
    let shown = own.made.as_ref();
    let shown = shown.map(|made| Shown::at(made, kind, None, &it.views));
    let is_sound = own.made.as_ref().is_none_or(|it| it.faults.is_empty());
    if let Some(shown) = shown.as_ref().filter(|_| is_sound) {
        match raw.get("as") {
            Some("pdf") => {
                let mut paper =
                    shown.paper(kind, Footer::of(&it.views, &signed.visit), &it.views)?;
                paper.org.clone_from(&home.membership.name);
                return Ok(paper.into_response());
            }
            Some("xlsx") => return shown.book(kind, &it.views).xlsx(&it.views, &signed.visit),
            Some("csv") => return shown.book(kind, &it.views).csv(),
            _ => {}
        }
    }
    let more = own.made.as_ref();
    let more = more.map(|made| MoreView::of(made, &asked, &it.views));
    let more = more.unwrap_or_default();
    let child = web::form::encode(&whose.key);
    let chosen = own.made.as_ref().map(|made| chosen(made, &asked));
    let export = format!("?child={child}&{}as=", chosen.unwrap_or_default());
    let status = own.made.as_ref().map_or(StatusCode::OK, status_of);
    let page = Page {
        whose,
        code: kind.code(),
        report: shown,
        periods: own
            .made
            .as_ref()
            .map(|made| periods(made, kind, &it.views))
            .unwrap_or_default(),
        fields: own
            .made
            .as_ref()
            .map(|made| fields(made, &it.views))
            .unwrap_or_default(),
        more,
        wrong: !is_sound,
        export,
        made_at: own.made.as_ref().map(|it| it.made_at),
    };
    let html = it
        .views
        .page(&signed.visit, "reporting/my_report.html", &page)?;
    Ok((status, html).into_response())
}

impl Pages {
    /// What all pages of a diary begin with.
    async fn whose(
        &self,
        homes: &[Home<'_>],
        home: &Home<'_>,
        own: &Own,
    ) -> Result<Whose, Failure> {
        let children: Vec<_> = own.children.iter().map(|it| (it.id, it.listed())).collect();
        let child = own.child.as_ref().map(|it| it.id);
        let mut whose = Whose::of(home, &children, child);
        if let Some(class) = &own.class {
            whose.class = Some(class.name());
            whose.preschool = class.is_preschool();
        }
        let now = self.clock.now();
        for other in homes.iter().filter(|it| it.actor.org != home.actor.org) {
            let children = self
                .reporting
                .children(&other.actor, other.today(now))
                .await?;
            whose.and(other, &children);
        }
        Ok(whose)
    }
}
