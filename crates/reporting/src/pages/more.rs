//! The parts of a report's form that only reports of marks have.

use chrono::NaiveDate;
use journal::Slot;
use serde::Serialize;
use web::{Views, form::Raw};

use super::Choice;
use crate::{Asked, Error, Kind, Made, MarksWish, WorkChoice, output::slot_name};

/// What may be chosen beside class, period and teacher.
#[derive(Default, Serialize)]
pub(super) struct MoreView {
    pupils: Vec<Choice>,
    subjects: Vec<Choice>,
    /// Boxes of «Сводная ведомость».
    slots: Vec<Choice>,
    averages: Option<bool>,
    days: Option<(NaiveDate, NaiveDate)>,
    /// Days were given, not those of the period.
    days_given: bool,
    works: Vec<Choice>,
    steps: Vec<Choice>,
}

impl MarksWish {
    /// Reads what the form of a report sends.
    pub(super) fn read(raw: &Raw) -> Result<Self, Error> {
        let number = |name: &str| -> Result<Option<i64>, Error> {
            let text = raw.get(name).filter(|it| !it.is_empty());
            text.map(|it| it.parse().map_err(|_| Error::NotFound))
                .transpose()
        };
        let day = |name: &str| raw.get(name).and_then(|it| it.parse::<NaiveDate>().ok());
        let slots: Option<Vec<Slot>> = raw.all("slot").map(Slot::from_code).collect();
        let works = raw.get("works").and_then(WorkChoice::from_code);
        Ok(Self {
            pupil: number("pupil")?.map(Into::into),
            subject: number("subject")?.map(Into::into),
            slots: slots.ok_or(Error::NotFound)?,
            from: day("from"),
            to: day("to"),
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
            days: more.days,
            days_given: asked.of_marks.from.is_some() || asked.of_marks.to.is_some(),
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
        if kind == Kind::PupilAverageCourse {
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
        if kind.has_days() || kind == Kind::PupilMarks {
            it.works.extend(WorkChoice::ALL.map(|of| Choice {
                value: of.code().to_owned(),
                label: word(&format!("works-{}", of.code())),
                selected: of == asked.of_marks.works,
            }));
        }
        if kind == Kind::PupilAverageCourse {
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
    let has_works = kind.has_days() || kind == Kind::PupilMarks;
    let by_week = kind == Kind::PupilAverageCourse && more.by_week;
    let mut parts = vec![
        pupil.map(|it| format!("pupil={}&", it.id)),
        subject.map(|it| format!("subject={}&", it.id)),
        more.from.map(|it| format!("from={it}&")),
        more.to.map(|it| format!("to={it}&")),
        has_works.then(|| format!("works={}&", more.works.code())),
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
