//! What publishing the draft would do, and doing it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{Days, NaiveDate};
use kernel::{
    Fault, Kind, LessonId, Right, YearId,
    dates::{parse_date, show_date, week_start},
};
use serde::Serialize;
use web::{
    Failure, Member, TableQuery,
    form::{Raw, invalid},
};
use work::{NewJob, Refusal};

use super::{Pages, editor::explain, number};
use crate::{
    Error, Existing, Preview, Wanted,
    publication::{Order, PUBLISH},
};

const TEMPLATE: &str = "schedule/publish.html";
/// So many lessons are named of each kind; the counts are of all.
const NAMED: usize = 50;

#[derive(Serialize)]
struct Page {
    base: String,
    year_id: Option<YearId>,
    /// As typed: `30.11.2026`.
    from: String,
    error: Option<String>,
    plan: Option<PlanView>,
}

#[derive(Serialize)]
struct PlanView {
    revision: i32,
    create: usize,
    change: usize,
    cancel: usize,
    kept: usize,
    held: Vec<LessonView>,
    held_count: usize,
    blocked: Vec<LessonView>,
    blocked_count: usize,
    changed: Vec<LessonView>,
    cancelled: Vec<LessonView>,
}

#[derive(Serialize)]
struct LessonView {
    day: NaiveDate,
    number: i16,
    class: String,
    subject: String,
    teacher: String,
    /// Where a moved lesson was: day and number.
    was: Option<(NaiveDate, i16)>,
}

pub(super) async fn preview(
    member: Member,
    State(it): State<Pages>,
    query: TableQuery,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let today = it.today(&member);
    let year: Option<YearId> = number(query.param("year"));
    let typed = query.param("from").map(str::to_owned);
    let typed = match typed {
        Some(it) => it,
        None => show_date(it.usual_day(&member, year, today).await?),
    };
    let Ok(from) = parse_date(&typed, today) else {
        return it.preview_again(&member, year, typed, it.views.word("form.error.date"));
    };
    match it.timetable.preview(&member.actor, year, from).await {
        Ok(preview) => {
            let page = Page {
                plan: Some(plan(&preview)),
                ..page(&member, Some(preview.year.id), typed)
            };
            Ok(it
                .views
                .page(&member.visit, TEMPLATE, &page)?
                .into_response())
        }
        Err(refusal) => {
            let said = it.said(&member, year, &refusal).await?;
            it.preview_again(&member, year, typed, said.ok_or(refusal)?)
        }
    }
}

pub(super) async fn commit(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    member.actor.may_in_org(Right::TimetableEdit)?;
    let year: YearId = number(raw.get("year")).ok_or(Error::NoYear)?;
    let typed = raw.get("from").unwrap_or_default().to_owned();
    let from = parse_date(&typed, it.today(&member))?;
    let seen = raw
        .get("revision")
        .and_then(|it| it.parse().ok())
        .unwrap_or_default();
    let order = Order {
        year,
        from,
        revision: seen,
    };
    let params = serde_json::to_value(order).map_err(work::Error::from)?;
    let job = NewJob {
        kind: PUBLISH,
        title: &it.views.phrase(
            "schedule.publish.from-day",
            &[("from".to_owned(), show_date(from))].into(),
        ),
        by: &member.me.initials,
        params: &params,
    };
    match it.jobs.start(&member.actor, job).await?.answer(&member) {
        Ok(onward) => Ok(onward),
        Err(refusal) => it.refused(&member, year, typed, refusal),
    }
}

impl Pages {
    /// Next Monday, and before the year its first day.
    async fn usual_day(
        &self,
        member: &Member,
        year: Option<YearId>,
        today: NaiveDate,
    ) -> Result<NaiveDate, Failure> {
        let year = self.timetable.draft(&member.actor, year).await?.year;
        let monday = week_start(today) + Days::new(7);
        Ok(monday.clamp(year.starts_on, year.ends_on))
    }

    /// The page again with the words of the refusal, where it is about what
    /// was asked for.
    fn refused(
        &self,
        member: &Member,
        year: YearId,
        typed: String,
        refusal: Refusal,
    ) -> Result<Response, Failure> {
        let Refusal { fault, said } = refusal;
        let kind = fault.kind();
        if fault.code() == Error::NoYear.code() || !matches!(kind, Kind::Invalid | Kind::Conflict) {
            return Err(Failure::boxed(fault));
        }
        let said = said.unwrap_or_else(|| self.views.word(&format!("fault.{}", fault.code())));
        let mut response = self.preview_again(member, Some(year), typed, said)?;
        if kind == Kind::Conflict {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        Ok(response)
    }

    /// The words of a refusal that the page shows itself; `None` where it is
    /// not about what was asked for.
    async fn said(
        &self,
        member: &Member,
        year: Option<YearId>,
        refusal: &Error,
    ) -> Result<Option<String>, Failure> {
        if refusal.kind() != Kind::Invalid || matches!(refusal, Error::NoYear) {
            return Ok(None);
        }
        if let Error::Busy(clash) = refusal {
            let draft = self.timetable.draft(&member.actor, year).await?;
            return Ok(Some(explain(&self.views, &draft.names, clash)));
        }
        Ok(Some(self.views.word(&format!("fault.{}", refusal.code()))))
    }

    fn preview_again(
        &self,
        member: &Member,
        year: Option<YearId>,
        typed: String,
        said: String,
    ) -> Result<Response, Failure> {
        let page = Page {
            error: Some(said),
            ..page(member, year, typed)
        };
        invalid(&self.views, &member.visit, TEMPLATE, &page)
    }
}

fn page(member: &Member, year_id: Option<YearId>, from: String) -> Page {
    Page {
        base: member.path("/timetable"),
        year_id,
        from,
        error: None,
        plan: None,
    }
}

fn plan(preview: &Preview) -> PlanView {
    let changes = &preview.changes;
    let view = |it: &Wanted, was: Option<&Existing>| LessonView {
        day: it.held_on,
        number: it.number,
        class: preview.names.class_name(it.class),
        subject: preview.names.subject(it.subject),
        teacher: preview.names.teacher(it.teacher),
        was: was
            .map(|was| (was.lesson.held_on, was.lesson.number))
            .filter(|was| *was != (it.held_on, it.number)),
    };
    let stored = |id: &LessonId| preview.existing.get(id).map(|it| view(&it.lesson, None));
    let named = |ids: &[LessonId]| ids.iter().filter_map(stored).take(NAMED).collect();
    PlanView {
        revision: preview.revision,
        create: changes.create.len(),
        change: changes.change.len(),
        cancel: changes.cancel.len(),
        kept: changes.kept,
        held: named(&changes.held),
        held_count: changes.held.len(),
        blocked: changes
            .blocked
            .iter()
            .map(|it| view(it, None))
            .take(NAMED)
            .collect(),
        blocked_count: changes.blocked.len(),
        changed: changes
            .change
            .iter()
            .map(|(id, it)| view(it, preview.existing.get(id)))
            .take(NAMED)
            .collect(),
        cancelled: named(&changes.cancel),
    }
}
