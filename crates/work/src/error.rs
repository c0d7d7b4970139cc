use kernel::{Fault, Kind};

/// Why a job is not queued, shown, cancelled or ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such job")]
    NoSuchRun,
    #[error("the job belongs to somebody else")]
    NotOwn,
    #[error("the job is over already")]
    Over,
    /// It was cancelled, or its lease ended and another node has it.
    #[error("the job is not this worker's any more")]
    Lost,
    #[error("nobody knows how to do «{0}»")]
    UnknownKind(String),
    #[error("what the job was given or gave makes no sense")]
    Json(#[from] serde_json::Error),
    #[error("the storage of jobs failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSuchRun => Kind::NotFound,
            Self::NotOwn => Kind::Forbidden,
            Self::Over | Self::Lost => Kind::Conflict,
            Self::UnknownKind(_) | Self::Json(_) => Kind::Bug,
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchRun => "work.no-such-run",
            Self::NotOwn => "work.not-own",
            Self::Over => "work.over",
            Self::Lost => "work.lost",
            Self::UnknownKind(_) | Self::Json(_) => "bug",
            Self::Db(it) => it.code(),
        }
    }
}
