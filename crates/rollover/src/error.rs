use kernel::{Fault, Kind};

/// Why the transition refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such step")]
    NoSuchStep,
    #[error("there is no year that could be closed")]
    NoYear,
    #[error("the coming year is not prepared")]
    NoNextYear,
    #[error("the year is closed already")]
    AlreadyDone,
    #[error("there is nothing to take back")]
    NotDone,
    #[error("the coming year has begun: a lesson has marks, absences or a topic")]
    HasBegun,
    #[error("{0} pupils have no outcome")]
    NotMapped(usize),
    #[error("there are no orders, or they do not fit any more")]
    NoOrders,
    #[error("orders of the school are signed by the head")]
    HeadSigns,
    #[error("{0} pupils stay in the old year")]
    LeftOver(usize),
    #[error("there was no dry run after the last change")]
    NoTrial,
    #[error("what the year lacks was not passed over")]
    Remarks,
    #[error("this is not the name of a class: {0}")]
    BadClassName(String),
    #[error("an outcome does not fit the class chosen")]
    BadOutcome,
    #[error("the dates of the orders do not fit")]
    BadDates,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the movement book did not answer")]
    Movement(#[from] movement::Error),
    #[error("the journal did not answer")]
    Journal(#[from] journal::Error),
    #[error("the job cannot go on")]
    Work(#[from] work::Error),
    #[error("the storage of rollover failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchStep => Kind::NotFound,
            Self::AlreadyDone | Self::NotDone | Self::HasBegun | Self::ChangedMeanwhile => {
                Kind::Conflict
            }
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Journal(it) => it.kind(),
            Self::Work(it) => it.kind(),
            Self::Db(it) => it.kind(),
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchStep => "rollover.no-such-step",
            Self::NoYear => "rollover.no-year",
            Self::NoNextYear => "rollover.no-next-year",
            Self::AlreadyDone => "rollover.already-done",
            Self::NotDone => "rollover.not-done",
            Self::HasBegun => "rollover.has-begun",
            Self::NotMapped(_) => "rollover.not-mapped",
            Self::NoOrders => "rollover.no-orders",
            Self::HeadSigns => "rollover.head-signs",
            Self::LeftOver(_) => "rollover.left-over",
            Self::NoTrial => "rollover.no-trial",
            Self::Remarks => "rollover.remarks",
            Self::BadClassName(_) => "rollover.bad-class-name",
            Self::BadOutcome => "rollover.bad-outcome",
            Self::BadDates => "rollover.bad-dates",
            Self::ChangedMeanwhile => "rollover.changed-meanwhile",
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Journal(it) => it.code(),
            Self::Work(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
