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
    /// Subjects taught to the pupil, and those that have marks, by name.
    pub subjects: Vec<SubjectFinals>,
    /// Grade 1 learns without marks (JRN-2).
    pub without_marks: bool,
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
        let marks = store::finals_of_pupil(tx, pupil, frame.year.id).await?;
        let any = |slot: &Slot| marks.keys().any(|it| it.1 == *slot);
        let mut slots: Vec<Slot> = frame.terms().map(Slot::of).collect();
        slots.push(Slot::YEAR);
        slots.extend([Slot::EXAM, Slot::FINAL].into_iter().filter(any));
        let taught = |subject| {
            let mut loads = frame.loads.iter().filter(|it| it.subject == subject);
            loads.any(|it| frame.taught(pupil, it.group))
        };
        let subjects = frame
            .subjects
            .iter()
            .filter(|it| taught(it.id) || marks.keys().any(|(subject, _)| *subject == it.id))
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
            slots,
            subjects,
            without_marks: frame.class.grade == 1,
        })
    }
}
