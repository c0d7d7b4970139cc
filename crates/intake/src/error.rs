use kernel::{Fault, Kind};
use web::import::ReadError;

/// Why a list is not taken, written or taken back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such kind of list")]
    NoSuchKind,
    #[error("there is no such import")]
    NoSuchRun,
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] ReadError),
    /// Something that the whole list needs is missing; the code of the words.
    #[error("the list cannot be taken: {0}")]
    Unfit(&'static str),
    #[error("the file is not kept any more")]
    FileGone,
    #[error("there are rows with errors and nobody said to leave them out")]
    RowsWithErrors,
    #[error("there is nothing to write")]
    NothingToWrite,
    #[error("the list was written or given up already")]
    NotPreviewed,
    #[error("the list is not one that was written")]
    NotCommitted,
    #[error("a day has passed since it was written")]
    TooLate,
    #[error("what the list wrote was changed since")]
    ChangedSince,
    #[error("other data refers to what the list wrote")]
    UsedSince,
    #[error("what a revert needs makes no sense")]
    BadUndo(#[source] serde_json::Error),
    #[error("a domain refused: {0}")]
    Asked(Box<dyn Fault>),
    #[error("the job of the import cannot go on")]
    Work(#[from] work::Error),
    #[error("the storage of intake failed")]
    Db(#[from] db::Error),
}

impl Error {
    /// The refusal of a domain.
    pub fn of(fault: impl Fault) -> Self {
        Self::Asked(Box::new(fault))
    }
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Asked(it) => it.kind(),
            Self::Work(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::NoSuchKind | Self::NoSuchRun => Kind::NotFound,
            Self::Unreadable(_) | Self::Unfit(_) | Self::RowsWithErrors | Self::NothingToWrite => {
                Kind::Invalid
            }
            Self::FileGone
            | Self::NotPreviewed
            | Self::NotCommitted
            | Self::TooLate
            | Self::ChangedSince
            | Self::UsedSince => Kind::Conflict,
            Self::BadUndo(_) => Kind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Asked(it) => it.code(),
            Self::Work(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::Unreadable(it) => it.code(),
            Self::Unfit(code) => code,
            Self::NoSuchKind => "intake.no-such-kind",
            Self::NoSuchRun => "intake.no-such-run",
            Self::FileGone => "intake.file-gone",
            Self::RowsWithErrors => "intake.rows-with-errors",
            Self::NothingToWrite => "intake.nothing-to-write",
            Self::NotPreviewed => "intake.not-previewed",
            Self::NotCommitted => "intake.not-committed",
            Self::TooLate => "intake.too-late",
            Self::ChangedSince => "intake.changed-since",
            Self::UsedSince => "intake.used-since",
            Self::BadUndo(_) => "bug",
        }
    }
}
