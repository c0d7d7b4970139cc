//! What the form of an order shows.

use std::collections::HashSet;

use chrono::NaiveDate;
use kernel::{ClassId, PersonId};
use serde::Serialize;
use web::{FormState, Member};

use super::sent::value_of;
use crate::{
    CameKind, GraduationDocument, LeavingReason, OrderId, OrderKind, Place, RepeatGround, Roll,
    Scope, StateExams, StudyForm,
};

#[derive(Serialize)]
pub(super) struct FormPage {
    kind: OrderKind,
    action: String,
    back: String,
    form: FormState,
    seen: i32,
    classes: Vec<Choice>,
    /// Parallels where a pupil waits for a class.
    grades: Vec<Choice>,
    /// The pupils of the draft go to different classes.
    mixed: bool,
    codes: Codes,
    groups: Vec<Group>,
    /// Forms with one whole class ticked.
    whole: Vec<Link>,
    /// Where a pupil without a card is entered.
    enter: String,
    /// Schools of the region that leavers may be offered to.
    schools: Vec<Choice>,
    /// It may be issued at once, with the slips of those who come.
    with_slips: bool,
}

/// The choices that the kinds offer; their words are in the template.
#[derive(Serialize)]
struct Codes {
    reasons: Vec<&'static str>,
    came_kinds: Vec<&'static str>,
    scopes: Vec<&'static str>,
    study_forms: Vec<&'static str>,
    grounds: Vec<&'static str>,
    documents: Vec<&'static str>,
    exams: Vec<&'static str>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct Link {
    href: String,
    label: String,
    current: bool,
}

/// Pupils to choose from: a class, a parallel, or those in neither.
#[derive(Serialize)]
struct Group {
    class: Option<String>,
    /// The parallel of those who wait for a class.
    grade: Option<i16>,
    pupils: Vec<Pupil>,
    open: bool,
}

#[derive(Serialize)]
struct Pupil {
    id: PersonId,
    name: String,
    born_on: Option<NaiveDate>,
    chosen: bool,
    /// The number of the paper as typed.
    number: String,
}

/// Whom the page offers and who is ticked.
pub(super) struct Offer<'a> {
    pub(super) kind: OrderKind,
    pub(super) roll: &'a Roll,
    pub(super) chosen: &'a HashSet<PersonId>,
    /// Only this class, all of it ticked save for what was unticked.
    pub(super) whole: Option<ClassId>,
}

impl Codes {
    fn all() -> Self {
        Self {
            reasons: LeavingReason::ALL.iter().map(|it| it.code()).collect(),
            came_kinds: CameKind::ALL.iter().map(|it| it.code()).collect(),
            scopes: Scope::ALL.iter().map(|it| it.code()).collect(),
            study_forms: StudyForm::ALL.iter().map(|it| it.code()).collect(),
            grounds: RepeatGround::ALL.iter().map(|it| it.code()).collect(),
            documents: GraduationDocument::ALL.iter().map(|it| it.code()).collect(),
            exams: StateExams::ALL.iter().map(|it| it.code()).collect(),
        }
    }
}

impl FormPage {
    pub(super) fn of(member: &Member, offer: &Offer<'_>, form: FormState) -> Self {
        let orders = member.path("/movement/orders");
        let kind = offer.kind;
        Self {
            kind,
            action: format!("{orders}/new"),
            groups: offer.groups(&form),
            whole: offer.whole_classes(&orders),
            back: orders,
            form,
            seen: 0,
            mixed: false,
            with_slips: false,
            codes: Codes::all(),
            classes: offer.classes(),
            grades: offer.grades(),
            enter: member.path("/people/pupils/new"),
            schools: offer
                .roll
                .schools
                .iter()
                .map(|it| Choice {
                    value: it.id.to_string(),
                    label: it.name.clone(),
                })
                .collect(),
        }
    }

    /// Where the head does not sign orders, enrolment ends with slips.
    pub(super) fn ending(self, director_signs: bool) -> Self {
        Self {
            with_slips: self.kind == OrderKind::Enrolment && !director_signs,
            ..self
        }
    }

    pub(super) fn change(self, member: &Member, id: OrderId, seen: i32, mixed: bool) -> Self {
        let path = member.path(&format!("/movement/orders/{id}"));
        Self {
            action: format!("{path}/edit"),
            back: path,
            whole: Vec::new(),
            mixed,
            seen,
            ..self
        }
    }
}

