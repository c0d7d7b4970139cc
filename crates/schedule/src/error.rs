use kernel::{Fault, Kind};

use crate::slot::Clash;

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such lesson hour in the draft")]
    NoSuchSlot,
    #[error("there is no such class")]
    NoSuchClass,
    #[error("there is no such group")]
    NoSuchGroup,
    #[error("there is no such teacher")]
    NoSuchTeacher,
    #[error("there is no such room")]
    NoSuchRoom,
    #[error("there is no such row of load")]
    NoSuchLoad,
    #[error("there is no year to make a timetable for")]
    NoYear,
    #[error("the year is archived")]
    Archived,
    #[error("there is no draft")]
    NoDraft,
    #[error("somebody or something is busy at that hour")]
    Busy(Box<Clash>),
    #[error("the bells do not know the hour {number} of shift {shift}")]
    NoBell { shift: i16, number: i16 },
    #[error("the hour is not a working day of the school")]
    NoSuchHour,
    #[error("the bells overlap or run backwards")]
    BadBells,
    #[error("the day to publish from lies outside of the year")]
    BadDay,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("another domain did not answer: {0}")]
    Asked(Box<dyn Fault>),
    #[error("curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Register(#[from] movement::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("org did not answer")]
    Org(#[from] org::Error),
    #[error("the job of the publication cannot go on")]
    Work(#[from] work::Error),
    #[error("the storage of schedule failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchSlot
            | Self::NoSuchClass
            | Self::NoSuchGroup
            | Self::NoSuchTeacher
            | Self::NoSuchRoom
            | Self::NoSuchLoad => Kind::NotFound,
            Self::NoYear
            | Self::Archived
            | Self::NoDraft
            | Self::Busy(_)
            | Self::NoBell { .. }
            | Self::NoSuchHour
            | Self::BadBells
            | Self::BadDay => Kind::Invalid,
            Self::ChangedMeanwhile => Kind::Conflict,
            Self::Asked(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Register(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Work(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchSlot => "schedule.no-such-slot",
            Self::NoSuchClass => "schedule.no-such-class",
            Self::NoSuchGroup => "schedule.no-such-group",
            Self::NoSuchTeacher => "schedule.no-such-teacher",
            Self::NoSuchRoom => "schedule.no-such-room",
            Self::NoSuchLoad => "schedule.no-such-load",
            Self::NoYear => "schedule.no-year",
            Self::Archived => "schedule.archived",
            Self::NoDraft => "schedule.no-draft",
            Self::Busy(it) => it.what.fault_code(),
            Self::NoBell { .. } => "schedule.no-bell",
            Self::NoSuchHour => "schedule.no-such-hour",
            Self::BadBells => "schedule.bad-bells",
            Self::BadDay => "schedule.bad-day",
            Self::ChangedMeanwhile => "schedule.changed-meanwhile",
            Self::Asked(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Register(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Work(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
