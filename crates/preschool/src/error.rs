use kernel::{Fault, Kind};

/// Why something about the sheet is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such group, month or child, or the actor may not know of it")]
    NotFound,
    #[error("the month was handed in")]
    HandedIn,
    #[error("the year is archived")]
    YearArchived,
    #[error("days of the month are blank")]
    DaysBlank,
    #[error("the month was not handed in")]
    NotHandedIn,
    #[error("a reason is needed")]
    NoReason,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("the day is a day off, or not yet")]
    NoSuchDay,
    #[error("a sign is 1 to 3 characters, its name 1 to 60, and each stands once")]
    BadCode,
    #[error("at least one code means that the child was there")]
    NobodyAttends,
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Movement(#[from] movement::Error),
    #[error("the storage of the sheet failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::HandedIn | Self::YearArchived | Self::NotHandedIn | Self::ChangedMeanwhile => {
                Kind::Conflict
            }
            Self::DaysBlank
            | Self::NoReason
            | Self::NoSuchDay
            | Self::BadCode
            | Self::NobodyAttends => Kind::Invalid,
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::HandedIn => "preschool.handed-in",
            Self::YearArchived => "preschool.year-archived",
            Self::DaysBlank => "preschool.days-blank",
            Self::NotHandedIn => "preschool.not-handed-in",
            Self::NoReason => "preschool.no-reason",
            Self::ChangedMeanwhile => "preschool.changed-meanwhile",
            Self::NoSuchDay => "preschool.no-such-day",
            Self::BadCode => "preschool.bad-code",
            Self::NobodyAttends => "preschool.nobody-attends",
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
