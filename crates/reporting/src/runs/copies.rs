//! Freezing a report, and opening what was frozen.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, files::Files};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use web::{
    Member, Views,
    paper::{Paper, Press},
    print::Footer,
    table::XLSX,
};

use super::{Changes, Kept, NewRun, Output, ReportRunId, Stored, hash};
use crate::{Asked, Error, Made, Reporting, output::Shown};

/// Who makes a paper, as its foot names them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Hand {
    /// Of addresses: `/o/krymsk-g7`.
    pub base: String,
    pub footer: Footer,
    /// «Иванова О. П.»
    pub name: String,
}

impl Hand {
    /// Whoever asks.
    pub fn of(member: &Member, views: &Views) -> Self {
        Self {
            base: member.path(""),
            footer: Footer::of(views, &member.visit),
            name: member.me.initials.clone(),
        }
    }
}

/// What became of a wish to freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub run: ReportRunId,
    /// Not frozen again: the last copy is of the same day and says the same.
    pub same: bool,
}

/// Makes frozen copies (RPT-7) and reads them back. Cheap to clone.
#[derive(Clone)]
pub struct Copies {
    pub(crate) reporting: Reporting,
    pub(crate) views: Views,
    pub(crate) press: Arc<dyn Press>,
    pub(crate) files: Files,
}

/// A copy that was opened.
pub(crate) struct Opened {
    pub(crate) stored: Stored,
    pub(crate) kept: Kept,
    /// The content and both files are what was frozen.
    pub(crate) whole: bool,
    /// How it differs from the report of today; none where that cannot be made.
    pub(crate) changes: Option<Changes>,
}

impl Copies {
    pub const fn new(
        reporting: Reporting,
        views: Views,
        press: Arc<dyn Press>,
        files: Files,
    ) -> Self {
        Self {
            reporting,
            views,
            press,
            files,
        }
    }

    /// The hand of somebody without a visit, such as a demonstration's people.
    ///
    /// # Errors
    /// The database refused.
    pub async fn hand(
        &self,
        db: &Db,
        actor: &Actor,
        code: &str,
        name: &str,
    ) -> Result<Hand, Error> {
        let mut tx = db.begin(actor).await?;
        let own = self.reporting.orgs.home(&mut tx).await?;
        let now = tx.now().with_timezone(&own.zone);
        tx.commit().await?;
        Ok(Hand {
            base: format!("/o/{code}"),
            footer: Footer::by(&self.views, now, name, &own.name),
            name: name.to_owned(),
        })
    }

    /// Freezes the report as it is now. Two presses at once make one copy.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a report, class or teacher of somebody else;
    /// [`Error::Empty`] where there is nothing to freeze.
    pub async fn freeze(
        &self,
        actor: &Actor,
        asked: Asked,
        hand: &Hand,
        today: NaiveDate,
    ) -> Result<Frozen, Error> {
        let (frozen, _) = self.frozen(actor, asked, hand, today).await?;
        Ok(frozen)
    }

    /// The same, with the paper that was laid out.
    #[tracing::instrument(name = "reporting.freeze", skip_all, fields(report = asked.kind.code()))]
    pub(crate) async fn frozen(
        &self,
        actor: &Actor,
        asked: Asked,
        hand: &Hand,
        today: NaiveDate,
    ) -> Result<(Frozen, Paper), Error> {
        // A copy is of one period.
        let mut asked = asked;
        asked.more.side = false;
        let made = self.reporting.make(actor, asked.clone(), today).await?;
        let shown = Shown::of(&made, asked.kind, &hand.base, &self.views);
        if shown.is_empty {
            return Err(Error::Empty);
        }
        let new = NewRun::of(&made, &asked, Output::Copy, &hand.name);
        let run = self.reporting.log(actor, &new).await?;
        let footer = hand.footer.clone().numbered(&self.views, run.get());
        let paper = shown.paper(asked.kind, footer.clone(), &self.views)?;
        let pdf = Bytes::from(self.press.pdf(&paper).await?);
        let book = shown.book(asked.kind, &self.views);
        let xlsx = Bytes::from(book.bytes(&self.views, &footer)?);
        let content = content(&new, &shown)?;
        let sha256 = hash(&content);
        let name = |end: &str| format!("{}-{run}.{end}", asked.kind.code());

        let mut tx = self.reporting.db().begin(actor).await?;
        let place = new.place();
        if let Some(same) = crate::store::newest_copy(&mut tx, &place).await?
            && same.sha256 == sha256
            && self.reporting.day_of(&mut tx, same.frozen_at).await? == today
        {
            tx.commit().await?;
            let same = Frozen {
                run: same.run,
                same: true,
            };
            return Ok((same, paper));
        }
        let pdf_file = self
            .files
            .put(&mut tx, &name("pdf"), "application/pdf", pdf.clone())
            .await?;
        let xlsx_file = self
            .files
            .put(&mut tx, &name("xlsx"), XLSX, xlsx.clone())
            .await?;
        let frozen = crate::store::NewCopy {
            run,
            place: &place,
            content: &content,
            sha256: &sha256,
            gaps: i32::try_from(shown.gaps()).unwrap_or(i32::MAX),
            pdf: (pdf_file, &Sha256::digest(&pdf)),
            xlsx: (xlsx_file, &Sha256::digest(&xlsx)),
        };
        crate::store::freeze(&mut tx, &frozen).await?;
        let details = json!({ "kind": new.kind, "params": new.params.query() });
        db::audit::record(
            &mut tx,
            "reporting.frozen",
            &format!("reporting.frozen:{run}"),
            &details,
        )
        .await?;
        tx.commit().await?;
        Ok((Frozen { run, same: false }, paper))
    }

