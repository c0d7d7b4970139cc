use kernel::{Denied, Fault, Kind};

use crate::Wrong;

/// Why a report is not built, opened or sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("there is no such report, request or source")]
    NotFound,
    #[error("the report rests on fields that the reader may not see")]
    ClosedFields,
    #[error("the definition makes no sense")]
    Wrong(Vec<Wrong>),
    #[error("the title is empty or too long")]
    BadTitle,
    #[error("a request needs a text and a day that has not passed")]
    BadRequest,
    #[error("the request is closed already")]
    ClosedAlready,
    #[error("someone else changed the report meanwhile")]
    ChangedMeanwhile,
    #[error("a source did not answer: {0}")]
    Source(Box<dyn Fault>),
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the letter could not be made")]
    Render(#[from] web::RenderError),
    #[error("the storage of reports failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::ClosedFields => Kind::Forbidden,
            Self::Wrong(_) | Self::BadTitle | Self::BadRequest => Kind::Invalid,
            Self::ClosedAlready | Self::ChangedMeanwhile => Kind::Conflict,
            Self::Source(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Render(_) => Kind::Bug,
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::ClosedFields => "builder.closed-fields",
            Self::Wrong(_) => "builder.wrong",
            Self::BadTitle => "builder.bad-title",
            Self::BadRequest => "builder.bad-request",
            Self::ClosedAlready => "builder.closed-already",
            Self::ChangedMeanwhile => "builder.changed-meanwhile",
            Self::Source(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Render(_) => "bug",
            Self::Db(it) => it.code(),
        }
    }
}
