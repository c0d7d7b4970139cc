//! An order as it is typed.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use garde::Validate;
use kernel::PersonId;
use serde::Deserialize;
use web::{FormState, form::Raw};

use crate::{
    CameKind, Details, GraduationDocument, LeavingReason, Order, OrderDraft, OrderKind, OrderLine,
    Place, RepeatGround, Scope, StateExams, StudyForm,
};

/// `number.17=А-12`: the number of the paper of pupil 17.
const NUMBER: &str = "number.";

/// The fields of all kinds; each kind's page has those that it needs. Numbers
/// of papers come beside them, one a pupil, so that unknown fields are not refused.
#[derive(Debug, Deserialize, Validate)]
pub(super) struct OrderForm {
    #[serde(default)]
    #[garde(skip)]
    pub(super) seen: i32,
    #[garde(skip)]
    ordered_on: NaiveDate,
    #[garde(skip)]
    effective_on: NaiveDate,
    #[serde(default)]
    #[garde(length(chars, max = 500))]
    basis: String,
    /// «501», or «g10» for a parallel without a class.
    #[serde(default)]
    #[garde(skip)]
    class: String,
    #[serde(default)]
    #[garde(skip)]
    came_kind: String,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    came_from: String,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    went_to: String,
    #[serde(default)]
    #[garde(length(chars, max = 300))]
    place: String,
    #[serde(default)]
    #[garde(skip)]
    scope: String,
    /// The school of the region that leavers go to, chosen from the list.
    #[serde(default)]
    #[garde(skip)]
    school: String,
    #[serde(default)]
    #[garde(skip)]
    study_form: String,
    #[serde(default)]
    #[garde(length(chars, max = 100))]
    application: String,
    #[serde(default)]
    #[garde(skip)]
    reason: String,
    #[serde(default)]
    #[garde(skip)]
    conditional: String,
    #[serde(default)]
    #[garde(skip)]
    ground: String,
    #[serde(default)]
    #[garde(skip)]
    document: String,
    #[garde(skip)]
    document_on: Option<NaiveDate>,
    #[serde(default)]
    #[garde(skip)]
    exams: String,
    #[garde(skip)]
    pupils: Vec<i64>,
}

/// Where «501» or «g10» is.
pub(super) fn place_of(value: &str) -> Option<Place> {
    match value.strip_prefix('g') {
        Some(grade) => grade.parse().ok().map(Place::Grade),
        None => value.parse::<i64>().ok().map(|it| Place::Class(it.into())),
    }
}

/// «501» or «g10».
pub(super) fn value_of(place: Place) -> String {
    match place {
        Place::Class(id) => id.to_string(),
        Place::Grade(grade) => format!("g{grade}"),
    }
}

/// The pupils that are ticked.
pub(super) fn chosen(raw: &Raw) -> HashSet<PersonId> {
    raw.all("pupils").filter_map(|it| it.parse().ok()).collect()
}

/// The number of each pupil's paper.
fn numbers(raw: &Raw) -> HashMap<PersonId, String> {
    raw.under(NUMBER)
        .filter_map(|(pupil, it)| {
            let short: String = it.chars().take(40).collect();
            Some((pupil.parse().ok()?, short))
        })
        .collect()
}

impl OrderForm {
    /// What the form says of all pupils alike.
    fn details(&self, kind: OrderKind) -> Details {
        let none = Details::default();
        match kind {
            OrderKind::Enrolment => Details {
                came_kind: CameKind::from_code(&self.came_kind),
                place: self.place.clone(),
                scope: Scope::from_code(&self.scope),
                study_form: StudyForm::from_code(&self.study_form),
                application: self.application.clone(),
                ..none
            },
            OrderKind::Leaving => Details {
                to_school: self.school.parse::<i64>().ok().map(Into::into),
                place: self.place.clone(),
                scope: Scope::from_code(&self.scope),
                ..none
            },
            OrderKind::Transfer => none,
            OrderKind::Promotion => Details {
                conditional: !self.conditional.is_empty(),
                ..none
            },
            OrderKind::Repeat => Details {
                ground: RepeatGround::from_code(&self.ground),
                application: self.application.clone(),
                ..none
            },
            OrderKind::Graduation => Details {
                document: GraduationDocument::from_code(&self.document),
                document_on: self.document_on,
                exams: StateExams::from_code(&self.exams),
                ..none
            },
        }
    }

    fn line(&self, kind: OrderKind, pupil: PersonId) -> OrderLine {
        let line = OrderLine::of(pupil).with(self.details(kind));
        let came = kind == OrderKind::Enrolment;
        let left = kind == OrderKind::Leaving;
        let reason = LeavingReason::from_code(&self.reason).unwrap_or(LeavingReason::Other);
        let text = |said: bool, it: &String| if said { it.clone() } else { String::new() };
        let line = OrderLine {
            came_from: text(came, &self.came_from),
            went_to: text(left, &self.went_to),
            reason: left.then_some(reason),
            ..line
        };
        match place_of(&self.class) {
            Some(place) if !kind.leads_out() => line.to(place),
            _ => line,
        }
    }

