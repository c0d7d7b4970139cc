//! «Мастер ввода данных» (ORG-6; `ux.md` §3.5): a list of steps, and a page
//! for each of them that leads into the pages and imports of the domains.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::NaiveDate;
use serde::Serialize;
use web::{Failure, Flash, Go, Member, Path, Views, form::Raw};

use crate::{
    Error, Mark, Setup,
    setup::{Progress, SetupStep, Step},
};

/// The routes of «Мастер ввода данных».
pub const SETUP_ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/setup"),
    ("GET", "/o/{org}/setup/{step}"),
    ("POST", "/o/{org}/setup/{step}"),
];

#[derive(Clone)]
struct Pages {
    setup: Setup,
    views: Views,
}

/// The routes of the wizard, which asks all domains.
pub fn setup_router(setup: Setup, views: Views) -> Router {
    Router::new()
        .route("/o/{org}/setup", get(list))
        .route("/o/{org}/setup/{step}", get(step).post(mark))
        .with_state(Pages { setup, views })
}

/// Where a step is done: the word is `setup.link.<code>`.
type Way = (&'static str, &'static str);

/// Imports come first: a school has its lists already.
const fn ways(step: Step) -> &'static [Way] {
    match step {
        Step::Card => &[
            ("card", "/settings/org/edit"),
            ("import-organisation", "/import/organisation"),
            ("options", "/settings/options"),
            ("rooms", "/timetable/rooms"),
        ],
        Step::Year => &[
            ("years", "/study/years"),
            ("bells", "/timetable/bells"),
            ("workdays", "/settings/workdays"),
        ],
        Step::Staff => &[
            ("import-staff", "/import/staff"),
            ("staff", "/people/staff"),
        ],
        Step::Subjects => &[("subjects", "/study/subjects"), ("scales", "/study/scales")],
        Step::Classes => &[("classes", "/study/classes")],
        Step::Load => &[
            ("import-loads", "/import/loads"),
            ("load", "/study/load"),
            ("import-plans", "/import/plans"),
            ("plans", "/study/plans"),
        ],
        Step::Pupils => &[
            ("import-pupils", "/import/pupils"),
            ("import-parents", "/import/parents"),
            ("pupils", "/people/pupils"),
        ],
        Step::Timetable => &[
            ("import-timetable", "/import/timetable"),
            ("timetable", "/timetable/edit"),
            ("publish", "/timetable/publish"),
        ],
        Step::Access => &[
            ("access", "/settings/access"),
            ("accounts", "/settings/accounts"),
        ],
    }
}

#[derive(Serialize)]
struct ListPage {
    steps: Vec<StepView>,
    /// How many are over.
    done: usize,
    /// The first that is not.
    next: Option<StepView>,
}

#[derive(Clone, Serialize)]
struct StepView {
    code: &'static str,
    number: usize,
    href: String,
    progress: &'static str,
    /// How many things are to be looked at.
    remarks: usize,
    over: bool,
    mark: &'static str,
    facts: Vec<FactView>,
}

#[derive(Clone, Serialize)]
struct FactView {
    code: &'static str,
    count: i64,
    standing: &'static str,
}

#[derive(Serialize)]
struct LinkView {
    code: &'static str,
    href: String,
}

#[derive(Serialize)]
struct StepPage {
    step: StepView,
    ways: Vec<LinkView>,
    previous: Option<StepView>,
    next: Option<StepView>,
    count: usize,
    /// The remarks can be passed over.
    may_check: bool,
}

fn views(member: &Member, steps: &[SetupStep]) -> Vec<StepView> {
    let view = |(at, it): (usize, &SetupStep)| StepView {
        code: it.step.code(),
        number: at + 1,
        href: member.path(&format!("/setup/{}", it.step.code())),
        progress: it.progress.code(),
        remarks: match it.progress {
            Progress::Remarks(count) => count,
            _ => 0,
        },
        over: it.progress.is_over(),
        mark: it.mark.map_or("", Mark::code),
        facts: it
            .facts
            .iter()
            .map(|it| FactView {
                code: it.code,
                count: it.count,
                standing: it.standing.code(),
            })
            .collect(),
    };
    steps.iter().enumerate().map(view).collect()
}

impl Pages {
    fn today(&self, member: &Member) -> NaiveDate {
        self.views.today(&member.visit)
    }
}

async fn list(member: Member, State(it): State<Pages>) -> Result<Response, Failure> {
    let steps = it.setup.steps(&member.actor, it.today(&member)).await?;
    let steps = views(&member, &steps);
    let page = ListPage {
        done: steps.iter().filter(|it| it.over).count(),
        next: steps.iter().find(|it| !it.over).cloned(),
        steps,
    };
    let html = it.views.page(&member.visit, "org/setup.html", &page)?;
    Ok(html.into_response())
}

async fn step(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let steps = it.setup.steps(&member.actor, it.today(&member)).await?;
    let wanted = Step::from_code(&code).ok_or(Error::NoSuchStep)?;
    let all = views(&member, &steps);
    let at = all.iter().position(|it| it.code == wanted.code());
    let at = at.ok_or(Error::NoSuchStep)?;
    let page = StepPage {
        step: all[at].clone(),
        ways: ways(wanted)
            .iter()
            .map(|(code, path)| LinkView {
                code,
                href: member.path(path),
            })
            .collect(),
        previous: at.checked_sub(1).and_then(|it| all.get(it)).cloned(),
        next: all.get(at + 1).cloned(),
        count: all.len(),
        may_check: matches!(steps[at].progress, Progress::Remarks(_)),
    };
    let html = it.views.page(&member.visit, "org/setup_step.html", &page)?;
    Ok(html.into_response())
}

async fn mark(
    member: Member,
    State(it): State<Pages>,
    Path((_, code)): Path<(String, String)>,
    raw: Raw,
) -> Result<Go, Failure> {
    let step = Step::from_code(&code).ok_or(Error::NoSuchStep)?;
    let mark = raw.get("mark").and_then(Mark::from_code);
    it.setup.mark(&member.actor, step, mark).await?;
    let flash = match mark {
        Some(Mark::Checked) => "setup.flash.checked",
        Some(Mark::Skipped) => "setup.flash.skipped",
        None => "setup.flash.back",
    };
    Ok(Go::to(member.path("/setup")).say(&Flash::done(flash)))
}
