use kernel::{Denied, Fault, Kind};

/// Why a report cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("there is no such report, class or period")]
    NotFound,
    #[error("there is no academic year to report of")]
    NoYear,
    #[error("there is nothing to freeze")]
    Empty,
    #[error("no report is owed")]
    NothingOwed,
    #[error("what was kept is not what was made")]
    Broken,
    #[error("a content is no JSON")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Press(#[from] web::paper::PressError),
    #[error(transparent)]
    Export(#[from] web::table::ExportError),
    #[error(transparent)]
    Org(#[from] org::Error),
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error(transparent)]
    People(#[from] people::Error),
    #[error(transparent)]
    Identity(#[from] identity::Error),
    #[error(transparent)]
    Curriculum(#[from] curriculum::Error),
    #[error(transparent)]
    Movement(#[from] movement::Error),
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// Another domain refused.
    #[error("another domain did not answer: {0}")]
    Neighbour(Box<dyn Fault>),
    #[error(transparent)]
    Render(#[from] web::RenderError),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::NoYear | Self::Empty | Self::NothingOwed => Kind::Invalid,
            Self::Broken | Self::Json(_) => Kind::Bug,
            Self::Press(it) => it.kind(),
            Self::Export(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Identity(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Journal(it) => it.kind(),
            Self::Neighbour(it) => it.kind(),
            Self::Render(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::NoYear => "reporting.no-year",
            Self::Empty => "reporting.empty",
            Self::NothingOwed => "reporting.nothing-owed",
            Self::Broken => "reporting.broken",
            Self::Json(_) => "bug",
            Self::Press(it) => it.code(),
            Self::Export(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Journal(it) => it.code(),
            Self::Neighbour(it) => it.code(),
            Self::Render(it) => it.code(),
        }
    }
}
