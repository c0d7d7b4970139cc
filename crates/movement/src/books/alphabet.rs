//! The alphabet book: who was enrolled when, under which number of the
//! personal file, and who left (§3.3).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use curriculum::Class;
use db::Tx;
use kernel::{Actor, ClassId, PersonId, Right};
use people::{Card, Gender, People};

use super::{
    Books, FileFormat, Paper,
    file_number::{FileNumber, Given, page_of},
};
use crate::{Error, OrderId, OrderState, store};

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

/// An enrolment that needs a line.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
    /// The number that the order names.
    pub(crate) wish: String,
}

/// The last line of a pupil.
#[derive(Clone, Debug)]
pub(crate) struct LastRecord {
    pub(crate) id: FileRecordId,
    pub(crate) order: OrderId,
    /// Whether the order of the enrolment is in force.
    pub(crate) in_force: bool,
}

/// A line to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewRecord {
    pub(crate) pupil: PersonId,
    pub(crate) order: OrderId,
    pub(crate) letter: String,
    pub(crate) number: String,
    pub(crate) previous: Option<FileRecordId>,
}

/// What is known when numbers are given.
pub(crate) struct Numbering {
    pub(crate) format: FileFormat,
    /// Numbers of all lines.
    pub(crate) taken: HashSet<String>,
    pub(crate) last: HashMap<PersonId, LastRecord>,
    /// Numbers that the cards have.
    pub(crate) of_cards: HashMap<PersonId, String>,
}

/// What to write.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Decided {
    pub(crate) enter: Vec<NewRecord>,
    /// Lines whose enrolment was cancelled and is ordered anew.
    pub(crate) rebind: Vec<(FileRecordId, OrderId)>,
    /// Numbers that the cards have not.
    pub(crate) cards: Vec<(PersonId, String)>,
}

/// Gives numbers to enrolments, in the order given: the number of the order,
/// or that of the card, or the next of the letter. Whoever comes again gets
/// another.
fn decide(wanted: &[(Wanted, String)], mut known: Numbering) -> Decided {
    let numbers = known.taken.iter().chain(known.of_cards.values());
    let wishes = wanted.iter().map(|it| it.0.wish.as_str());
    let mut given = Given::all(numbers.map(String::as_str).chain(wishes));
    let others: HashMap<&str, PersonId> = known
        .of_cards
        .iter()
        .map(|(pupil, number)| (number.as_str(), *pupil))
        .collect();
    let mut decided = Decided::default();
    for (it, last_name) in wanted {
        let last = known.last.get(&it.pupil);
        if let Some(last) = last.filter(|last| !last.in_force || last.order == it.order) {
            if last.order != it.order {
                decided.rebind.push((last.id, it.order));
            }
            continue;
        }
        let of_card = known.of_cards.get(&it.pupil).filter(|_| last.is_none());
        let is_free = |number: &&str| {
            !number.is_empty()
                && !known.taken.contains(*number)
                && others.get(number).is_none_or(|whose| *whose == it.pupil)
        };
        let offered = [Some(it.wish.trim()), of_card.map(String::as_str)];
        let number = offered.into_iter().flatten().find(is_free);
        let number = number.map_or_else(|| given.next(last_name).show(known.format), str::to_owned);
        let letter = FileNumber::parse(&number).map_or_else(|| page_of(last_name), |it| it.letter);
        known.taken.insert(number.clone());
        if known.of_cards.get(&it.pupil) != Some(&number) {
            decided.cards.push((it.pupil, number.clone()));
        }
        decided.enter.push(NewRecord {
            pupil: it.pupil,
            order: it.order,
            letter: letter.to_string(),
            number,
            previous: last.map(|it| it.id),
        });
    }
    decided
}

/// Enters those whom the enrolment orders among these name into the alphabet
/// book, in the caller's transaction, which holds the lock of the book of
/// orders. The number of statements grows with nothing.
pub(crate) async fn number_files(
    tx: &mut Tx,
    people: &dyn People,
    orders: &[OrderId],
) -> Result<(), Error> {
    let wanted = store::enrolled_by(tx, orders).await?;
    enter(tx, people, wanted).await?;
    Ok(())
}

/// Enters these enrolments; how many lines are new.
async fn enter(tx: &mut Tx, people: &dyn People, wanted: Vec<Wanted>) -> Result<usize, Error> {
    if wanted.is_empty() {
        return Ok(0);
    }
    let pupils: Vec<PersonId> = wanted.iter().map(|it| it.pupil).collect();
    let cards = people.cards(tx, &pupils).await?;
    let mut by_pupil: HashMap<PersonId, Wanted> =
        wanted.into_iter().map(|it| (it.pupil, it)).collect();
    let named: Vec<(Wanted, String)> = cards
        .into_iter()
        .filter_map(|it| Some((by_pupil.remove(&it.id)?, it.last_name)))
        .collect();
    let (format, taken) = store::file_numbers(tx).await?;
    let known = Numbering {
        format,
        taken,
        last: store::last_records(tx, &pupils).await?,
        of_cards: people.file_numbers(tx).await?,
    };
    let decided = decide(&named, known);
    if !decided.rebind.is_empty() {
        store::rebind_records(tx, &decided.rebind).await?;
    }
    if !decided.enter.is_empty() {
        store::enter_records(tx, &decided.enter).await?;
    }
    if !decided.cards.is_empty() {
        people.give_file_numbers(tx, &decided.cards).await?;
    }
    Ok(decided.enter.len())
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
        let entered = enter(&mut tx, &*self.people, wanted).await?;
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

#[cfg(test)]
#[path = "alphabet_tests.rs"]
mod tests;
