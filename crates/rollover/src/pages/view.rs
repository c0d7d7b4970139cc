//! What all steps show.

use kernel::Right;
use serde::Serialize;
use web::Member;

use crate::{Item, Scene, State, Step};

/// The steps around a page.
#[derive(Clone, Serialize)]
pub(super) struct Frame {
    /// «2026/27»
    pub(super) from: String,
    pub(super) to: Option<String>,
    pub(super) steps: Vec<StepView>,
    pub(super) current: Option<StepView>,
    pub(super) previous: Option<StepView>,
    pub(super) next: Option<StepView>,
    pub(super) done: bool,
    pub(super) taken_back: bool,
    pub(super) may_close: bool,
    pub(super) base: String,
    /// How many steps are over.
    pub(super) over: usize,
}

#[derive(Clone, Serialize)]
pub(super) struct StepView {
    pub(super) code: &'static str,
    pub(super) number: usize,
    pub(super) href: String,
    pub(super) progress: &'static str,
}

/// «2026/27»
pub(super) fn year_name(it: &curriculum::Year) -> String {
    kernel::dates::AcademicYear::of(it.starts_on).to_string()
}

impl Frame {
    /// `ready`: nothing is left to be done in the old year; only the first
    /// step asks.
    pub(super) fn of(member: &Member, scene: &Scene, current: Option<Step>, ready: bool) -> Self {
        let base = member.path("/settings/rollover");
        let view = |(at, it): (usize, &Step)| StepView {
            code: it.code(),
            number: at + 1,
            href: format!("{base}/{}", it.code()),
            progress: scene.progress(*it, ready).code(),
        };
        let steps: Vec<StepView> = Step::ALL.iter().enumerate().map(view).collect();
        let at = current.and_then(|it| Step::ALL.iter().position(|step| *step == it));
        let nth = |at: Option<usize>| at.and_then(|it| steps.get(it)).cloned();
        Self {
            from: year_name(&scene.from),
            to: scene.to.as_ref().map(year_name),
            current: nth(at),
            previous: nth(at.and_then(|it| it.checked_sub(1))),
            next: match at {
                Some(at) => nth(Some(at + 1)),
                None => steps.iter().find(|it| it.progress == "next").cloned(),
            },
            done: scene.transition.state == State::Done,
            taken_back: scene.transition.taken_back_at.is_some(),
            may_close: member.actor.may_in_org(Right::YearClose).is_ok(),
            over: steps.iter().filter(|it| it.progress == "done").count(),
            steps,
            base,
        }
    }
}

/// So many places are named of each thing; the count is of all.
const NAMED: usize = 30;

#[derive(Serialize)]
pub(super) struct ItemView {
    code: &'static str,
    count: u32,
    blocks: bool,
    spots: Vec<SpotView>,
    more: usize,
}

#[derive(Serialize)]
struct SpotView {
    class: Option<String>,
    grade: Option<i16>,
    pupil: Option<String>,
    subject: Option<String>,
    order: Option<&'static str>,
    count: u32,
    href: String,
}

impl ItemView {
    pub(super) fn of(member: &Member, it: &Item) -> Self {
        let spots = it.spots.iter().take(NAMED).map(|it| SpotView {
            class: it.class.clone(),
            grade: it.grade,
            pupil: it.pupil.clone(),
            subject: it.subject.clone(),
            order: it.order.map(movement::OrderKind::code),
            count: it.count,
            href: member.path(&it.path),
        });
        Self {
            code: it.code,
            count: it.count,
            blocks: it.blocks,
            spots: spots.collect(),
            more: it.spots.len().saturating_sub(NAMED),
        }
    }
}

/// A choice of a form.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

impl Choice {
    pub(super) fn of(value: &impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
        }
    }
}
