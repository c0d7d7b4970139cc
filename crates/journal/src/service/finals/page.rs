use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use curriculum::{Class, Frame, Scale, Subject};
use kernel::{Actor, ClassId, PersonId, Reach, Right, SubjectId};
use people::Card;

use super::{
    super::{Journal, access},
    sheet::{About, FinalLock, FinalSheet},
};
use crate::{
    Earned, Error, FinalValue, NOT_ATTESTED, Proposal, Slot, finals::FinalPlace,
    locks::CorrectedCell,
};

/// Which page of final marks to open.
#[derive(Clone, Copy, Debug)]
pub struct OpenFinals {
    pub class: ClassId,
    /// One subject with all its periods, or all subjects of one period.
    pub of: FinalsOpened,
    pub today: NaiveDate,
}

#[derive(Clone, Copy, Debug)]
pub enum FinalsOpened {
    Subject(SubjectId),
    /// `None`: the period that today belongs to, or the last one before.
    Slot(Option<Slot>),
}

/// Pupils by periods, or by subjects.
#[derive(Clone, Debug)]
pub struct Finals {
    pub class: Class,
    pub subject: Option<Subject>,
    /// The period of all subjects.
    pub slot: Option<Slot>,
    pub slots: Vec<Slot>,
    pub columns: Vec<FinalColumn>,
    pub rows: Vec<FinalRow>,
    pub archived: bool,
    /// Whether the actor may open the page of the whole class.
    pub sees_class: bool,
    /// Whether the actor may take signatures back.
    pub may_reopen: bool,
}

impl Finals {
    /// Grade 1 learns without marks (JRN-2).
    pub fn without_marks(&self) -> bool {
        self.class.grade == 1
    }
}

#[derive(Clone, Debug)]
pub struct FinalColumn {
    pub subject: SubjectId,
    pub subject_name: String,
    pub scale: Scale,
    pub slot: Slot,
    pub signed: Option<SignedBy>,
    /// The period has begun.
    pub begun: bool,
    /// It is over or about to be: its marks are due.
    pub closing: bool,
    /// Whether the actor may sign it: who teaches the subject, and the deputy head.
    pub may_sign: bool,
    /// Cells that the actor may fill now.
    pub writable: usize,
    /// Pupils who still need a mark.
    pub blank: usize,
    /// Blank cells with a proposal that leaves no doubt.
    pub certain: usize,
}

#[derive(Clone, Debug)]
pub struct SignedBy {
    pub name: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug)]
pub struct FinalRow {
    pub pupil: PersonId,
    pub name: String,
    pub left_on: Option<NaiveDate>,
    pub cells: Vec<FinalCell>,
}

#[derive(Clone, Debug)]
pub struct FinalCell {
    pub value: FinalValue,
    pub version: i32,
    pub earned: Option<Earned>,
    pub proposal: Option<Proposal>,
    /// The mark is another number than the one proposed (§2.6).
    pub differs: bool,
    pub locked: Option<FinalLock>,
    /// A correction waits for an answer.
    pub asked: bool,
    /// A correction opened the cell.
    pub opened: bool,
}

impl Journal {
    /// Opens final marks of a subject, or of all subjects of a class for one
    /// period (JRN-3; S3:8.5–8.6).
    #[tracing::instrument(name = "journal.finals", skip_all, fields(class.id = %open.class))]
    pub async fn finals(&self, actor: &Actor, open: OpenFinals) -> Result<Finals, Error> {
        actor.may(Right::JournalView)?;
        let mut tx = self.db.begin(actor).await?;
        let frame = self
            .curriculum
            .frame(&mut tx, open.class)
            .await?
            .ok_or(Error::NotFound)?;
        let about = about(actor, &frame, open)?;
        let sheet = self
            .final_sheet(&mut tx, actor, frame, about, open.today)
            .await?;
        let mut ids: Vec<PersonId> = sheet.pupils().collect();
        ids.extend(sheet.locks.signed.values().map(|it| it.by));
        ids.sort_unstable();
        ids.dedup();
        let cards = self.people.cards(&mut tx, &ids).await?;
        tx.commit().await?;
        Ok(sheet.page(about, &cards))
    }
}

fn about(actor: &Actor, frame: &Frame, open: OpenFinals) -> Result<About, Error> {
    let (subject, slot) = match open.of {
        FinalsOpened::Subject(subject) => {
            frame.subject(subject).ok_or(Error::NotFound)?;
            access::may_view(actor, frame, subject, open.today)?;
            (Some(subject), None)
        }
        FinalsOpened::Slot(slot) => {
            if !sees_class(actor, frame) {
                return Err(Error::NotFound);
            }
            let slot = slot.or_else(|| frame.term_on(open.today).map(Slot::of));
            let slot = slot.unwrap_or(Slot::YEAR);
            if slot.is_term() && frame.terms().all(|it| Slot::of(it) != slot) {
                return Err(Error::NotFound);
            }
            (None, Some(slot))
        }
    };
    Ok(About {
        subject,
        slot,
        proposals: true,
    })
}

