use kernel::{Fault, Kind};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such rule")]
    NoSuchRule,
    #[error("there is no such debt")]
    NoSuchDebt,
    #[error("the form has mistakes: {0:?}")]
    Fields(Vec<FieldFault>),
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("there is no such thing")]
    NotFound,
    #[error("the reason is missing")]
    NoReason,
    #[error("the reason is too long")]
    ReasonTooLong,
    #[error("the new day is past")]
    ShiftToPast,
    #[error("the new day is not later than the old one")]
    ShiftNotLater,
    #[error("the new day is later than the rule allows")]
    ShiftTooFar,
    #[error("debts of this rule are not lifted by hand")]
    NotLiftable,
    #[error("the debt is closed already")]
    Closed,
    #[error("the decision was taken back already")]
    UndoneAlready,
    #[error("somebody reminded meanwhile")]
    RemindedMeanwhile,
    #[error("acts are entered by the topmost organisation")]
    EnteredAbove,
    #[error("a domain that knows of duties did not answer: {0}")]
    Source(Box<dyn Fault>),
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("the accounts did not answer")]
    Identity(#[from] identity::Error),
    #[error("the classes did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the cards did not answer")]
    People(#[from] people::Error),
    #[error("a letter could not be shown")]
    Render(#[from] web::RenderError),
    #[error("the storage of deadlines failed")]
    Db(#[from] db::Error),
}

/// A mistake in a field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    pub field: &'static str,
    /// The word is `error.deadlines.<code>`.
    pub code: &'static str,
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchRule | Self::NoSuchDebt | Self::NotFound => Kind::NotFound,
            Self::Fields(_)
            | Self::NoReason
            | Self::ReasonTooLong
            | Self::ShiftToPast
            | Self::ShiftNotLater
            | Self::ShiftTooFar
            | Self::NotLiftable => Kind::Invalid,
            Self::ChangedMeanwhile
            | Self::Closed
            | Self::UndoneAlready
            | Self::EnteredAbove
            | Self::RemindedMeanwhile => Kind::Conflict,
            Self::Source(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Identity(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Render(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchRule => "deadlines.no-such-rule",
            Self::NoSuchDebt => "deadlines.no-such-debt",
            Self::Fields(_) => "form.invalid",
            Self::ChangedMeanwhile => "deadlines.changed-meanwhile",
            Self::NotFound => "not-found",
            Self::NoReason => "deadlines.no-reason",
            Self::ReasonTooLong => "deadlines.reason-too-long",
            Self::ShiftToPast => "deadlines.shift-to-past",
            Self::ShiftNotLater => "deadlines.shift-not-later",
            Self::ShiftTooFar => "deadlines.shift-too-far",
            Self::NotLiftable => "deadlines.not-liftable",
            Self::Closed => "deadlines.closed",
            Self::UndoneAlready => "deadlines.undone-already",
            Self::RemindedMeanwhile => "deadlines.reminded-meanwhile",
            Self::EnteredAbove => "deadlines.entered-above",
            Self::Source(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Render(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
