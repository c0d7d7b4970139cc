use kernel::{Fault, Kind};

/// Why something about the schools below is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("no reason is given, or too short or too long a one")]
    NoReason,
    #[error("the name is too short to mean somebody")]
    NameTooShort,
    #[error("there is no such school below")]
    NoSuchSchool,
    #[error("there is nobody of that name")]
    Nobody,
    #[error("there are too many of that name")]
    TooMany,
    #[error("the tree of organisations did not answer")]
    Tree(Box<dyn Fault>),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the portfolios did not answer")]
    Portfolio(#[from] portfolio::Error),
    #[error("the audit log did not answer")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Tree(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Portfolio(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::NoSuchSchool => Kind::NotFound,
            Self::NoReason | Self::NameTooShort | Self::Nobody | Self::TooMany => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Tree(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Portfolio(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::NoReason => "hub.no-reason",
            Self::NameTooShort => "hub.name-too-short",
            Self::NoSuchSchool => "hub.no-such-school",
            Self::Nobody => "hub.nobody",
            Self::TooMany => "hub.too-many",
        }
    }
}
