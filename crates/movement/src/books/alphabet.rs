//! The alphabet book: who was enrolled when, under which number of the
//! personal file, and who left (§3.3).

use std::collections::HashMap;

use chrono::NaiveDate;
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use people::{Card, Gender};

use super::{Books, FileFormat, Paper, file_number::FileNumber, numbering};
use crate::{Error, OrderState, store};

kernel::id!(/// A line of the alphabet book.
    FileRecordId);

/// A line of the alphabet book as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRecord {
    pub id: FileRecordId,
    pub pupil: PersonId,
    /// The page of the book.
    pub letter: String,
    pub number: String,
    /// The line of an earlier stay at the school.
    pub previous: Option<FileRecordId>,
    pub handed_on: Option<NaiveDate>,
    pub handed_to: String,
    pub version: i32,
    /// The order of the enrolment; its place is where the pupil came from.
    pub enrolled: Paper,
    pub enrolled_state: OrderState,
    pub enrolled_on: NaiveDate,
    pub to_class: Option<ClassId>,
    pub to_grade: Option<i16>,
    /// The order by which the pupil left; its place is where to.
    pub left: Option<Paper>,
    pub left_on: Option<NaiveDate>,
    pub left_class: Option<ClassId>,
}

/// What became of the pupil.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    Studies,
    Left,
    Graduated,
    /// The order of the enrolment was cancelled.
    Cancelled,
}

impl FileState {
    /// The name in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Studies => "studies",
            Self::Left => "left",
            Self::Graduated => "graduated",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FileRecord {
    pub fn state(&self) -> FileState {
        if self.enrolled_state != OrderState::Issued {
            return FileState::Cancelled;
        }
        match &self.left {
            None => FileState::Studies,
            Some(it) if it.kind == crate::OrderKind::Graduation => FileState::Graduated,
            Some(_) => FileState::Left,
        }
    }
}

/// A line with the names.
#[derive(Clone, Debug)]
pub struct FileEntry {
    pub record: FileRecord,
    pub card: Option<Card>,
    pub gender: Option<Gender>,
    /// «5А», or the parallel.
    pub to: String,
    pub from: String,
}

/// The book.
#[derive(Clone, Debug)]
pub struct Alphabet {
    /// By letter and number.
    pub entries: Vec<FileEntry>,
    pub format: FileFormat,
    /// How many pupils were enrolled and have no line.
    pub missing: i64,
}

/// One line with the other lines of the same pupil.
#[derive(Clone, Debug)]
pub struct RecordPage {
    pub entry: FileEntry,
    pub others: Vec<FileRecord>,
}

/// The personal file is handed out, or (nothing) lies at the school again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handing {
    pub on: Option<NaiveDate>,
    pub to: String,
}

/// Numbers stand as people count, letters as in the alphabet.
fn place(it: &FileRecord) -> (kernel::names::CollationKey, i32, FileRecordId) {
    let count = FileNumber::parse(&it.number).map_or(i32::MAX, |it| it.count);
    (kernel::names::collation_key(&it.letter), count, it.id)
}

impl Books {
    /// The whole alphabet book.
    #[tracing::instrument(name = "movement.alphabet", skip_all)]
    pub async fn alphabet(&self, actor: &Actor) -> Result<Alphabet, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let records = store::records(&mut tx, None).await?;
        let (format, missing) = store::book_head(&mut tx).await?;
        let mut entries = self.entries(&mut tx, records).await?;
        tx.commit().await?;
        entries.sort_by_cached_key(|it| place(&it.record));
        Ok(Alphabet {
            entries,
            format,
            missing,
        })
    }

    /// One line with the other lines of the same pupil.
    pub async fn record(&self, actor: &Actor, id: FileRecordId) -> Result<RecordPage, Error> {
        actor.may_in_org(Right::MovementView)?;
        let mut tx = self.db.begin(actor).await?;
        let mut records = store::records(&mut tx, Some(id)).await?;
        let at = records.iter().position(|it| it.id == id);
        let own = records.swap_remove(at.ok_or(Error::NoSuchRecord)?);
        let mut entries = self.entries(&mut tx, vec![own]).await?;
        tx.commit().await?;
        records.sort_by_key(|it| it.id);
        Ok(RecordPage {
            entry: entries.pop().ok_or(Error::NoSuchRecord)?,
            others: records,
        })
    }

    /// Writes down whom the personal file was handed to, or that it was not.
    ///
    /// # Errors
    /// [`Error::NobodyTook`] where only one of day and name is told.
    pub async fn hand(
        &self,
        actor: &Actor,
        id: FileRecordId,
        seen: i32,
        handing: Handing,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        if handing.on.is_none() != handing.to.trim().is_empty() {
            return Err(Error::NobodyTook);
        }
        let mut tx = self.db.begin(actor).await?;
        let found = store::records(&mut tx, Some(id)).await?;
        if !found.iter().any(|it| it.id == id) {
            return Err(Error::NoSuchRecord);
        }
        store::hand_file(&mut tx, id, seen, handing.on, handing.to.trim()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Enters everybody who was enrolled before the book was kept here; how many.
    pub async fn fill_alphabet(&self, actor: &Actor) -> Result<usize, Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::lock_book(&mut tx).await?;
        let wanted = store::unrecorded(&mut tx).await?;
        let entered = numbering::enter(&mut tx, &*self.people, wanted).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// How the school writes numbers from now on; those given stay.
    pub async fn set_file_format(&self, actor: &Actor, format: FileFormat) -> Result<(), Error> {
        actor.may_in_org(Right::MovementEdit)?;
        let mut tx = self.db.begin(actor).await?;
        store::set_file_format(&mut tx, format).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn entries(
        &self,
        tx: &mut Tx,
        records: Vec<FileRecord>,
    ) -> Result<Vec<FileEntry>, Error> {
        let pupils: Vec<PersonId> = records.iter().map(|it| it.pupil).collect();
        let cards = self.cards_of(tx, &pupils).await?;
        let genders = self.people.genders(tx, &pupils).await?;
        let mut ids: Vec<ClassId> = records
            .iter()
            .flat_map(|it| [it.to_class, it.left_class])
            .flatten()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let names = self.class_names(tx, &ids).await?;
        let name = |it: Option<ClassId>| it.and_then(|it| names.get(&it).cloned());
        let entry = |record: FileRecord| FileEntry {
            card: cards.get(&record.pupil).cloned(),
            gender: genders.get(&record.pupil).copied(),
            to: name(record.to_class)
                .or_else(|| record.to_grade.map(|it| it.to_string()))
                .unwrap_or_default(),
            from: name(record.left_class).unwrap_or_default(),
            record,
        };
        Ok(records.into_iter().map(entry).collect())
    }

    pub(super) async fn class_names(
        &self,
        tx: &mut Tx,
        ids: &[ClassId],
    ) -> Result<HashMap<ClassId, String>, Error> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let classes: Vec<Class> = self.curriculum.classes_by_id(tx, ids).await?;
        Ok(classes.into_iter().map(|it| (it.id, it.name())).collect())
    }
}