impl Offer<'_> {
    /// Classes to be in: of the year, or of the next one where the kind leads there.
    fn classes(&self) -> Vec<Choice> {
        let roll = self.roll;
        let classes: Vec<&curriculum::Class> = match self.kind {
            OrderKind::Leaving | OrderKind::Graduation => Vec::new(),
            OrderKind::Transfer => roll.classes.iter().collect(),
            OrderKind::Enrolment => roll.classes.iter().chain(&roll.next).collect(),
            OrderKind::Promotion | OrderKind::Repeat if roll.next.is_empty() => {
                roll.classes.iter().collect()
            }
            OrderKind::Promotion | OrderKind::Repeat => roll.next.iter().collect(),
        };
        let name = |it: &curriculum::Class| {
            let is_next = roll.next.iter().any(|next| next.id == it.id);
            match roll.next_starts.filter(|_| is_next) {
                Some(day) => format!("{} ({})", it.name(), kernel::dates::show_date(day)),
                None => it.name(),
            }
        };
        let choice = |it: &curriculum::Class| Choice {
            value: value_of(Place::Class(it.id)),
            label: name(it),
        };
        classes.into_iter().map(choice).collect()
    }

    /// Parallels without a class, where the kind knows such.
    fn grades(&self) -> Vec<Choice> {
        let last = match self.kind {
            OrderKind::Enrolment | OrderKind::Promotion => 11,
            _ => return Vec::new(),
        };
        let choice = |grade| Choice {
            value: value_of(Place::Grade(grade)),
            label: grade.to_string(),
        };
        // A kindergarten has groups only.
        if self.roll.classes.iter().all(|it| it.grade == 0) {
            return Vec::new();
        }
        (1..=last).map(choice).collect()
    }

    fn group(&self, form: &FormState, at: Option<Place>, cards: Vec<&people::Card>) -> Group {
        let is_whole = self.whole.is_some() && at.and_then(Place::class) == self.whole;
        let pupil = |it: &people::Card| Pupil {
            id: it.id,
            name: it.full(),
            born_on: it.born_on,
            chosen: self.chosen.contains(&it.id) || is_whole && self.chosen.is_empty(),
            number: form.value(&format!("number.{}", it.id)).to_owned(),
        };
        let pupils: Vec<Pupil> = cards.into_iter().map(pupil).collect();
        let class = at.and_then(Place::class);
        Group {
            class: class.and_then(|it| self.roll.name_of(it)),
            grade: at.and_then(Place::grade),
            open: pupils.iter().any(|it| it.chosen),
            pupils,
        }
    }

    fn groups(&self, form: &FormState) -> Vec<Group> {
        if self.kind == OrderKind::Enrolment {
            return vec![self.group(form, None, self.roll.outside.iter().collect())];
        }
        let at = |place: Place| -> Vec<&people::Card> {
            let there = self.roll.enrolled.iter().filter(|it| it.1 == place);
            there.map(|it| &it.0).collect()
        };
        self.sources()
            .into_iter()
            .filter(|it| self.whole.is_none() || it.class() == self.whole)
            .map(|it| self.group(form, Some(it), at(it)))
            .filter(|it| !it.pupils.is_empty())
            .collect()
    }

    /// Where the pupils are that the kind may concern; only the last grades graduate.
    fn sources(&self) -> Vec<Place> {
        let graduates = self.kind == OrderKind::Graduation;
        let is_last = |grade: i16| !graduates || crate::order::LAST_GRADES.contains(&grade);
        let classes = self.roll.sources.iter().filter(|it| is_last(it.grade));
        let mut places: Vec<Place> = classes.map(|it| Place::Class(it.id)).collect();
        let grades = self.roll.enrolled.iter().filter_map(|it| it.1.grade());
        let mut grades: Vec<i16> = grades.filter(|it| is_last(*it)).collect();
        grades.sort_unstable();
        grades.dedup();
        places.extend(grades.into_iter().map(Place::Grade));
        places
    }

    fn whole_classes(&self, orders: &str) -> Vec<Link> {
        let kind = self.kind.code();
        if self.kind == OrderKind::Enrolment {
            return Vec::new();
        }
        let link = |it: ClassId| {
            Some(Link {
                href: format!("{orders}/new?type={kind}&from={it}"),
                label: self.roll.name_of(it)?,
                current: self.whole == Some(it),
            })
        };
        let places = self.sources();
        places
            .into_iter()
            .filter_map(Place::class)
            .filter_map(link)
            .collect()
    }
}
