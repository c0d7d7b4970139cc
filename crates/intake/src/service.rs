//! The use cases of intake: one public method is one transaction, but for the
//! reading of the file, which stands outside of any.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Tx, audit};
use kernel::{Actor, Right};
use serde_json::json;
use web::{
    Views,
    import::{Counters, ImportSpec, Parsed, ReadError, RowError, Sheet, Upload, check, read},
};

use work::Duty;

use crate::{
    Error,
    importer::{Importer, Note, RowOutcome, Wish},
    run::{Run, RunId, oldest_kept},
    store,
};

/// Runs that the overview shows.
const SHOWN_RUNS: i64 = 20;

/// Lists of all kinds, from the file to the database and back. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    db: Db,
    views: Views,
    importers: Arc<[Arc<dyn Importer>]>,
}

/// Who acts, and which day it is in their organisation.
#[derive(Clone, Copy)]
pub struct Started<'a> {
    pub actor: &'a Actor,
    /// «Иванова О. П.», for the list of runs.
    pub name: &'a str,
    pub today: NaiveDate,
}

/// What a run would write, looked at anew.
pub struct Preview {
    pub run: Run,
    pub spec: ImportSpec,
    pub sheet: Sheet,
    pub counters: Counters,
    /// In the order of the rows.
    pub errors: Vec<RowError>,
    pub notes: Vec<Note>,
    /// Titles of the file that mean nothing here.
    pub unknown: Vec<String>,
}

/// A file that was read.
struct Loaded {
    layout: usize,
    spec: ImportSpec,
    sheet: Sheet,
    parsed: Parsed,
}

/// What the domain says of it.
struct Assessed {
    counters: Counters,
    errors: Vec<RowError>,
    notes: Vec<Note>,
    /// The rows without mistakes.
    good: Wish,
}

impl Intake {
    /// `importers` in the order in which a new school needs them.
    pub fn new(db: Db, views: Views, importers: Vec<Arc<dyn Importer>>) -> Self {
        Self {
            db,
            views,
            importers: importers.into(),
        }
    }

    /// The kinds of lists that the actor may bring.
    ///
    /// # Errors
    /// [`Error::Denied`] for whoever may bring none.
    pub fn kinds(&self, actor: &Actor) -> Result<Vec<Arc<dyn Importer>>, Error> {
        actor.may_in_org(Right::ImportRun)?;
        let may = |it: &&Arc<dyn Importer>| actor.may_in_org(it.right()).is_ok();
        Ok(self.importers.iter().filter(may).cloned().collect())
    }

    /// The importer of that kind.
    ///
    /// # Errors
    /// [`Error::NoSuchKind`]; [`Error::Denied`].
    pub fn importer(&self, actor: &Actor, kind: &str) -> Result<Arc<dyn Importer>, Error> {
        actor.may_in_org(Right::ImportRun)?;
        let found = self.importers.iter().find(|it| it.kind() == kind).cloned();
        let found = found.ok_or(Error::NoSuchKind)?;
        actor.may_in_org(found.right())?;
        Ok(found)
    }

    /// The layout of the template.
    pub fn template(&self, importer: &dyn Importer) -> Option<ImportSpec> {
        self.specs(importer).into_iter().next()
    }

    /// The latest runs of the kinds that the actor may bring.
    pub async fn runs(&self, actor: &Actor) -> Result<Vec<Run>, Error> {
        let kinds: Vec<String> = self
            .kinds(actor)?
            .iter()
            .map(|it| it.kind().to_owned())
            .collect();
        let mut tx = self.db.begin(actor).await?;
        let runs = store::latest(&mut tx, &kinds, SHOWN_RUNS).await?;
        tx.commit().await?;
        Ok(runs)
    }

