use kernel::{Fault, Kind};

/// Why something about a form is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such form, cell or school, or the actor may not know of it")]
    NotFound,
    #[error("the school had no year on the day of the form")]
    NoYear,
    #[error("the form was handed in: it is not changed until it is returned")]
    Closed,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("a computed figure is corrected with a reason of 5 to 500 characters")]
    NoReason,
    #[error("a figure is a whole number from 0 to 10 000 000")]
    BadFigure,
    #[error("the cell says yes or no: 1 or 2")]
    NotYesNo,
    #[error("nobody writes into this cell")]
    ClosedCell,
    #[error("checks do not hold")]
    ChecksFail,
    #[error("a form is returned with a comment of 5 to 1000 characters")]
    NoComment,
    #[error("another version was handed in, or it is decided already")]
    AlreadyDecided,
    #[error("the head signed it already, or nothing was handed in")]
    NothingToSign,
    #[error("the day is not of the form's year")]
    BadDay,
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Movement(#[from] movement::Error),
    #[error("the register of equipment did not answer")]
    Portfolio(#[from] portfolio::Error),
    #[error("the tree of organisations did not answer")]
    Tree(Box<dyn Fault>),
    #[error("the storage of forms failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::Closed
            | Self::ChangedMeanwhile
            | Self::AlreadyDecided
            | Self::NothingToSign
            | Self::NoYear => Kind::Conflict,
            Self::NoReason
            | Self::BadFigure
            | Self::NotYesNo
            | Self::ClosedCell
            | Self::ChecksFail
            | Self::NoComment
            | Self::BadDay => Kind::Invalid,
            Self::Org(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Portfolio(it) => it.kind(),
            Self::Tree(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::NoYear => "forms.no-year",
            Self::Closed => "forms.closed",
            Self::ChangedMeanwhile => "forms.changed-meanwhile",
            Self::NoReason => "forms.no-reason",
            Self::BadFigure => "forms.bad-figure",
            Self::NotYesNo => "forms.not-yes-no",
            Self::ClosedCell => "forms.closed-cell",
            Self::ChecksFail => "forms.checks-fail",
            Self::NoComment => "forms.no-comment",
            Self::AlreadyDecided => "forms.already-decided",
            Self::NothingToSign => "forms.nothing-to-sign",
            Self::BadDay => "forms.bad-day",
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Portfolio(it) => it.code(),
            Self::Tree(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
