//! Entering the results of a class on one page.

use std::collections::HashMap;

use curriculum::{Class, Year};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};

use super::Exams;
use crate::{
    Entry, Error, Exam, ExamId, Outcome, StoredResult,
    store::{self, NewResult},
};

/// One pupil of the sheet.
#[derive(Clone, Debug)]
pub struct EntryRow {
    pub pupil: PersonId,
    pub name: String,
    pub entry: Entry,
    pub outcome: Outcome,
    pub version: i32,
    /// Whether the actor enters this one.
    pub open: bool,
}

/// The results of a class, to be entered.
#[derive(Clone, Debug)]
pub struct EntrySheet {
    pub exam: Exam,
    pub year: Year,
    pub subject: String,
    pub class: Class,
    pub rows: Vec<EntryRow>,
}

/// What somebody typed for a pupil, over the version that they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub pupil: PersonId,
    pub entry: Entry,
    pub seen: i32,
}

/// Somebody else was faster: what stands now.
#[derive(Clone, Debug)]
pub struct Stale {
    pub pupil: PersonId,
    pub now: Entry,
    pub version: i32,
    /// «Соколова М. П.»
    pub by: String,
}

/// What came of a sheet.
#[derive(Clone, Debug)]
pub enum Saved {
    /// So many lines were written.
    Done(usize),
    /// Nothing was written.
    Stale(Vec<Stale>),
}

impl Exams {
    /// The sheet of a class.
    pub async fn entry_sheet(
        &self,
        actor: &Actor,
        id: ExamId,
        class: ClassId,
    ) -> Result<EntrySheet, Error> {
        actor.may(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let sheet = self.load_sheet(&mut tx, actor, id, class).await?;
        tx.commit().await?;
        Ok(sheet)
    }

    /// Writes what was typed: all of it, or nothing where somebody else was
    /// faster in one line. A line that says what stands already is left alone.
    #[tracing::instrument(name = "exams.save_sheet", skip_all, fields(exam.id = %id))]
    pub async fn save_sheet(
        &self,
        actor: &Actor,
        id: ExamId,
        class: ClassId,
        changes: &[Change],
    ) -> Result<Saved, Error> {
        actor.may(Right::ExamEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::lock_exam(&mut tx, id).await?;
        let sheet = self.load_sheet(&mut tx, actor, id, class).await?;
        if sheet.year.archived {
            return Err(Error::YearArchived);
        }
        let (mut new, mut stale) = (vec![], vec![]);
        for it in changes {
            let row = sheet.rows.iter().find(|row| row.pupil == it.pupil);
            let row = row.filter(|row| row.open).ok_or(Error::NotFound)?;
            if row.entry == it.entry {
                continue;
            }
            if row.version != it.seen {
                stale.push(row);
                continue;
            }
            new.push(NewResult {
                exam: id,
                pupil: it.pupil,
                class,
                entry: it.entry.clone(),
                version: row.version + 1,
            });
        }
        if !stale.is_empty() {
            let stale = self.tell_stale(&mut tx, id, &stale).await?;
            return Ok(Saved::Stale(stale));
        }
        if !store::save_results(&mut tx, actor.person, &new).await? {
            return Err(Error::ChangedMeanwhile);
        }
        tx.commit().await?;
        Ok(Saved::Done(new.len()))
    }

    async fn tell_stale(
        &self,
        tx: &mut Tx,
        id: ExamId,
        rows: &[&EntryRow],
    ) -> Result<Vec<Stale>, Error> {
        let stored = store::results(tx, &[id]).await?;
        let by: HashMap<PersonId, PersonId> =
            stored.iter().map(|(_, it)| (it.pupil, it.by)).collect();
        let people: Vec<PersonId> = by.values().copied().collect();
        let cards = self.people.cards(tx, &people).await?;
        let name = |pupil: PersonId| {
            let whose = by.get(&pupil);
            let card = cards.iter().find(|it| Some(&it.id) == whose);
            card.map_or_else(String::new, people::Card::short)
        };
        let stale = rows.iter().map(|it| Stale {
            pupil: it.pupil,
            now: it.entry.clone(),
            version: it.version,
            by: name(it.pupil),
        });
        Ok(stale.collect())
    }

    async fn load_sheet(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ExamId,
        class: ClassId,
    ) -> Result<EntrySheet, Error> {
        let exam = store::exam(tx, id).await?;
        if !exam.fields.classes.contains(&class) {
            return Err(Error::NotFound);
        }
        let frame = self.curriculum.frame(tx, class).await?;
        let frame = frame.ok_or(Error::NotFound)?;
        let subject = exam.fields.subject;
        let own = self
            .own(tx, actor, exam.year, std::slice::from_ref(&frame.class))
            .await?;
        if !own.enters(class, subject) {
            return Err(Error::NotFound);
        }
        let on = exam
            .fields
            .held_on
            .clamp(frame.year.starts_on, frame.year.ends_on);
        let members = self.register.members(tx, &[class], on, on).await?;
        let stored = store::results(tx, &[id]).await?;
        let mut there: HashMap<PersonId, Option<StoredResult>> =
            members.into_iter().map(|it| (it.pupil, None)).collect();
        for (_, it) in stored {
            // Who moved on after the exam keeps the result of this class.
            if it.class == class {
                there.insert(it.pupil, Some(it));
            } else {
                there.remove(&it.pupil);
            }
        }
        let pupils: Vec<PersonId> = there.keys().copied().collect();
        let cards = self.people.cards(tx, &pupils).await?;
        let rows = cards.iter().map(|card| {
            let stored = there.get(&card.id).and_then(Option::as_ref);
            let entry = stored.map(|it| it.entry.clone()).unwrap_or_default();
            EntryRow {
                pupil: card.id,
                name: card.listed(),
                outcome: entry.outcome(&exam),
                entry,
                version: stored.map_or(0, |it| it.version),
                open: own.enters_for(class, subject, card.id),
            }
        });
        let rows = rows.collect();
        let name = match frame.subject(subject) {
            Some(it) => it.name.clone(),
            None => self.subject_name(tx, subject).await?,
        };
        Ok(EntrySheet {
            rows,
            subject: name,
            class: frame.class,
            year: frame.year,
            exam,
        })
    }
}