/// The page of all subjects is the class teacher's and of those who see the whole school.
fn sees_class(actor: &Actor, frame: &Frame) -> bool {
    let reaches = actor.reaches(Right::JournalView);
    reaches.has(Reach::Org)
        || reaches.has(Reach::OwnClass) && frame.class.teacher == Some(actor.person)
}

impl FinalSheet {
    fn page(&self, about: About, cards: &[Card]) -> Finals {
        let names: HashMap<PersonId, &Card> = cards.iter().map(|it| (it.id, it)).collect();
        let slots = self.slots();
        let subjects = self
            .frame
            .subjects
            .iter()
            .filter(|it| about.subject.map_or(!it.without_marks, |id| id == it.id));
        let places: Vec<(&Subject, Slot)> = match about.slot {
            Some(slot) => subjects.map(|it| (it, slot)).collect(),
            None => subjects
                .flat_map(|it| slots.iter().map(move |slot| (it, *slot)))
                .collect(),
        };
        let rows = self.rows(&places, cards);
        let columns = places
            .iter()
            .enumerate()
            .map(|(at, (subject, slot))| self.column(subject, *slot, at, &rows, &names))
            .collect();
        Finals {
            class: self.frame.class.clone(),
            subject: about.subject.and_then(|it| self.frame.subject(it).cloned()),
            slot: about.slot,
            slots,
            columns,
            rows,
            archived: self.frame.year.archived,
            sees_class: sees_class(&self.actor, &self.frame),
            may_reopen: self.actor.reaches(Right::JournalEdit).has(Reach::Org),
        }
    }

    fn rows(&self, places: &[(&Subject, Slot)], cards: &[Card]) -> Vec<FinalRow> {
        let here: std::collections::HashSet<PersonId> = self.pupils().collect();
        cards
            .iter()
            .filter(|it| here.contains(&it.id))
            .map(|card| FinalRow {
                pupil: card.id,
                name: card.listed(),
                left_on: self.left_on(card.id),
                cells: places
                    .iter()
                    .map(|(subject, slot)| {
                        self.cell(FinalPlace {
                            pupil: card.id,
                            subject: subject.id,
                            slot: *slot,
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    fn cell(&self, place: FinalPlace) -> FinalCell {
        let stored = self.marks.get(&place);
        let value = stored.map(|it| it.value.clone()).unwrap_or_default();
        // In the middle of a period it is too early to say that marks are few.
        let early = !self.is_closing(place.slot);
        let proposal = self
            .proposal(place)
            .filter(|it| !early || it.value.text() != NOT_ATTESTED);
        let proposed = proposal.as_ref().and_then(|it| it.value.points());
        FinalCell {
            version: stored.map_or(0, |it| it.version),
            earned: self.earned(place).copied(),
            differs: !value.is_none() && proposed.is_some() && value.points() != proposed,
            proposal,
            locked: self.lock(place),
            asked: self.locks.asked.contains(&CorrectedCell::Final(place)),
            opened: self.is_signed(place) && self.locks.opened_final(place).is_some(),
            value,
        }
    }

    fn column(
        &self,
        subject: &Subject,
        slot: Slot,
        at: usize,
        rows: &[FinalRow],
        names: &HashMap<PersonId, &Card>,
    ) -> FinalColumn {
        let signature = self
            .locks
            .signature(self.frame.class.id, subject.id, slot)
            .map(|it| SignedBy {
                name: names.get(&it.by).map_or_else(String::new, |it| it.short()),
                at: it.at,
            });
        let cells = || {
            rows.iter()
                .filter_map(|row| Some((row.pupil, row.cells.get(at)?)))
        };
        let due = |pupil| {
            self.is_due(FinalPlace {
                pupil,
                subject: subject.id,
                slot,
            })
        };
        let writable = |it: &FinalCell| it.locked.is_none();
        let certain = |it: &FinalCell| it.proposal.as_ref().is_some_and(Proposal::is_certain);
        let begun = self.has_begun(slot);
        let closing = begun && self.is_closing(slot);
        FinalColumn {
            subject: subject.id,
            subject_name: subject.name.clone(),
            scale: subject.scale,
            slot,
            begun,
            closing,
            may_sign: closing
                && signature.is_none()
                && slot != Slot::EXAM
                && !self.frame.year.archived
                && self.frame.class.grade > 1
                && self.may_sign(subject.id),
            signed: signature,
            writable: cells().filter(|(_, it)| writable(it)).count(),
            blank: cells()
                .filter(|(pupil, it)| it.value.is_none() && due(*pupil))
                .count(),
            certain: cells()
                .filter(|(_, it)| it.value.is_none() && writable(it) && certain(it))
                .count(),
        }
    }
}
