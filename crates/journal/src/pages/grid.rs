use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use chrono::NaiveDate;
use kernel::{AccountId, ClassId, GroupId, SubjectId};
use serde::{Deserialize, Serialize};
use web::{Failure, Go, Json, Member, Path, Query, form::Raw};

use super::{Pages, view};
use crate::{GridChoice, GridSpan, GridTerm, OpenGrid, Operation, OperationResult, Status, WorkId};

/// Which lessons are wanted: `period=4`, `period=year`, `span=week&day=2026-11-20`,
/// `span=month`, `before=2026-10-01`.
#[derive(Default, Deserialize)]
pub(super) struct GridQuery {
    group: Option<String>,
    period: Option<String>,
    span: Option<String>,
    day: Option<NaiveDate>,
    before: Option<NaiveDate>,
}

impl GridQuery {
    pub(super) fn open(&self, class: ClassId, subject: SubjectId, today: NaiveDate) -> OpenGrid {
        let day = self.day.unwrap_or(today);
        OpenGrid {
            class,
            subject,
            group: number(self.group.as_deref()).map(GroupId::from),
            term: match self.period.as_deref() {
                Some("year") => GridTerm::Year,
                other => number(other).map_or(GridTerm::Now, |it| GridTerm::Id(it.into())),
            },
            span: match (self.span.as_deref(), self.before) {
                (Some("week"), _) => GridSpan::Week(day),
                (Some("month"), _) => GridSpan::Month(day),
                (_, Some(before)) => GridSpan::Before(before),
                _ => GridSpan::Newest,
            },
            today,
        }
    }

    /// The query of the page that asks for the same; what makes no sense is
    /// not said again.
    pub(super) fn address(&self) -> String {
        let id = |text: &Option<String>| number(text.as_deref()).map(|it| it.to_string());
        let period = match self.period.as_deref() {
            Some("year") => Some("year".to_owned()),
            _ => id(&self.period),
        };
        let span = self.span.clone().filter(|it| it == "week" || it == "month");
        let parts = [
            ("period", period),
            ("group", id(&self.group)),
            ("span", span),
            ("day", self.day.map(|it| it.to_string())),
            ("before", self.before.map(|it| it.to_string())),
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
            .collect();
        if parts.is_empty() {
            String::new()
        } else {
            format!("?{}", parts.join("&"))
        }
    }
}

fn number(text: Option<&str>) -> Option<i64> {
    text?.parse().ok()
}

pub(super) async fn grid(
    member: Member,
    State(it): State<Pages>,
    Path((_, class, subject)): Path<(String, ClassId, SubjectId)>,
    Query(query): Query<GridQuery>,
) -> Result<Html<String>, Failure> {
    let today = it.today(&member.visit);
    let open = query.open(class, subject, today);
    let grid = it.journal.grid(&member.actor, open).await?;
    let page = view::grid(&grid, &member, today, &it.views);
    Ok(it.views.page(&member.visit, "journal/grid.html", &page)?)
}

/// Remembers how the member likes to see journals: `show` for each choice
/// that is on, `known` for each that was asked about.
pub(super) async fn choose(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let choices = |name: &str| -> Vec<GridChoice> {
        raw.all(name).filter_map(GridChoice::from_code).collect()
    };
    let on = choices("show");
    let mut off = choices("known");
    off.retain(|it| !on.contains(it));
    it.journal.choose_grid(&member.actor, &on, &off).await?;
    let back = web::safe_next(raw.get("back").unwrap_or_default());
    let journal = member.path("/journal");
    let to = if back.starts_with(&journal) {
        back.to_owned()
    } else {
        journal
    };
    Ok(Go::to(to).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Batch {
    ops: Vec<Operation>,
    /// Whose changes they are: on a shared computer somebody else may have
    /// signed in meanwhile.
    account: Option<AccountId>,
}

#[derive(Deserialize)]
pub(super) struct Page {
    /// The page that they were typed in.
    #[serde(default)]
    tab: u64,
}

#[derive(Serialize)]
pub(super) struct Results {
    results: Vec<ResultView>,
}

/// One operation's result, as the grid in the page reads it.
#[derive(Serialize)]
struct ResultView {
    op_id: uuid::Uuid,
    status: Status,
    version: i32,
    value: String,
    work: Option<WorkId>,
    by: Option<String>,
    at: Option<String>,
    text: Option<String>,
    /// Where a correction of a closed cell is asked for.
    ask: Option<String>,
}

pub(super) async fn operations(
    member: Member,
    State(it): State<Pages>,
    Query(page): Query<Page>,
    Json(batch): Json<Batch>,
) -> Result<Json<Results>, Failure> {
    let today = it.today(&member.visit);
    if batch.account.is_some_and(|it| it != member.actor.account) {
        return Err(web::Refused::SIGNED_OUT.into());
    }
    let results = it
        .journal
        .carry_out(&member.actor, today, &batch.ops, page.tab)
        .await?;
    let results = results
        .into_iter()
        .zip(&batch.ops)
        .map(|(result, op)| shown(&it, &member, result, op))
        .collect();
    Ok(Json(Results { results }))
}

fn shown(it: &Pages, member: &Member, result: OperationResult, op: &Operation) -> ResultView {
    let OperationResult { answer, by, at } = result;
    let closed = answer.why.is_some_and(crate::Why::is_closed);
    ResultView {
        ask: closed.then(|| super::corrections::ask_mark(member, op.lesson, answer.work, op.pupil)),
        op_id: answer.op_id,
        status: answer.status,
        version: answer.version,
        value: answer.value,
        work: answer.work,
        by,
        at: at.map(|at| at.with_timezone(&member.visit.zone()).to_rfc3339()),
        text: answer.why.map(|why| it.views.word(why.code())),
    }
}