    /// The order as it is typed. Where the class is left open, pupils of the
    /// draft that is changed keep theirs.
    pub(super) fn draft(&self, kind: OrderKind, raw: &Raw, known: &[OrderLine]) -> OrderDraft {
        let numbers = numbers(raw);
        let line = |pupil: &i64| {
            let pupil = PersonId::from(*pupil);
            let mut line = self.line(kind, pupil);
            let before = known.iter().find(|it| it.pupil == pupil);
            if let (None, Some(before)) = (line.place(), before) {
                (line.to_class, line.to_grade) = (before.to_class, before.to_grade);
            }
            let number = numbers.get(&pupil).cloned().unwrap_or_default();
            match kind {
                OrderKind::Enrolment => line.details.file_number = number,
                OrderKind::Graduation => line.details.document_number = number,
                _ => {}
            }
            line
        };
        OrderDraft {
            kind,
            ordered_on: self.ordered_on,
            effective_on: self.effective_on,
            basis: self.basis.clone(),
            lines: self.pupils.iter().map(line).collect(),
        }
    }
}

/// Whether the pupils of the draft go to different places.
pub(super) fn is_mixed(lines: &[OrderLine]) -> bool {
    lines.windows(2).any(|it| it[0].place() != it[1].place())
}

/// A draft as the form shows it.
pub(super) fn typed(order: &Order, lines: &[OrderLine]) -> FormState {
    let first = lines.first().cloned();
    let first = first.unwrap_or_else(|| OrderLine::of(0.into()));
    let day = |it: NaiveDate| kernel::dates::show_date(it);
    let class = first.place().filter(|_| !is_mixed(lines));
    let it = &first.details;
    let mut form = FormState::new()
        .with("ordered_on", &day(order.ordered_on))
        .with("effective_on", &day(order.effective_on))
        .with("basis", &order.basis)
        .with("class", &class.map(value_of).unwrap_or_default())
        .with("came_from", &first.came_from)
        .with("went_to", &first.went_to)
        .with("place", &it.place)
        .with("application", &it.application)
        .with("reason", first.reason.map_or("", LeavingReason::code))
        .with("came_kind", it.came_kind.map_or("", CameKind::code))
        .with(
            "school",
            &it.to_school.map(|it| it.to_string()).unwrap_or_default(),
        )
        .with("scope", it.scope.map_or("", Scope::code))
        .with("study_form", it.study_form.map_or("", StudyForm::code))
        .with("conditional", if it.conditional { "1" } else { "" })
        .with("ground", it.ground.map_or("", RepeatGround::code))
        .with("document", it.document.map_or("", GraduationDocument::code))
        .with("document_on", &it.document_on.map(day).unwrap_or_default())
        .with("exams", it.exams.map_or("", StateExams::code));
    for line in lines {
        let number = match order.kind {
            OrderKind::Enrolment => &line.details.file_number,
            _ => &line.details.document_number,
        };
        form = form.with(&format!("{NUMBER}{}", line.pupil), number);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_value() {
        for place in [Place::Class(501.into()), Place::Grade(10)] {
            assert_eq!(place_of(&value_of(place)), Some(place));
        }
        assert_eq!(place_of(""), None);
        assert_eq!(place_of("gx"), None);
    }

    fn sent(text: &str) -> (OrderForm, Raw) {
        let raw = Raw::parse(text.as_bytes()).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let form = web::Checked::<OrderForm>::read(&raw, day, None).value;
        (form.unwrap(), raw)
    }

    const DAYS: &str = "ordered_on=2027-06-25&effective_on=2027-06-30";

    #[test]
    fn each_graduate_has_a_number_of_the_paper() {
        let (form, raw) = sent(&format!(
            "{DAYS}&document=honours&pupils=7&pupils=8&number.7=123&number.9=9&class=501"
        ));
        let draft = form.draft(OrderKind::Graduation, &raw, &[]);
        let told: Vec<_> = draft
            .lines
            .iter()
            .map(|it| (it.pupil.get(), it.details.document_number.as_str()))
            .collect();
        assert_eq!(told, [(7, "123"), (8, "")]);
        assert!(draft.lines.iter().all(|it| it.place().is_none()));
    }

    #[test]
    fn pupils_keep_their_classes_where_none_is_chosen_for_all() {
        let (form, raw) = sent(&format!("{DAYS}&pupils=7&pupils=8&class="));
        let known = [OrderLine::of(7.into()).to(Place::Class(601.into()))];
        let draft = form.draft(OrderKind::Promotion, &raw, &known);
        assert_eq!(draft.lines[0].place(), Some(Place::Class(601.into())));
        assert_eq!(draft.lines[1].place(), None);
    }
}