    /// Opens a copy, checks it, and compares it to the report of today where
    /// `asked` tells how to make that.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a copy that is not the actor's to see.
    pub(crate) async fn open(
        &self,
        actor: &Actor,
        run: ReportRunId,
        asked: impl FnOnce(&Stored) -> Option<Asked> + Send,
        base: &str,
        today: NaiveDate,
    ) -> Result<Opened, Error> {
        let stored = self.reporting.copy(actor, run).await?;
        let kept = stored.content.get("report").cloned().unwrap_or_default();
        let mut kept: Kept = serde_json::from_value(kept).map_err(|_| Error::Broken)?;
        let whole = hash(&stored.content) == stored.sha256;
        if !whole {
            tracing::error!(run.id = %run, "a frozen report is not what was frozen");
        }
        let changes = match asked(&stored) {
            None => None,
            Some(asked) => self
                .today(actor, asked, stored.run.year, base, today)
                .await?
                .map(|now| kept.compare(&now)),
        };
        Ok(Opened {
            stored,
            kept,
            whole,
            changes,
        })
    }

    /// The same report as it is today; none of another year, of a class that
    /// is no more, of a kind that is not offered any more.
    async fn today(
        &self,
        actor: &Actor,
        asked: Asked,
        year: i16,
        base: &str,
        today: NaiveDate,
    ) -> Result<Option<Kept>, Error> {
        let made = match self.reporting.make(actor, asked.clone(), today).await {
            Ok(made) if is_of_year(&made, year) => made,
            Ok(_) | Err(Error::NotFound | Error::NoYear) => return Ok(None),
            Err(other) => return Err(other),
        };
        let shown = Shown::of(&made, asked.kind, base, &self.views);
        let value = serde_json::to_value(&shown)?;
        Ok(Some(serde_json::from_value(value)?))
    }

    /// A file of a copy, checked against the copy.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Broken`] where the file is not what was frozen.
    pub(crate) async fn file(
        &self,
        actor: &Actor,
        run: ReportRunId,
        output: Output,
    ) -> Result<(String, String, Bytes), Error> {
        let stored = self.reporting.copy(actor, run).await?;
        let (id, sha256) = match output {
            Output::Pdf => stored.pdf,
            Output::Xlsx => stored.xlsx,
            Output::Csv | Output::Copy | Output::Mail => return Err(Error::NotFound),
        };
        let mut tx = self.reporting.db().begin(actor).await?;
        let (file, bytes) = self.files.get(&mut tx, id).await?.ok_or(Error::NotFound)?;
        tx.commit().await?;
        if Sha256::digest(&bytes)[..] != sha256[..] {
            return Err(Error::Broken);
        }
        Ok((file.name, file.media_type, bytes))
    }
}

fn is_of_year(made: &Made, year: i16) -> bool {
    use chrono::Datelike;
    made.year.0.year() == i32::from(year)
}

/// What is frozen: the choice and the page, without the moment and the number.
fn content(new: &NewRun, shown: &Shown) -> Result<Value, Error> {
    Ok(json!({
        "kind": new.kind,
        "year": new.year,
        "params": new.params.json(),
        "report": serde_json::to_value(shown)?,
    }))
}

/// The newest copy of a place.
#[derive(Clone, Debug)]
pub(crate) struct Newest {
    pub(crate) run: ReportRunId,
    pub(crate) sha256: Vec<u8>,
    pub(crate) frozen_at: DateTime<Utc>,
}
