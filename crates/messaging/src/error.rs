use kernel::{Fault, Kind};

/// Why the post refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("no link of ours, or of an organisation that is gone")]
    NoSuchLink,
    #[error("there is no such letter to be sent again")]
    NoSuchLetter,
    #[error("the system gave no randomness")]
    NoRandomness,
    #[error("an event says what is no event of its kind")]
    StrangeEvent,
    #[error("another domain did not answer: {0}")]
    Neighbour(Box<dyn Fault>),
    #[error("the storage of messaging failed")]
    Db(#[from] db::Error),
}

impl Error {
    /// What another domain said.
    pub(crate) fn neighbour(it: impl Fault) -> Self {
        Self::Neighbour(Box::new(it))
    }
}

impl From<web::RenderError> for Error {
    fn from(it: web::RenderError) -> Self {
        Self::neighbour(it)
    }
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::Neighbour(it) => it.kind(),
            Self::NoSuchLink | Self::NoSuchLetter => Kind::NotFound,
            Self::NoRandomness | Self::StrangeEvent => Kind::Bug,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::Neighbour(it) => it.code(),
            Self::NoSuchLink => "messaging.no-such-link",
            Self::NoSuchLetter => "messaging.no-such-letter",
            Self::NoRandomness | Self::StrangeEvent => "bug",
        }
    }
}
