//! Papers for the archive (S3:8; RPT-2): the journal of a class, the report
//! cards of the whole school, all reports that somebody owes: jobs with progress.

mod cards;
mod class_journal;
mod owed;
mod sheets;

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Tx, files::FileId};
use journal::Journal;
use kernel::{Actor, ClassId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use web::paper::Paper;

use crate::{Copies, Error, Hand, store};

pub use cards::AllCards;
pub(crate) use cards::CARDS;
pub use class_journal::ClassJournal;
pub(crate) use class_journal::JOURNAL;
pub(crate) use owed::OWED;
pub use owed::OwedReports;

kernel::id!(/// A paper of the archive.
    ArchivePaperId);

/// Makes papers of the archive and reads them back. Cheap to clone.
#[derive(Clone)]
pub struct Archive {
    pub copies: Copies,
    pub journal: Journal,
}

/// A paper as the list shows it.
#[derive(Clone, Debug)]
pub struct ArchivePaper {
    pub id: ArchivePaperId,
    /// `cards`, `journal`, `owed`
    pub kind: String,
    pub class: Option<ClassId>,
    pub class_name: String,
    /// The calendar year in which the academic year begins.
    pub year: i16,
    /// Code of the period; `year` for all of it.
    pub period: String,
    /// How many pupils, subjects or reports stand in it.
    pub parts: i32,
    pub file: FileId,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub made_name: String,
    pub made_at: DateTime<Utc>,
}

/// What a job is queued with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) class: Option<ClassId>,
    /// Code of the period; `year` for all of it.
    pub(crate) period: String,
    pub(crate) today: NaiveDate,
    pub(crate) hand: Hand,
}

/// A paper that is laid out and not yet kept.
struct Made<'a> {
    kind: &'static str,
    class: Option<(ClassId, &'a str)>,
    year: i16,
    period: &'a str,
    parts: usize,
}

impl Archive {
    /// Lays the paper out and keeps it; the transaction is the job's to end.
    async fn keep(
        &self,
        actor: &Actor,
        made: Made<'_>,
        paper: &Paper,
        by: &str,
    ) -> Result<(Tx, ArchivePaperId), Error> {
        let bytes = Bytes::from(self.copies.press.pdf(paper).await?);
        let sha256 = Sha256::digest(&bytes);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let mut tx = self.copies.reporting.db().begin(actor).await?;
        let name = format!("{}.pdf", paper.name);
        let files = &self.copies.files;
        let file = files.put(&mut tx, &name, "application/pdf", bytes).await?;
        let new = store::NewPaper {
            kind: made.kind,
            class: made.class,
            year: made.year,
            period: made.period,
            parts: i32::try_from(made.parts).unwrap_or(i32::MAX),
            file,
            size,
            sha256: &sha256,
            made_name: by,
        };
        let id = store::insert_paper(&mut tx, &new).await?;
        let details = serde_json::json!({ "kind": made.kind, "period": made.period });
        let object = format!("reporting.paper:{id}");
        db::audit::record(&mut tx, "reporting.archived", &object, &details).await?;
        Ok((tx, id))
    }

    /// A paper with its bytes; none where they are not what was kept.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for a paper that is not the actor's to see.
    pub(crate) async fn open(
        &self,
        actor: &Actor,
        id: ArchivePaperId,
    ) -> Result<(ArchivePaper, Option<(String, Bytes)>), Error> {
        let mut tx = self.copies.reporting.db().begin(actor).await?;
        let paper = self.copies.reporting.paper(&mut tx, actor, id).await?;
        let read = self.copies.files.get(&mut tx, paper.file).await;
        tx.commit().await?;
        let bytes = match read {
            Ok(Some((file, bytes))) if Sha256::digest(&bytes)[..] == paper.sha256[..] => {
                Some((file.name, bytes))
            }
            Ok(_) | Err(db::Error::Corrupt { .. }) => {
                tracing::error!(paper.id = %id, "a paper of the archive is not what was kept");
                None
            }
            Err(other) => return Err(other.into()),
        };
        Ok((paper, bytes))
    }
}
