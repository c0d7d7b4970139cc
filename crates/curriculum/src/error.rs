use kernel::{Fault, Kind};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such year")]
    NoSuchYear,
    #[error("there is no such class")]
    NoSuchClass,
    #[error("there is no such subject")]
    NoSuchSubject,
    #[error("there is no such group")]
    NoSuchGroup,
    #[error("there is no such row of load")]
    NoSuchLoad,
    #[error("there is no such kind of work")]
    NoSuchKind,
    #[error("there is no such plan")]
    NoSuchPlan,
    #[error("the year overlaps another one")]
    YearsOverlap,
    #[error("two periods of one parallel overlap")]
    PeriodsOverlap,
    #[error("the last day lies before the first")]
    DatesBackwards,
    #[error("the days lie outside of the year")]
    OutsideYear,
    #[error("a year is no longer than 366 days")]
    YearTooLong,
    #[error("a week has 5 or 6 days of lessons")]
    BadWeek,
    #[error("a period has a number from 1 to 6")]
    BadNumber,
    #[error("there is no such scale")]
    NoSuchScale,
    #[error("a grade is between 1 and 12")]
    NoSuchGrade,
    #[error("this is not the letter of a class")]
    BadLetter,
    #[error("the shift is 1 or 2")]
    NoSuchShift,
    #[error("the name is missing")]
    NameMissing,
    #[error("the name is taken")]
    NameTaken,
    #[error("the teacher does not work here")]
    NoSuchTeacher,
    #[error("there is no such room")]
    NoSuchRoom,
    #[error("the hours are more than 0 and at most 40")]
    BadHours,
    #[error("the weight is between 0 and 100")]
    BadWeight,
    #[error("the teacher has this load already")]
    LoadTwice,
    #[error("the pupil is not in the class")]
    NotInClass,
    #[error("a class has at most nine groups of a subject")]
    TooManyGroups,
    #[error("two lessons of the plan have the same number")]
    NumberTwice,
    #[error("a lesson of the plan needs a number from 1 and a topic")]
    BadItem,
    #[error("the plan is for another subject, grade or year")]
    OtherLoad,
    #[error("something refers to it")]
    InUse,
    #[error("the year is archived")]
    Archived,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("another domain did not answer: {0}")]
    Asked(Box<dyn Fault>),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("org did not answer")]
    Org(#[from] org::Error),
    #[error("the storage of curriculum failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchYear
            | Self::NoSuchClass
            | Self::NoSuchSubject
            | Self::NoSuchGroup
            | Self::NoSuchLoad
            | Self::NoSuchKind
            | Self::NoSuchPlan => Kind::NotFound,
            Self::ChangedMeanwhile => Kind::Conflict,
            Self::Asked(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Db(it) => it.kind(),
            _ => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchYear => "curriculum.no-such-year",
            Self::NoSuchClass => "curriculum.no-such-class",
            Self::NoSuchSubject => "curriculum.no-such-subject",
            Self::NoSuchGroup => "curriculum.no-such-group",
            Self::NoSuchLoad => "curriculum.no-such-load",
            Self::NoSuchKind => "curriculum.no-such-kind",
            Self::NoSuchPlan => "curriculum.no-such-plan",
            Self::YearsOverlap => "curriculum.years-overlap",
            Self::PeriodsOverlap => "curriculum.periods-overlap",
            Self::DatesBackwards => "curriculum.dates-backwards",
            Self::OutsideYear => "curriculum.outside-year",
            Self::YearTooLong => "curriculum.year-too-long",
            Self::BadWeek => "curriculum.bad-week",
            Self::BadNumber => "curriculum.bad-number",
            Self::NoSuchScale => "curriculum.no-such-scale",
            Self::NoSuchGrade => "curriculum.no-such-grade",
            Self::BadLetter => "curriculum.bad-letter",
            Self::NoSuchShift => "curriculum.no-such-shift",
            Self::NameMissing => "curriculum.name-missing",
            Self::NameTaken => "curriculum.name-taken",
            Self::NoSuchTeacher => "curriculum.no-such-teacher",
            Self::NoSuchRoom => "curriculum.no-such-room",
            Self::BadHours => "curriculum.bad-hours",
            Self::BadWeight => "curriculum.bad-weight",
            Self::LoadTwice => "curriculum.load-twice",
            Self::NotInClass => "curriculum.not-in-class",
            Self::TooManyGroups => "curriculum.too-many-groups",
            Self::NumberTwice => "curriculum.number-twice",
            Self::BadItem => "curriculum.bad-item",
            Self::OtherLoad => "curriculum.other-load",
            Self::InUse => "curriculum.in-use",
            Self::Archived => "curriculum.archived",
            Self::ChangedMeanwhile => "curriculum.changed-meanwhile",
            Self::Asked(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
