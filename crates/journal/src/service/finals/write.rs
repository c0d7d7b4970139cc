use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right, SubjectId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::Journal,
    sheet::{About, FinalSheet},
};
use crate::{
    Error, FinalAnswer, FinalOperation, FinalValue, FinalWhy, FinalsOpened, Slot, Status,
    correction::CorrectionId,
    finals::FinalPlace,
    operation::MOST_OPERATIONS,
    store::{self, FinalsOf, KnownOperation, NewFinal, StoredFinal},
};

/// A form of a class may hold more cells than a batch of the grid.
const MOST: usize = MOST_OPERATIONS * 10;

/// What became of one operation, with the name of whoever was faster.
#[derive(Clone, Debug)]
pub struct FinalResult {
    pub answer: FinalAnswer,
    /// «Соколова М. П.»
    pub by: Option<String>,
    pub at: Option<DateTime<Utc>>,
}

/// Which proposals to take.
#[derive(Clone, Copy, Debug)]
pub struct Accept {
    pub class: ClassId,
    /// `None`: of all subjects of the class.
    pub subject: Option<SubjectId>,
    pub slot: Slot,
    /// One pupil's, doubtful or not; `None` takes all that leave no doubt.
    pub pupil: Option<PersonId>,
    pub today: NaiveDate,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    pub taken: usize,
    /// Blank cells that somebody has to decide about.
    pub left: usize,
}

impl Journal {
    /// Carries out changes of final marks of one class in one transaction,
    /// each by itself, as [`Journal::carry_out`] does with current ones. A page
    /// that sends them is only for those who may set marks on it.
    #[tracing::instrument(name = "journal.carry_out_finals", skip_all, fields(operations = ops.len()))]
    pub async fn carry_out_finals(
        &self,
        actor: &Actor,
        class: ClassId,
        page: Option<FinalsOpened>,
        today: NaiveDate,
        ops: &[FinalOperation],
    ) -> Result<Vec<FinalResult>, Error> {
        actor.may(Right::JournalEdit)?;
        if ops.len() > MOST {
            return Err(Error::TooManyOperations);
        }
        let mut tx = self.db.begin(actor).await?;
        let about = About {
            subject: match page {
                Some(FinalsOpened::Subject(subject)) => Some(subject),
                _ => None,
            },
            ..About::default()
        };
        let mut sheet = self
            .locked_sheet_of(&mut tx, actor, class, about, today)
            .await?;
        if matches!(page, Some(FinalsOpened::Slot(_))) && !sheet.is_whole_class_mine() {
            return Err(Error::NotFound);
        }
        let mut known = known(&mut tx, class, ops).await?;
        let mut writing = Writing::default();
        let mut answers = Vec::with_capacity(ops.len());
        let mut remembered = vec![];
        for op in ops {
            let new = !known.contains_key(&op.op_id);
            let answer = known
                .entry(op.op_id)
                .or_insert_with(|| writing.put(&mut sheet, op, tx.now()))
                .clone();
            if new && answer.status == Status::Ok {
                remembered.push(KnownOperation {
                    op_id: op.op_id,
                    body_hash: hash(class, op),
                    result: serde_json::to_value(&answer).map_err(|_| CORRUPT)?,
                });
            }
            answers.push(answer);
        }
        writing.save(&mut tx, &sheet).await?;
        if !remembered.is_empty() {
            store::remember(&mut tx, actor.account, &remembered).await?;
        }
        let others: Vec<PersonId> = answers.iter().filter_map(|it| it.by).collect();
        let cards = match others.as_slice() {
            [] => vec![],
            ids => self.people.cards(&mut tx, ids).await?,
        };
        tx.commit().await?;
        let name = |id| {
            let card = cards.iter().find(|it| Some(it.id) == id);
            card.map(people::Card::short)
        };
        Ok(answers
            .into_iter()
            .map(|answer| FinalResult {
                by: name(answer.by),
                at: answer.at,
                answer,
            })
            .collect())
    }

