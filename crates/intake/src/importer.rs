//! What a domain offers so that its lists can be brought as files.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::NaiveDate;
use db::Tx;
use kernel::{Actor, Right};
use serde_json::Value;
use web::{
    Views,
    import::{Column, Record, RowError},
};

use crate::Error;

/// One way in which a list may be laid out. Titles are the words
/// `<id>.col.<key>` (see [`web::import::ImportSpec`]).
pub struct Layout {
    pub id: &'static str,
    pub columns: Vec<Column>,
}

impl Layout {
    pub fn new(id: &'static str, columns: impl Into<Vec<Column>>) -> Self {
        Self {
            id,
            columns: columns.into(),
        }
    }
}

/// Something that is asked before the rows are written. Its label is the word
/// `intake.<kind>.ask.<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    pub code: &'static str,
    pub kind: AskKind,
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKind {
    Flag,
    Date,
}

/// What somebody wants to be written.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Which of [`Importer::layouts`] the file has.
    pub layout: usize,
    /// The rows that could be read.
    pub records: Vec<Record>,
    /// What was asked, by the codes of [`Importer::asks`]; a flag is `1`.
    pub answers: BTreeMap<String, String>,
    /// The day it is in the organisation.
    pub today: NaiveDate,
}

impl Wish {
    /// Whether the box was ticked.
    pub fn flag(&self, code: &str) -> bool {
        self.answers.get(code).is_some_and(|it| it == "1")
    }

    /// The day that was typed; `None` for an empty one.
    ///
    /// # Errors
    /// [`Error::Unfit`] where it is not a day.
    pub fn date(&self, code: &str) -> Result<Option<NaiveDate>, Error> {
        match self.answers.get(code).map_or("", |it| it.trim()) {
            "" => Ok(None),
            text => kernel::dates::parse_date(text, self.today)
                .map(Some)
                .map_err(|_| Error::Unfit("intake.bad-date")),
        }
    }
}

/// What would become of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowOutcome {
    Create,
    Update,
    /// Everything is there already.
    Skip,
    Errors(Vec<RowError>),
}

/// Something to be said of the whole list: the word `intake.note.<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub code: &'static str,
    pub args: BTreeMap<String, String>,
}

impl Note {
    pub fn new(code: &'static str) -> Self {
        Self {
            code,
            args: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

/// What would become of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// An outcome for each record, in their order.
    pub rows: Vec<RowOutcome>,
    pub notes: Vec<Note>,
}

impl Check {
    /// All mistakes of the rows.
    pub fn errors(&self) -> impl Iterator<Item = &RowError> {
        self.rows.iter().flat_map(|it| match it {
            RowOutcome::Errors(errors) => errors.as_slice(),
            _ => &[],
        })
    }
}

/// Collects the outcome of each row while a domain looks at it.
pub struct Rows<'a> {
    records: &'a [Record],
    errors: Vec<Vec<RowError>>,
}

impl<'a> Rows<'a> {
    pub fn new(records: &'a [Record]) -> Self {
        Self {
            records,
            errors: vec![Vec::new(); records.len()],
        }
    }

    /// A mistake of one cell, shown with what stands there.
    pub fn refuse(&mut self, index: usize, column: &'static str, code: impl Into<String>) {
        let record = &self.records[index];
        let error = RowError::new(record.row, column, shown(record, column), code);
        self.errors[index].push(error);
    }

    /// Whether nothing is wrong with the row so far.
    pub fn is_good(&self, index: usize) -> bool {
        self.errors[index].is_empty()
    }

    /// What would become of the list: see [`Rows::finish`], with what is to be said of the whole.
    pub fn checked(self, notes: Vec<Note>, decide: impl FnMut(usize) -> RowOutcome) -> Check {
        Check {
            rows: self.finish(decide),
            notes,
        }
    }

    /// The outcomes: the mistakes, or else what `decide` says of a good row.
    pub fn finish(self, mut decide: impl FnMut(usize) -> RowOutcome) -> Vec<RowOutcome> {
        let decided = self.errors.into_iter().enumerate().map(|(index, errors)| {
            if errors.is_empty() {
                decide(index)
            } else {
                RowOutcome::Errors(errors)
            }
        });
        decided.collect()
    }
}

/// The cell as the person wrote it, more or less.
fn shown(record: &Record, column: &str) -> String {
    use web::import::Value as Cell;
    match record.values.get(column) {
        None => String::new(),
        Some(Cell::Text(it)) => it.clone(),
        Some(Cell::Integer(it)) => it.to_string(),
        Some(Cell::Decimal(it)) => it.normalize().to_string().replace('.', ","),
        Some(Cell::Date(it)) => kernel::dates::show_date(*it),
        Some(Cell::Time(it)) => kernel::dates::show_time(*it),
        Some(Cell::Flag(it)) => if *it { "1" } else { "0" }.to_owned(),
        Some(Cell::Choice(it)) => (*it).to_owned(),
    }
}

/// What was written, and what taking it back needs.
#[derive(Clone, Debug)]
pub struct Commit {
    pub undo: Value,
}

/// One kind of list that can be brought as a file.
///
/// Everything happens in the caller's transaction and set-wise: the number of
/// statements does not grow with the rows.
#[async_trait]
pub trait Importer: Send + Sync {
    /// The name in URLs and in the keys of the words: `intake.<kind>.title`, `intake.<kind>.about`.
    fn kind(&self) -> &'static str;

    /// Needed over the whole organisation, besides [`Right::ImportRun`].
    fn right(&self) -> Right;

    /// The layouts that are read; the template has the first.
    fn layouts(&self) -> Vec<Layout>;

    /// The page where what was written can be seen, inside the organisation: `/people/pupils`.
    fn list_path(&self) -> &'static str;

    /// Rows that the template comes with.
    fn samples(&self, _views: &Views) -> Vec<Vec<String>> {
        vec![]
    }

    /// What is asked before the rows are written.
    fn asks(&self) -> &'static [Ask] {
        &[]
    }

    /// Compares the list with what is there; writes nothing.
    ///
    /// # Errors
    /// [`Error::Unfit`] where something the whole list needs is missing.
    async fn check(&self, tx: &mut Tx, actor: &Actor, wish: &Wish) -> Result<Check, Error>;

    /// Writes records that were just checked in the same transaction and had no mistakes.
    async fn commit(&self, tx: &mut Tx, actor: &Actor, wish: &Wish) -> Result<Commit, Error>;

    /// Takes back what was written.
    ///
    /// # Errors
    /// [`Error::ChangedSince`] or [`Error::UsedSince`] where that would lose
    /// what somebody did since.
    async fn revert(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        undo: &Value,
        reason: &str,
    ) -> Result<(), Error>;
}
