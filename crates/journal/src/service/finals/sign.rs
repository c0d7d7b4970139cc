use chrono::{Days, NaiveDate};
use kernel::{Actor, ClassId, PersonId, Reach, Right, SubjectId};

use super::{
    super::Journal,
    sheet::{About, FinalSheet},
};
use crate::{
    Error, Slot,
    correction::LONGEST_REASON,
    finals::FinalPlace,
    store::{self, PeriodOf},
};

/// What came of signing a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signing {
    /// It is signed, now or before.
    Done,
    /// These pupils have no mark yet.
    Blanks(Vec<Blank>),
    /// So many lessons of the period are still to come.
    LessonsAhead(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    pub pupil: PersonId,
    pub name: String,
}

impl FinalSheet {
    /// Who teaches the subject signs, and the deputy head.
    pub(super) fn may_sign(&self, subject: SubjectId) -> bool {
        let reaches = self.actor.reaches(Right::JournalEdit);
        reaches.has(Reach::Org) || reaches.has(Reach::OwnLoad) && self.teaches(subject, None)
    }
}

impl Journal {
    /// Signs the marks of a class in a subject for a period: from then on
    /// they, and the current marks of its lessons, are changed by a
    /// correction only (JRN-7).
    #[tracing::instrument(name = "journal.sign_period", skip_all, fields(class.id = %class))]
    pub async fn sign_period(
        &self,
        actor: &Actor,
        class: ClassId,
        subject: SubjectId,
        slot: Slot,
        today: NaiveDate,
    ) -> Result<Signing, Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let about = About {
            subject: Some(subject),
            ..About::default()
        };
        let sheet = self
            .locked_sheet_of(&mut tx, actor, class, about, today)
            .await?;
        if !sheet.may_sign(subject) {
            return Err(kernel::Denied(Right::JournalEdit).into());
        }
        let known = sheet.slots().contains(&slot) && slot != Slot::EXAM;
        if !known || sheet.frame.class.grade == 1 {
            return Err(Error::NotFound);
        }
        if sheet.frame.year.archived {
            return Err(Error::YearArchived);
        }
        if sheet.locks.signature(class, subject, slot).is_some() {
            tx.commit().await?;
            return Ok(Signing::Done);
        }
        let ahead = self.lessons_ahead(&mut tx, &sheet, subject, slot).await?;
        let blank: Vec<PersonId> = sheet
            .pupils()
            .filter(|pupil| {
                let place = FinalPlace {
                    pupil: *pupil,
                    subject,
                    slot,
                };
                sheet.is_due(place) && sheet.value(place).is_none()
            })
            .collect();
        if ahead == 0 && blank.is_empty() {
            let of = PeriodOf {
                class,
                subject,
                slot,
            };
            store::sign(&mut tx, of, actor.person).await?;
            tx.commit().await?;
            return Ok(Signing::Done);
        }
        let cards = self.people.cards(&mut tx, &blank).await?;
        tx.commit().await?;
        if ahead > 0 {
            return Ok(Signing::LessonsAhead(ahead));
        }
        let blanks = cards.into_iter().map(|it| Blank {
            pupil: it.id,
            name: it.listed(),
        });
        Ok(Signing::Blanks(blanks.collect()))
    }

    /// Lessons of the period that are still to come; the year waits for
    /// those of its last period.
    async fn lessons_ahead(
        &self,
        tx: &mut db::Tx,
        sheet: &FinalSheet,
        subject: SubjectId,
        slot: Slot,
    ) -> Result<usize, Error> {
        let term = sheet.frame.terms().find(|it| Slot::of(it) == slot);
        let ends = term.map_or(sheet.frame.year.ends_on, |it| it.ends_on);
        let from = sheet.today + Days::new(1);
        if ends < from {
            return Ok(0);
        }
        let lessons = self
            .lessons
            .of_class(tx, sheet.frame.class.id, Some(subject), from, ends)
            .await?;
        Ok(lessons.iter().filter(|it| !it.cancelled).count())
    }

    /// Opens a signed period again, with a reason that is kept: for the
    /// deputy head, where more than a cell is wrong (JRN-7).
    pub async fn reopen_period(
        &self,
        actor: &Actor,
        class: ClassId,
        subject: SubjectId,
        slot: Slot,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::JournalEdit)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::ReasonMissing);
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(Error::TooLong);
        }
        let mut tx = self.db.begin(actor).await?;
        let of = PeriodOf {
            class,
            subject,
            slot,
        };
        if !store::reopen(&mut tx, of, actor.person, reason).await? {
            return Err(Error::NotFound);
        }
        tx.commit().await?;
        Ok(())
    }
}
