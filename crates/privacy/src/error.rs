use kernel::{Fault, Kind};

/// Why one person's data are not told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is nobody of that number, or the actor may not know of it")]
    NoSuchPerson,
    #[error("organisations did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("accounts did not answer")]
    Identity(#[from] identity::Error),
    #[error("the tables did not answer")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Identity(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::NoSuchPerson => Kind::NotFound,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::NoSuchPerson => "privacy.no-such-person",
        }
    }
}
