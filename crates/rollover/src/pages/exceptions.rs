use axum::response::{IntoResponse, Response};
use kernel::PersonId;
use movement::{GraduationDocument, LeavingReason, Place};
use serde::Serialize;
use web::{Failure, Flash, Go, Member, form::Raw};

use super::{Frame, Pages, is_done, view::Choice};
use crate::{Exception, ExceptionsStep, Gathering, Outcome, Step};

const TEMPLATE: &str = "rollover/exceptions.html";

#[derive(Serialize)]
struct ExceptionsPage {
    frame: Frame,
    error: Option<String>,
    classes: Vec<ClassView>,
    class: Option<ClassView>,
    pupils: Vec<PupilView>,
    outcomes: Vec<Choice>,
    /// Papers of graduates, then reasons of leavers.
    kinds: Vec<Choice>,
    /// Where the class goes by itself: «6А».
    goes_to: Option<String>,
    /// The parallel in which those without a class go on.
    goes_on: Option<i16>,
    /// Nobody said yet what becomes of those who are here.
    undecided: bool,
    has_classes: bool,
    open: bool,
}

#[derive(Clone, Serialize)]
struct ClassView {
    /// `17`, or `g7` of a parallel.
    id: String,
    /// «7А»
    name: Option<String>,
    grade: i16,
    count: usize,
    current: bool,
    href: String,
}

#[derive(Serialize)]
struct PupilView {
    id: PersonId,
    name: String,
    failing: u32,
    outcome: String,
    kind: String,
    note: String,
}

/// How a class or a parallel is called in addresses: `17`, `g7`.
fn code_of(place: Place) -> String {
    match place {
        Place::Class(id) => id.to_string(),
        Place::Grade(grade) => format!("g{grade}"),
    }
}

/// Reads [`code_of`].
fn place_of(code: &str) -> Option<Place> {
    match code.strip_prefix('g') {
        Some(grade) => grade.parse().ok().map(Place::Grade),
        None => code.parse().ok().map(Place::Class),
    }
}

/// What was sent, and why it was refused.
pub(super) struct Refused {
    raw: Raw,
    error: String,
}

/// `promote:17`, `graduate`.
fn value_of(it: &Exception) -> String {
    match it.to {
        Some(class) => format!("{}:{class}", it.outcome.code()),
        None => it.outcome.code().to_owned(),
    }
}

/// Reads [`value_of`]; none for an empty choice, which goes with the class.
fn parsed(value: &str, kind: &str, note: &str) -> Option<Exception> {
    let (outcome, to) = value
        .split_once(':')
        .map_or((value, None), |it| (it.0, Some(it.1)));
    let outcome = Outcome::from_code(outcome)?;
    let of_graduate = GraduationDocument::from_code(kind).is_some();
    let of_leaver = LeavingReason::from_code(kind).is_some();
    let fits = match outcome {
        Outcome::Graduate => of_graduate,
        Outcome::Leave => of_leaver,
        _ => false,
    };
    Some(Exception {
        outcome,
        to: to.and_then(|it| it.parse().ok()),
        kind: if fits { kind.to_owned() } else { String::new() },
        note: match outcome {
            Outcome::Graduate | Outcome::Leave => note.chars().take(200).collect(),
            _ => String::new(),
        },
    })
}