    /// «Принять все предложенные», or one of them (T5).
    pub async fn accept_finals(&self, actor: &Actor, wish: Accept) -> Result<Accepted, Error> {
        actor.may(Right::JournalEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let about = About {
            subject: wish.subject,
            slot: Some(wish.slot),
            proposals: true,
        };
        let mut sheet = self
            .locked_sheet_of(&mut tx, actor, wish.class, about, wish.today)
            .await?;
        if wish.subject.is_none() && !sheet.is_whole_class_mine() {
            return Err(Error::NotFound);
        }
        let subjects: Vec<SubjectId> = match wish.subject {
            Some(subject) => vec![subject],
            None => sheet.frame.subjects.iter().map(|it| it.id).collect(),
        };
        let pupils: Vec<PersonId> = match wish.pupil {
            Some(pupil) => vec![pupil],
            None => sheet.pupils().collect(),
        };
        let (mut writing, mut done) = (Writing::default(), Accepted::default());
        for subject in subjects {
            for pupil in &pupils {
                let place = FinalPlace {
                    pupil: *pupil,
                    subject,
                    slot: wish.slot,
                };
                if sheet.lock(place).is_some() || sheet.value(place).is_some() {
                    continue;
                }
                let proposal = sheet
                    .proposal(place)
                    .filter(|it| wish.pupil.is_some() || it.is_certain());
                match proposal {
                    Some(it) => {
                        writing.write(&mut sheet, place, it.value, tx.now());
                        done.taken += 1;
                    }
                    None if sheet.is_due(place) => done.left += 1,
                    None => {}
                }
            }
        }
        writing.save(&mut tx, &sheet).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// The sheet of a class that nobody else writes in until the commit.
    pub(in crate::service) async fn locked_sheet_of(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        class: ClassId,
        about: About,
        today: NaiveDate,
    ) -> Result<FinalSheet, Error> {
        store::lock_finals(tx, class).await?;
        let frame = self
            .curriculum
            .frame(tx, class)
            .await?
            .ok_or(Error::NotFound)?;
        let sheet = self.final_sheet(tx, actor, frame, about, today).await?;
        sheet.must_concern(about.subject)?;
        Ok(sheet)
    }
}

impl FinalSheet {
    /// A class in which the actor sets no marks is answered like a missing one.
    fn must_concern(&self, subject: Option<SubjectId>) -> Result<(), Error> {
        let concerns =
            |subject| self.is_mine(PersonId::from(0), subject) || self.teaches(subject, None);
        let known = match subject {
            Some(subject) => self.frame.subject(subject).is_some() && concerns(subject),
            None => self.frame.subjects.iter().any(|it| concerns(it.id)),
        };
        if known { Ok(()) } else { Err(Error::NotFound) }
    }
}

/// What a transaction is going to write.
#[derive(Default)]
pub(super) struct Writing {
    places: Vec<FinalPlace>,
    used: Vec<CorrectionId>,
}

impl Writing {
    /// Decides about one operation, and notes the change in the sheet.
    fn put(
        &mut self,
        sheet: &mut FinalSheet,
        op: &FinalOperation,
        now: DateTime<Utc>,
    ) -> FinalAnswer {
        let place = op.place();
        if let Some(lock) = sheet.lock(place) {
            return refused(sheet, op, lock.into());
        }
        let Ok(value) = FinalValue::parse(&op.value, sheet.scale(op.subject)) else {
            return refused(sheet, op, FinalWhy::OffScale);
        };
        let current = sheet.marks.get(&place);
        let version = current.map_or(0, |it| it.version);
        // A value that is there already is no conflict, whoever put it.
        let stands = current.map_or_else(|| value.is_none(), |it| it.value == value);
        if stands {
            return answered(op, version, &value);
        }
        if version != op.base {
            return refused(sheet, op, FinalWhy::ChangedMeanwhile);
        }
        let version = self.write(sheet, place, value.clone(), now);
        answered(op, version, &value)
    }

    /// Writes into the sheet; the version now.
    pub(super) fn write(
        &mut self,
        sheet: &mut FinalSheet,
        place: FinalPlace,
        value: FinalValue,
        now: DateTime<Utc>,
    ) -> i32 {
        let version = sheet.marks.get(&place).map_or(0, |it| it.version) + 1;
        if sheet.is_signed(place) {
            self.used.extend(sheet.locks.opened_final(place));
        }
        let mark = StoredFinal {
            value,
            version,
            year: sheet.frame.year.id,
            grade: sheet.frame.class.grade,
            by: sheet.actor.person,
            at: now,
            signed: false,
        };
        sheet.marks.insert(place, mark);
        if !self.places.contains(&place) {
            self.places.push(place);
        }
        version
    }

    pub(super) async fn save(self, tx: &mut Tx, sheet: &FinalSheet) -> Result<(), Error> {
        let of = FinalsOf {
            year: sheet.frame.year.id,
            class: sheet.frame.class.id,
            grade: sheet.frame.class.grade,
            by: sheet.actor.person,
        };
        let marks: Vec<NewFinal> = self
            .places
            .into_iter()
            .filter_map(|place| {
                let it = sheet.marks.get(&place)?;
                Some(NewFinal {
                    place,
                    value: it.value.clone(),
                    version: it.version,
                })
            })
            .collect();
        if !store::save_finals(tx, &of, &marks).await? {
            return Err(Error::ChangedMeanwhile);
        }
        store::use_corrections(tx, &self.used).await?;
        Ok(())
    }
}

fn answered(op: &FinalOperation, version: i32, value: &FinalValue) -> FinalAnswer {
    FinalAnswer {
        op_id: op.op_id,
        status: Status::Ok,
        version,
        value: value.typed(),
        by: None,
        at: None,
        why: None,
    }
}

/// A refusal tells what stands there now; a conflict also whose it is.
fn refused(sheet: &FinalSheet, op: &FinalOperation, why: FinalWhy) -> FinalAnswer {
    let seen = sheet
        .marks
        .get(&op.place())
        .filter(|_| why != FinalWhy::NotYours);
    let whose = seen.filter(|_| why == FinalWhy::ChangedMeanwhile);
    FinalAnswer {
        op_id: op.op_id,
        status: why.status(),
        version: seen.map_or(0, |it| it.version),
        value: seen.map_or_else(String::new, |it| it.value.typed()),
        by: whose.map(|it| it.by),
        at: whose.map(|it| it.at),
        why: Some(why),
    }
}

const CORRUPT: db::Error = db::Error::Corrupt {
    table: "journal.operation",
    column: "result",
};

fn hash(class: ClassId, op: &FinalOperation) -> Vec<u8> {
    let text = format!(
        "final|{class}|{}|{}|{}|{}|{}",
        op.subject,
        op.pupil,
        op.slot.code(),
        op.base,
        op.value
    );
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Answers of operations that came before; the same id with another content is refused.
async fn known(
    tx: &mut Tx,
    class: ClassId,
    ops: &[FinalOperation],
) -> Result<HashMap<Uuid, FinalAnswer>, Error> {
    let mut hashes = HashMap::new();
    for op in ops {
        let hash = hash(class, op);
        if *hashes.entry(op.op_id).or_insert_with(|| hash.clone()) != hash {
            return Err(Error::OperationReused);
        }
    }
    let ids: Vec<Uuid> = hashes.keys().copied().collect();
    let mut known = HashMap::new();
    for it in store::known_operations(tx, &ids).await? {
        if hashes.get(&it.op_id) != Some(&it.body_hash) {
            return Err(Error::OperationReused);
        }
        let answer = serde_json::from_value(it.result).map_err(|_| CORRUPT)?;
        known.insert(it.op_id, answer);
    }
    Ok(known)
}
