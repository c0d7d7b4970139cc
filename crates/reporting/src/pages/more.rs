//! The parts of a report's form that only reports of marks have.

use journal::Slot;
use serde::Serialize;
use web::{Views, form::Raw};

use super::Choice;
use crate::{Asked, Error, Kind, Made, MarksWish, TypedDay, WorkChoice, output::slot_name};

/// What may be chosen beside class, period and teacher.
#[derive(Default, Serialize)]
pub(super) struct MoreView {
    pupils: Vec<Choice>,
    subjects: Vec<Choice>,
    /// Boxes of «Сводная ведомость».
    slots: Vec<Choice>,
    averages: Option<bool>,
    days: Option<DaysView>,
    works: Vec<Choice>,
    steps: Vec<Choice>,
}

/// First and last day instead of a period, as they were typed.
#[derive(Serialize)]
struct DaysView {
    from: DayView,
    to: DayView,
    given: bool,
}

#[derive(Serialize)]
struct DayView {
    value: String,
    error: Option<String>,
}

/// What is wrong with a field, in words.
pub(super) fn error_of(made: &Made, name: &str, views: &Views) -> Option<String> {
    let (_, fault) = made.faults.iter().find(|it| it.0 == name)?;
    let args = fault.args().into_iter();
    let args = args.map(|(name, value)| (name.to_owned(), value));
    Some(views.phrase(
        &format!("reporting.day-error.{}", fault.code()),
        &args.collect(),
    ))
}

fn days_view(made: &Made, asked: &Asked, views: &Views) -> DaysView {
    let view = |name, typed: &TypedDay| {
        let day = typed.day.filter(|_| made.faults.is_empty());
        DayView {
            value: day.map_or_else(|| typed.text.clone(), kernel::dates::show_date),
            error: error_of(made, name, views),
        }
    };
    DaysView {
        from: view("from", &asked.days.from),
        to: view("to", &asked.days.to),
        given: asked.days.is_span(),
    }
}

impl MarksWish {
    /// Reads what the form of a report sends.
    pub(super) fn read(raw: &Raw) -> Result<Self, Error> {
        let number = |name: &str| -> Result<Option<i64>, Error> {
            let text = raw.get(name).filter(|it| !it.is_empty());
            text.map(|it| it.parse().map_err(|_| Error::NotFound))
                .transpose()
        };
        let slots: Option<Vec<Slot>> = raw.all("slot").map(Slot::from_code).collect();
        let works = raw.get("works").and_then(WorkChoice::from_code);
        Ok(Self {
            pupil: number("pupil")?.map(Into::into),
            subject: number("subject")?.map(Into::into),
            slots: slots.ok_or(Error::NotFound)?,
            week: None,
            works: works.unwrap_or_default(),
            by_week: raw.get("step") == Some("week"),
            // The form says `set`, so that an empty box is an answer.
            without_averages: raw.get("set").is_some() && raw.get("averages").is_none(),
        })
    }
}

impl MoreView {
    pub(super) fn of(made: &Made, asked: &Asked, views: &Views) -> Self {
        let (kind, more) = (asked.kind, &made.more);
        let word = |it: &str| views.word(&format!("reporting.choose.{it}"));
        let empty = |label: String, selected| Choice {
            value: String::new(),
            label,
            selected,
        };
        let mut it = Self {
            days: kind.has_days().then(|| days_view(made, asked, views)),
            ..Self::default()
        };
        let pupil = more.pupil.as_ref().map(|it| it.id);
        if kind == Kind::ParentLetter && !more.pupils.is_empty() {
            it.pupils.push(empty(word("whole-class"), pupil.is_none()));
        }
        it.pupils.extend(more.pupils.iter().map(|card| Choice {
            value: card.id.to_string(),
            label: card.listed(),
            selected: pupil == Some(card.id),
        }));
        let subject = more.subject.as_ref().map(|it| it.id);
        if kind.has_all_subjects() {
            let all = empty(word("all-subjects"), subject.is_none());
            it.subjects.push(all);
        }
        it.subjects.extend(more.subjects.iter().map(|of| Choice {
            value: of.id.to_string(),
            label: of.name.clone(),
            selected: subject == Some(of.id),
        }));
        it.slots.extend(more.slots.iter().map(|slot| Choice {
            value: slot.code(),
            label: slot_name(views, *slot),
            selected: more.shown.contains(slot),
        }));
        if kind == Kind::ClassMarks {
            it.averages = Some(!asked.of_marks.without_averages);
        }
        if kind.has_works() {
            it.works.extend(WorkChoice::ALL.map(|of| Choice {
                value: of.code().to_owned(),
                label: word(&format!("works-{}", of.code())),
                selected: of == asked.of_marks.works,
            }));
        }
        if kind.has_steps() {
            it.steps.extend(["month", "week"].map(|step| Choice {
                value: step.to_owned(),
                label: word(step),
                selected: asked.of_marks.by_week == (step == "week"),
            }));
        }
        it
    }
}

/// What was chosen besides, as an address says it.
pub(super) fn chosen(made: &Made, asked: &Asked) -> String {
    let (kind, more) = (asked.kind, &asked.of_marks);
    let pupil = made.more.pupil.as_ref();
    let pupil = pupil.filter(|_| !made.more.pupils.is_empty());
    let subject = made.more.subject.as_ref();
    let days = made.more.days.filter(|_| asked.days.is_span());
    let by_week = kind.has_steps() && more.by_week;
    let mut parts = vec![
        pupil.map(|it| format!("pupil={}&", it.id)),
        subject.map(|it| format!("subject={}&", it.id)),
        days.map(|it| format!("from={}&to={}&", it.0, it.1)),
        kind.has_works()
            .then(|| format!("works={}&", more.works.code())),
        by_week.then(|| "step=week&".to_owned()),
    ];
    if kind == Kind::ClassMarks {
        parts.push(Some("set=1&".to_owned()));
        parts.push((!more.without_averages).then(|| "averages=1&".to_owned()));
        let shown = made.more.shown.iter();
        parts.extend(shown.map(|it| Some(format!("slot={}&", it.code()))));
    }
    parts.into_iter().flatten().collect()
}
