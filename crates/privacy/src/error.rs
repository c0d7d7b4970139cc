use kernel::{Fault, Kind};

/// Why one person's data are not told, or not destroyed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is nobody of that number, or the actor may not know of it")]
    NoSuchPerson,
    #[error("there is no such proposal or act")]
    NoSuchErasure,
    #[error("a reason is missing")]
    NoReason,
    #[error("somebody forbade to destroy the data")]
    Held,
    #[error("nothing may be destroyed yet")]
    NothingDue,
    #[error("it is proposed already")]
    ProposedAlready,
    #[error("whoever proposed does not decide")]
    OwnProposal,
    #[error("only a region decides how long what is kept")]
    NotRegion,
    #[error("somebody else changed it meanwhile")]
    Stale,
    #[error("organisations did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("accounts did not answer")]
    Identity(#[from] identity::Error),
    #[error("classes did not answer")]
    Movement(#[from] movement::Error),
    #[error("subjects did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("lessons did not answer")]
    Schedule(#[from] schedule::Error),
    #[error("the key of the seals cannot be used")]
    Key(#[from] db::seal::KeyError),
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
            Self::Movement(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Schedule(it) => it.kind(),
            Self::Key(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::NoSuchPerson | Self::NoSuchErasure => Kind::NotFound,
            Self::NoReason => Kind::Invalid,
            Self::Held
            | Self::NothingDue
            | Self::ProposedAlready
            | Self::OwnProposal
            | Self::NotRegion
            | Self::Stale => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Schedule(it) => it.code(),
            Self::Key(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::NoSuchPerson => "privacy.no-such-person",
            Self::NoSuchErasure => "privacy.no-such-erasure",
            Self::NoReason => "privacy.no-reason",
            Self::Held => "privacy.held",
            Self::NothingDue => "privacy.nothing-due",
            Self::ProposedAlready => "privacy.proposed-already",
            Self::OwnProposal => "privacy.own-proposal",
            Self::NotRegion => "privacy.not-region",
            Self::Stale => "privacy.stale",
        }
    }
}
