use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::{Class, Frame, Subject};
use kernel::{Actor, ClassId, PersonId, Reach, Right};
use people::Card;
use rust_decimal::Decimal;

use super::{
    super::{Journal, access},
    sheet::{About, FinalSheet},
};
use crate::{Category, Error, FinalValue, Shares, Slot, finals::FinalPlace, summary::mean};

/// «Сводная ведомость учёта успеваемости» of a class (§1.6): pupils with a
/// line for each period, subjects, and what they come to.
#[derive(Clone, Debug)]
pub struct Summary {
    pub class: Class,
    /// First and last day of the year.
    pub year: (NaiveDate, NaiveDate),
    /// The class teacher, Фамилия И. О.
    pub teacher: Option<String>,
    pub subjects: Vec<Subject>,
    /// Every period of the class.
    pub slots: Vec<Slot>,
    /// Those asked for, or those that have marks.
    pub shown: Vec<Slot>,
    pub rows: Vec<SummaryRow>,
    /// For each period shown, of each subject.
    pub shares: Vec<Vec<Shares>>,
}

impl Summary {
    /// Grade 1 learns without marks (JRN-2).
    pub fn without_marks(&self) -> bool {
        self.class.grade == 1
    }
}

#[derive(Clone, Debug)]
pub struct SummaryRow {
    pub pupil: PersonId,
    pub name: String,
    pub left_on: Option<NaiveDate>,
    /// One for each period shown.
    pub lines: Vec<SummaryLine>,
}

#[derive(Clone, Debug)]
pub struct SummaryLine {
    /// Of each subject; `None` where it is not taught to the pupil.
    pub marks: Vec<Option<FinalValue>>,
    pub average: Option<Decimal>,
    pub category: Option<Category>,
}

impl Journal {
    /// The summary sheet of a class: for its teachers and those who see the
    /// whole school (S3:10.4).
    ///
    /// # Errors
    /// [`Error::NotFound`] for a class of somebody else, and for a period that
    /// the class does not have.
    pub async fn summary(
        &self,
        actor: &Actor,
        class: ClassId,
        wanted: &[Slot],
        today: NaiveDate,
    ) -> Result<Summary, Error> {
        actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let mut frame = self
            .curriculum
            .frame(&mut tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        frame.subjects.retain(|it| !it.without_marks);
        if !(access::may_view_class(actor, &frame.class).is_ok() || teaches(actor, &frame, today)) {
            return Err(Error::NotFound);
        }
        let sheet = self
            .final_sheet(&mut tx, actor, frame, About::default(), today)
            .await?;
        let mut ids: Vec<PersonId> = sheet.pupils().collect();
        ids.extend(sheet.frame.class.teacher);
        let cards = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        sheet.summary(wanted, &cards)
    }
}

/// Whether the actor teaches anything in the class now.
fn teaches(actor: &Actor, frame: &Frame, today: NaiveDate) -> bool {
    let day = today.clamp(frame.year.starts_on, frame.year.ends_on);
    let reaches = actor.reaches(Right::JournalView);
    let mut loads = frame.loads.iter();
    reaches.has(Reach::OwnLoad)
        && loads.any(|it| it.teacher == actor.person && it.days().contains(&day))
}

impl FinalSheet {
    fn summary(&self, wanted: &[Slot], cards: &[Card]) -> Result<Summary, Error> {
        let slots = self.slots();
        if wanted.iter().any(|it| !slots.contains(it)) {
            return Err(Error::NotFound);
        }
        let shown = if wanted.is_empty() {
            self.worth_showing(&slots)
        } else {
            let mut shown = slots.clone();
            shown.retain(|it| wanted.contains(it));
            shown
        };
        let pupils: HashMap<PersonId, &Card> = {
            let here: Vec<PersonId> = self.pupils().collect();
            let theirs = cards.iter().filter(|it| here.contains(&it.id));
            theirs.map(|it| (it.id, it)).collect()
        };
        let rows: Vec<SummaryRow> = cards
            .iter()
            .filter(|it| pupils.contains_key(&it.id))
            .map(|card| SummaryRow {
                pupil: card.id,
                name: card.listed(),
                left_on: self.left_on(card.id),
                lines: shown.iter().map(|it| self.line(card.id, *it)).collect(),
            })
            .collect();
        let shares = shown.iter().map(|it| self.shares(*it)).collect();
        let teacher = self.frame.class.teacher;
        let teacher = cards.iter().find(|it| Some(it.id) == teacher);
        Ok(Summary {
            class: self.frame.class.clone(),
            year: (self.frame.year.starts_on, self.frame.year.ends_on),
            teacher: teacher.map(Card::short),
            subjects: self.frame.subjects.clone(),
            slots,
            shown,
            rows,
            shares,
        })
    }

    /// What somebody set a mark for; before that the periods that have begun.
    fn worth_showing(&self, slots: &[Slot]) -> Vec<Slot> {
        let set = self.marks.iter().filter(|(_, it)| !it.value.is_none());
        let set: HashSet<Slot> = set.map(|(place, _)| place.slot).collect();
        let mut shown = slots.to_vec();
        if set.is_empty() {
            shown.retain(|it| it.is_term() && self.has_begun(*it));
        } else {
            shown.retain(|it| set.contains(it));
        }
        shown
    }

    fn line(&self, pupil: PersonId, slot: Slot) -> SummaryLine {
        let subjects = &self.frame.subjects;
        let marks: Vec<Option<FinalValue>> = subjects
            .iter()
            .map(|it| {
                let place = FinalPlace {
                    pupil,
                    subject: it.id,
                    slot,
                };
                let value = self.value(place).cloned();
                value.or_else(|| self.is_taught(pupil, it.id).then(FinalValue::none))
            })
            .collect();
        let is_due = |at: usize| {
            subjects.get(at).is_some_and(|it| {
                self.is_due(FinalPlace {
                    pupil,
                    subject: it.id,
                    slot,
                })
            })
        };
        // An exam is taken in some subjects only: its gaps say nothing, and
        // nor does a period that nobody set a mark for.
        let any = marks.iter().flatten().any(|it| !it.is_none());
        let category = (any && slot != Slot::EXAM).then(|| {
            let due = marks.iter().enumerate().filter(|(at, _)| is_due(*at));
            Category::of(due.filter_map(|(at, it)| Some((it.as_ref()?, subjects.get(at)?.scale))))
        });
        SummaryLine {
            average: mean(marks.iter().flatten()),
            category: category.flatten(),
            marks,
        }
    }

    fn shares(&self, slot: Slot) -> Vec<Shares> {
        let subjects = self.frame.subjects.iter();
        subjects
            .map(|subject| {
                let places = self.pupils().map(|pupil| FinalPlace {
                    pupil,
                    subject: subject.id,
                    slot,
                });
                let values: Vec<FinalValue> = places
                    .filter(|it| self.is_due(*it))
                    .map(|it| self.value(it).cloned().unwrap_or_default())
                    .collect();
                Shares::of(&values, subject.scale)
            })
            .collect()
    }
}
