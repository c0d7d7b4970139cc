use kernel::{Fault, Kind};

/// Why something about exams is refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such exam, class, pupil or scale, or the actor may not know of it")]
    NotFound,
    #[error("someone else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("the year is archived")]
    YearArchived,
    #[error("there is no year yet")]
    NoYear,
    #[error("the subject is none of the school's")]
    NoSuchSubject,
    #[error("an exam is written by at least one class of its grade")]
    NoClasses,
    #[error("the day is outside of the year")]
    BadDay,
    #[error("a class that has results stays in the exam")]
    ClassHasResults,
    #[error("an exam with results is not removed")]
    HasResults,
    #[error("the scale is of another subject, kind or year")]
    ScaleDoesNotFit,
    #[error("results reach beyond the new maximum")]
    ScoresAbove,
    #[error("the year has a scale of that name for the subject")]
    ScaleTaken,
    #[error("a text is too long, or a number out of range")]
    BadFields,
    #[error("an appeal is about the result of somebody who was there")]
    NothingToAppeal,
    #[error("the appeal was decided already, or before it was filed")]
    AppealClosed,
    #[error("the exam gives no marks of five")]
    NoMarks,
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Movement(#[from] movement::Error),
    #[error("the journal did not answer")]
    Journal(#[from] journal::Error),
    #[error("the storage of exams failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::ChangedMeanwhile | Self::YearArchived | Self::HasResults | Self::AppealClosed => {
                Kind::Conflict
            }
            Self::NoYear
            | Self::NoSuchSubject
            | Self::NoClasses
            | Self::BadDay
            | Self::ClassHasResults
            | Self::ScaleDoesNotFit
            | Self::ScoresAbove
            | Self::ScaleTaken
            | Self::BadFields
            | Self::NothingToAppeal
            | Self::NoMarks => Kind::Invalid,
            Self::Org(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Journal(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::ChangedMeanwhile => "exams.changed-meanwhile",
            Self::YearArchived => "exams.year-archived",
            Self::NoYear => "exams.no-year",
            Self::NoSuchSubject => "exams.no-such-subject",
            Self::NoClasses => "exams.no-classes",
            Self::BadDay => "exams.bad-day",
            Self::ClassHasResults => "exams.class-has-results",
            Self::HasResults => "exams.has-results",
            Self::ScaleDoesNotFit => "exams.scale-does-not-fit",
            Self::ScoresAbove => "exams.scores-above",
            Self::ScaleTaken => "exams.scale-taken",
            Self::BadFields => "exams.bad-fields",
            Self::NothingToAppeal => "exams.nothing-to-appeal",
            Self::AppealClosed => "exams.appeal-closed",
            Self::NoMarks => "exams.no-marks",
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Journal(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