impl Pages {
    pub(super) async fn exceptions(
        &self,
        member: &Member,
        class: Option<&str>,
        refused: Option<Refused>,
    ) -> Result<Response, Failure> {
        let wanted = class.and_then(place_of);
        let step = self
            .rollover
            .exceptions_step(&member.actor, self.today(member), wanted)
            .await?;
        let chosen = step.chosen.as_ref().map(|it| it.place);
        let base = member.path("/settings/rollover/exceptions");
        let view = |it: &Gathering| ClassView {
            id: code_of(it.place),
            name: it.class.clone(),
            grade: it.grade,
            count: it.exceptions,
            current: chosen == Some(it.place),
            href: format!("{base}?class={}", code_of(it.place)),
        };
        let classes: Vec<ClassView> = step.gatherings.iter().map(view).collect();
        let mut all = step.higher.iter().chain(&step.same);
        let target = step.goes_to.flatten();
        let goes_to = target
            .and_then(Place::class)
            .and_then(|id| all.find(|it| it.id == id))
            .map(curriculum::Class::name);
        let sent = |field: String| refused.as_ref().and_then(|it| it.raw.get(&field));
        let pupils = step.pupils.iter().map(|it| {
            let id = it.pupil;
            let outcome = it.exception.as_ref().map(value_of).unwrap_or_default();
            let of = |get: fn(&Exception) -> &String| {
                it.exception.as_ref().map(get).cloned().unwrap_or_default()
            };
            PupilView {
                id,
                name: it.name.clone(),
                failing: it.failing,
                outcome: sent(format!("outcome.{id}")).unwrap_or(&outcome).to_owned(),
                kind: of(|it| &it.kind),
                note: of(|it| &it.note),
            }
        });
        let page = ExceptionsPage {
            frame: Frame::of(member, &step.scene, Some(Step::Exceptions), false),
            pupils: pupils.collect(),
            class: classes.iter().find(|it| it.current).cloned(),
            classes,
            outcomes: self.outcomes(&step),
            kinds: self.kinds(step.graduates),
            goes_to,
            goes_on: target.and_then(Place::grade),
            undecided: step.goes_to.is_none(),
            has_classes: !step.scene.transition.moves.is_empty(),
            open: !is_done(&step.scene),
            error: refused.as_ref().map(|it| it.error.clone()),
        };
        self.answered(member, TEMPLATE, &page, refused.is_some())
    }

    /// What may become of a pupil of the class.
    fn outcomes(&self, step: &ExceptionsStep) -> Vec<Choice> {
        let word = |outcome: Outcome, class: &str| {
            self.views.phrase(
                &format!("rollover.outcome.{}", outcome.code()),
                &[("class".to_owned(), class.to_owned())].into(),
            )
        };
        let into = |outcome: Outcome, classes: &[curriculum::Class]| -> Vec<Choice> {
            let choice = |it: &curriculum::Class| {
                Choice::of(
                    &format!("{}:{}", outcome.code(), it.id),
                    word(outcome, &it.name()),
                )
            };
            classes.iter().map(choice).collect()
        };
        let mut all = into(Outcome::Promote, &step.higher);
        all.extend(into(Outcome::Conditional, &step.higher));
        all.extend(into(Outcome::Repeat, &step.same));
        if step.graduates {
            all.push(Choice::of(&"graduate", word(Outcome::Graduate, "")));
        }
        all.push(Choice::of(&"leave", word(Outcome::Leave, "")));
        all
    }

    fn kinds(&self, graduates: bool) -> Vec<Choice> {
        let word = |code: &str| self.views.word(&format!("rollover.kind.{code}"));
        let papers = GraduationDocument::ALL.iter().map(|it| it.code());
        let reasons = LeavingReason::ALL.iter().map(|it| it.code());
        papers
            .filter(|_| graduates)
            .chain(reasons)
            .map(|it| Choice::of(&it, word(it)))
            .collect()
    }

    pub(super) async fn set_exceptions(
        &self,
        member: &Member,
        raw: &Raw,
    ) -> Result<Response, Failure> {
        let class = raw.get("class").unwrap_or_default();
        let of = place_of(class).ok_or(crate::Error::NoSuchStep)?;
        let wanted = raw.under("outcome.").filter_map(|(pupil, value)| {
            let field = |name: &str| raw.get(&format!("{name}.{pupil}")).unwrap_or_default();
            let wish = parsed(value, field("kind"), field("note"))?;
            Some((pupil.parse().ok()?, wish))
        });
        let wanted: Vec<(PersonId, Exception)> = wanted.collect();
        let done = self
            .rollover
            .set_exceptions(&member.actor, self.today(member), of, wanted)
            .await;
        match done {
            Ok(()) => {
                let to = member.path(&format!("/settings/rollover/exceptions?class={class}"));
                let flash = Flash::done("rollover.flash.exceptions");
                Ok(Go::to(to).say(&flash).into_response())
            }
            Err(error) => {
                let refused = Refused {
                    raw: raw.clone(),
                    error: self.said(error)?,
                };
                self.exceptions(member, Some(class), Some(refused)).await
            }
        }
    }
}
