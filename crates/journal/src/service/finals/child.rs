use std::collections::HashMap;

use chrono::{DateTime, Utc};
use curriculum::Frame;
use db::Tx;
use kernel::PersonId;

use super::super::Journal;
use crate::{Error, FinalValue, Slot, store};

/// The final marks of one pupil in the year of the class: what diary and
/// report card show.
#[derive(Clone, Debug)]
pub struct ChildFinals {
    /// Periods, year, and exam and final mark where there are any.
    pub slots: Vec<Slot>,
    /// When a mark was last set or taken back, in the order of the slots.
    pub changed_at: Vec<Option<DateTime<Utc>>>,
    /// Subjects taught to the pupil, and those that have marks, by name.
    pub subjects: Vec<SubjectFinals>,
    /// Grade 1 learns without marks (JRN-2).
    pub without_marks: bool,
}

impl ChildFinals {
    /// Whether anything was set for the slot.
    pub fn has_marks(&self, slot: Slot) -> bool {
        let place = self.slots.iter().position(|it| *it == slot);
        place.is_some_and(|at| {
            let mut marks = self.subjects.iter().filter_map(|it| it.marks.get(at));
            marks.any(Option::is_some)
        })
    }
}

#[derive(Clone, Debug)]
pub struct SubjectFinals {
    pub subject: String,
    /// In the order of the slots; `None` where nothing was set yet.
    pub marks: Vec<Option<ChildFinal>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildFinal {
    pub value: FinalValue,
    pub set_at: DateTime<Utc>,
}

impl Journal {
    /// Reads them inside a transaction whose caller has made sure that the
    /// actor may see the pupil (JRN-5). One statement.
    pub async fn finals_of_pupil(
        &self,
        tx: &mut Tx,
        frame: &Frame,
        pupil: PersonId,
    ) -> Result<ChildFinals, Error> {
        let stored = store::finals(tx, &[pupil], None).await?;
        let of_year: HashMap<_, _> = stored
            .into_iter()
            .filter(|(_, it)| it.year == frame.year.id)
            .map(|(place, it)| ((place.subject, place.slot), it))
            .collect();
        let changed_at = |slot: &Slot| {
            let of_slot = of_year.iter().filter(|(it, _)| it.1 == *slot);
            of_slot.map(|(_, it)| it.at).max()
        };
        let slots = slots(frame, |slot| {
            of_year
                .iter()
                .any(|(it, mark)| it.1 == slot && !mark.value.is_none())
        });
        let marks: HashMap<_, _> = of_year
            .iter()
            .filter(|(_, it)| !it.value.is_none())
            .collect();
        let marked = |subject| frame.subject(subject).is_none_or(|it| !it.without_marks);
        let taught = |subject| {
            let mut loads = frame.loads.iter().filter(|it| it.subject == subject);
            loads.any(|it| frame.taught(pupil, it.group))
        };
        let subjects = frame
            .subjects
            .iter()
            .filter(|it| {
                marked(it.id) && taught(it.id) || marks.keys().any(|(subject, _)| *subject == it.id)
            })
            .map(|it| SubjectFinals {
                subject: it.name.clone(),
                marks: slots
                    .iter()
                    .map(|slot| {
                        marks.get(&(it.id, *slot)).map(|mark| ChildFinal {
                            value: mark.value.clone(),
                            set_at: mark.at,
                        })
                    })
                    .collect(),
            })
            .collect();
        Ok(ChildFinals {
            changed_at: slots.iter().map(changed_at).collect(),
            slots,
            subjects,
            without_marks: frame.class.grade == 1,
        })
    }
}

/// Periods and year; exam and final mark where there are any.
pub(super) fn slots(frame: &Frame, any: impl Fn(Slot) -> bool) -> Vec<Slot> {
    let mut slots: Vec<Slot> = frame.terms().map(Slot::of).collect();
    if !slots.contains(&Slot::YEAR) {
        slots.push(Slot::YEAR);
    }
    slots.extend([Slot::EXAM, Slot::FINAL].into_iter().filter(|it| any(*it)));
    slots
}
