use kernel::{Fault, Kind};

/// Why something about portfolios and registers is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such thing, or the actor may not know of it")]
    NotFound,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("a text is too long, or a choice is none of the list")]
    BadFields,
    #[error("the day is in the future, or out of range")]
    BadDay,
    #[error("somebody chosen does not work or learn here")]
    NoSuchPerson,
    #[error("the entry was decided already")]
    AlreadyDecided,
    #[error("a refusal needs a reason")]
    NoReason,
    #[error("the inventory number is of another thing")]
    NumberTaken,
    #[error("the end is before the beginning")]
    EndsBeforeItBegins,
    #[error("a file of that kind is not taken")]
    FileKind,
    #[error("the file is too large")]
    FileTooLarge,
    #[error("there are files enough")]
    TooManyFiles,
    #[error("no file was chosen")]
    NothingSent,
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Movement(#[from] movement::Error),
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("the storage of portfolios failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::ChangedMeanwhile | Self::AlreadyDecided => Kind::Conflict,
            Self::BadFields
            | Self::BadDay
            | Self::NoSuchPerson
            | Self::NoReason
            | Self::NumberTaken
            | Self::EndsBeforeItBegins
            | Self::FileKind
            | Self::FileTooLarge
            | Self::TooManyFiles
            | Self::NothingSent => Kind::Invalid,
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::ChangedMeanwhile => "portfolio.changed-meanwhile",
            Self::BadFields => "portfolio.bad-fields",
            Self::BadDay => "portfolio.bad-day",
            Self::NoSuchPerson => "portfolio.no-such-person",
            Self::AlreadyDecided => "portfolio.already-decided",
            Self::NoReason => "portfolio.no-reason",
            Self::NumberTaken => "portfolio.number-taken",
            Self::EndsBeforeItBegins => "portfolio.ends-before-it-begins",
            Self::FileKind => "portfolio.file-kind",
            Self::FileTooLarge => "portfolio.file-too-large",
            Self::TooManyFiles => "portfolio.too-many-files",
            Self::NothingSent => "portfolio.nothing-sent",
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