    /// Reads a file and keeps it for the preview. Nothing else is written.
    ///
    /// # Errors
    /// [`Error::Unreadable`]; [`Error::Unfit`].
    #[tracing::instrument(name = "intake.start", skip_all, fields(kind))]
    pub async fn start(
        &self,
        by: Started<'_>,
        kind: &str,
        upload: &Upload,
    ) -> Result<RunId, Error> {
        let importer = self.importer(by.actor, kind)?;
        if upload.bytes.is_empty() {
            return Err(ReadError::NoFile.into());
        }
        let loaded = self
            .load(&*importer, upload.bytes.to_vec(), by.today)
            .await?;
        let mut tx = self.db.begin(by.actor).await?;
        let it = assess(&mut tx, &*importer, by, &loaded, BTreeMap::new()).await?;
        let new = store::NewRun {
            kind,
            file_name: &upload.name,
            counters: it.counters,
            by: by.name,
        };
        let id = store::start(&mut tx, &new, &upload.bytes).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The run and its importer.
    ///
    /// # Errors
    /// [`Error::NoSuchRun`]; [`Error::Denied`] for a kind that is not the actor's.
    pub async fn run(&self, actor: &Actor, id: RunId) -> Result<(Run, Arc<dyn Importer>), Error> {
        actor.may_in_org(Right::ImportRun)?;
        let mut tx = self.db.begin(actor).await?;
        let run = store::run(&mut tx, id).await?.ok_or(Error::NoSuchRun)?;
        tx.commit().await?;
        let importer = self.importer(actor, &run.kind)?;
        Ok((run, importer))
    }

    /// What a previewed run would write now.
    ///
    /// # Errors
    /// [`Error::NotPreviewed`]; [`Error::FileGone`].
    pub async fn preview(&self, by: Started<'_>, id: RunId) -> Result<Preview, Error> {
        let (run, importer, loaded) = self.loaded(by, id).await?;
        let mut tx = self.db.begin(by.actor).await?;
        let it = assess(&mut tx, &*importer, by, &loaded, BTreeMap::new()).await?;
        tx.commit().await?;
        Ok(Preview {
            run,
            counters: it.counters,
            errors: it.errors,
            notes: it.notes,
            unknown: loaded.parsed.unknown,
            spec: loaded.spec,
            sheet: loaded.sheet,
        })
    }

    /// Writes the rows of a run, all of them or none. Everything is checked
    /// anew in the same transaction, which is the caller's to commit;
    /// `duty` is told how many rows there are.
    ///
    /// # Errors
    /// [`Error::RowsWithErrors`] unless they are to be left out;
    /// [`Error::NothingToWrite`]; [`Error::NotPreviewed`].
    #[tracing::instrument(name = "intake.commit", skip_all, fields(run.id = %id))]
    pub async fn commit(
        &self,
        by: Started<'_>,
        id: RunId,
        leave_bad_rows: LeaveBadRows,
        answers: BTreeMap<String, String>,
        duty: Option<&Duty>,
    ) -> Result<(Tx, Counters), Error> {
        let (_, importer, loaded) = self.loaded(by, id).await?;
        if let Some(duty) = duty {
            duty.tell(0, loaded.parsed.records.len()).await?;
        }
        let mut tx = self.db.begin(by.actor).await?;
        store::lock_org(&mut tx).await?;
        let (run, _) = store::locked(&mut tx, id).await?.ok_or(Error::NoSuchRun)?;
        run.must_be_previewed()?;
        let it = assess(&mut tx, &*importer, by, &loaded, answers).await?;
        it.may_be_written(leave_bad_rows)?;
        let commit = importer.commit(&mut tx, by.actor, &it.good).await?;
        store::committed(&mut tx, id, it.counters, &commit.undo).await?;
        store::drop_file(&mut tx, id).await?;
        note(&mut tx, "intake.committed", &run).await?;
        Ok((tx, it.counters))
    }

    /// Takes back what a run wrote, within a day; the transaction is the
    /// caller's to commit.
    ///
    /// # Errors
    /// [`Error::NotCommitted`]; [`Error::TooLate`]; [`Error::ChangedSince`];
    /// [`Error::UsedSince`].
    #[tracing::instrument(name = "intake.revert", skip_all, fields(run.id = %id))]
    pub async fn revert(&self, actor: &Actor, id: RunId) -> Result<(Tx, Run), Error> {
        let (_, importer) = self.run(actor, id).await?;
        let reason = self.views.word("intake.revert-reason");
        let mut tx = self.db.begin(actor).await?;
        store::lock_org(&mut tx).await?;
        let (run, undo) = store::locked(&mut tx, id).await?.ok_or(Error::NoSuchRun)?;
        run.must_be_revertible(tx.now())?;
        let undo = undo.ok_or(Error::TooLate)?;
        importer.revert(&mut tx, actor, &undo, &reason).await?;
        store::reverted(&mut tx, id).await?;
        note(&mut tx, "intake.reverted", &run).await?;
        Ok((tx, run))
    }

    /// Gives a previewed run up and forgets its file.
    pub async fn abandon(&self, actor: &Actor, id: RunId) -> Result<Run, Error> {
        self.run(actor, id).await?;
        let mut tx = self.db.begin(actor).await?;
        let (run, _) = store::locked(&mut tx, id).await?.ok_or(Error::NoSuchRun)?;
        run.must_be_previewed()?;
        store::abandoned(&mut tx, id).await?;
        store::drop_file(&mut tx, id).await?;
        tx.commit().await?;
        Ok(run)
    }

    /// Forgets old files and what is needed for reverts that are too late.
    pub async fn sweep(&self) -> Result<(), Error> {
        let mut tx = self.db.begin_worker().await?;
        let before = oldest_kept(tx.now());
        store::sweep(&mut tx, before).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The moment it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.db.clock().now()
    }

    fn specs(&self, importer: &dyn Importer) -> Vec<ImportSpec> {
        let spec = |it: crate::Layout| ImportSpec::new(it.id, it.columns, &self.views);
        importer.layouts().into_iter().map(spec).collect()
    }

    async fn loaded(
        &self,
        by: Started<'_>,
        id: RunId,
    ) -> Result<(Run, Arc<dyn Importer>, Loaded), Error> {
        let (run, importer) = self.run(by.actor, id).await?;
        run.must_be_previewed()?;
        let mut tx = self.db.begin(by.actor).await?;
        let bytes = store::file(&mut tx, id).await?.ok_or(Error::FileGone)?;
        tx.commit().await?;
        let loaded = self.load(&*importer, bytes, by.today).await?;
        Ok((run, importer, loaded))
    }

    /// Reads the file by the first layout whose titles it has, off the async threads.
    async fn load(
        &self,
        importer: &dyn Importer,
        bytes: Vec<u8>,
        today: NaiveDate,
    ) -> Result<Loaded, Error> {
        let specs = self.specs(importer);
        let work = tokio::task::spawn_blocking(move || load(&bytes, specs, today));
        Ok(work.await.unwrap_or(Err(ReadError::Damaged))?)
    }
}

/// What to do with rows that have mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveBadRows {
    Yes,
    /// Refuse the whole list where there are any.
    No,
}

fn load(bytes: &[u8], specs: Vec<ImportSpec>, today: NaiveDate) -> Result<Loaded, ReadError> {
    for (layout, spec) in specs.into_iter().enumerate() {
        match read(bytes, &spec) {
            Err(ReadError::NoHeader) => {}
            Err(other) => return Err(other),
            Ok(sheet) => {
                let parsed = check(&spec, &sheet, today);
                return Ok(Loaded {
                    layout,
                    spec,
                    sheet,
                    parsed,
                });
            }
        }
    }
    Err(ReadError::NoHeader)
}

async fn assess(
    tx: &mut Tx,
    importer: &dyn Importer,
    by: Started<'_>,
    loaded: &Loaded,
    answers: BTreeMap<String, String>,
) -> Result<Assessed, Error> {
    let records = loaded.parsed.records.clone();
    let mut wish = Wish {
        layout: loaded.layout,
        records,
        answers,
        today: by.today,
    };
    let check = importer.check(tx, by.actor, &wish).await?;
    let mut errors = loaded.parsed.errors.clone();
    errors.extend(check.errors().cloned());
    errors.sort_by_key(|it| it.row);
    let count = |wanted: &RowOutcome| check.rows.iter().filter(|it| *it == wanted).count();
    let counters = Counters {
        create: count(&RowOutcome::Create),
        update: count(&RowOutcome::Update),
        skip: count(&RowOutcome::Skip),
        errors: errors
            .iter()
            .map(|it| it.row)
            .collect::<BTreeSet<u32>>()
            .len(),
    };
    let mut outcomes = check.rows.iter();
    wish.records
        .retain(|_| !matches!(outcomes.next(), Some(RowOutcome::Errors(_)) | None));
    Ok(Assessed {
        counters,
        errors,
        notes: check.notes,
        good: wish,
    })
}

impl Assessed {
    fn may_be_written(&self, leave_bad_rows: LeaveBadRows) -> Result<(), Error> {
        if self.counters.create + self.counters.update == 0 {
            return Err(Error::NothingToWrite);
        }
        if !self.errors.is_empty() && leave_bad_rows == LeaveBadRows::No {
            return Err(Error::RowsWithErrors);
        }
        Ok(())
    }
}

async fn note(tx: &mut Tx, action: &str, run: &Run) -> Result<(), Error> {
    let object = format!("intake.run:{}", run.id);
    audit::record(tx, action, &object, &json!({ "kind": run.kind })).await?;
    Ok(())
}
