use kernel::{Fault, Kind};

/// Why the journal refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such class, subject or lesson, or the actor may not know of it")]
    NotFound,
    #[error("the request holds more operations than a batch may")]
    TooManyOperations,
    #[error("the operation id was used before with another content")]
    OperationReused,
    #[error("the text is too long")]
    TooLong,
    #[error("someone else changed the lesson meanwhile")]
    ChangedMeanwhile,
    #[error("the file is none of the kinds that are taken")]
    FileKind,
    #[error("the file is larger than the school takes")]
    FileTooLarge,
    #[error("the lesson or the answer has as many files as it may")]
    TooManyFiles,
    #[error("neither a text nor a file was sent")]
    NothingSent,
    #[error("an answer is returned with a word why")]
    NoComment,
    #[error("the homework takes 1 to 600 minutes, or is left open")]
    BadMinutes,
    #[error("the school has no kinds of work")]
    NoWorkKinds,
    #[error("the days are in the wrong order, too many or too far away")]
    BadDays,
    #[error("a refusal needs a reason")]
    NoReason,
    #[error("the notice was answered otherwise before")]
    NoticeAnswered,
    #[error("there is nothing to say")]
    Empty,
    #[error("a weight is a number from 0 to 100 with two decimals at most")]
    WorkWeight,
    #[error("that is no day")]
    WorkDay,
    #[error("the lesson has as many works as a lesson may have")]
    TooManyWorks,
    #[error("the works of this lesson do not change any more")]
    WorksClosed,
    #[error("there is no mark to comment on")]
    NothingToComment,
    #[error("minutes of lateness are from 1 to 240, of somebody who was late")]
    Minutes,
    #[error("the account listens from too many pages already")]
    TooManyStreams,
    #[error("the year is archived")]
    YearArchived,
    #[error("the mark may be changed without asking")]
    NotClosed,
    #[error("a correction of this mark waits for an answer already")]
    AlreadyAsked,
    #[error("the reason is missing")]
    ReasonMissing,
    #[error("the scale has no such mark")]
    NoSuchMark,
    #[error("organisations did not answer")]
    Org(#[from] org::Error),
    #[error("people did not answer")]
    People(#[from] people::Error),
    #[error("the curriculum did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the class register did not answer")]
    Movement(#[from] movement::Error),
    #[error("the timetable did not answer")]
    Schedule(#[from] schedule::Error),
    #[error("deadlines did not answer: {0}")]
    Bell(Box<dyn Fault>),
    #[error("the storage of the journal failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NotFound => Kind::NotFound,
            Self::TooManyOperations
            | Self::OperationReused
            | Self::TooLong
            | Self::FileKind
            | Self::FileTooLarge
            | Self::TooManyFiles
            | Self::NothingSent
            | Self::NoComment
            | Self::BadMinutes
            | Self::NoWorkKinds
            | Self::BadDays
            | Self::NoReason
            | Self::Empty
            | Self::WorkWeight
            | Self::WorkDay
            | Self::TooManyWorks
            | Self::NothingToComment
            | Self::Minutes
            | Self::TooManyStreams
            | Self::WorksClosed
            | Self::ReasonMissing
            | Self::NoSuchMark => Kind::Invalid,
            Self::ChangedMeanwhile
            | Self::NoticeAnswered
            | Self::YearArchived
            | Self::NotClosed
            | Self::AlreadyAsked => Kind::Conflict,
            Self::Org(it) => it.kind(),
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Movement(it) => it.kind(),
            Self::Schedule(it) => it.kind(),
            Self::Bell(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NotFound => "not-found",
            Self::TooManyOperations => "journal.too-many-operations",
            Self::OperationReused => "journal.operation-reused",
            Self::TooLong => "journal.too-long",
            Self::ChangedMeanwhile => "journal.changed-meanwhile",
            Self::FileKind => "journal.file-kind",
            Self::FileTooLarge => "journal.file-too-large",
            Self::TooManyFiles => "journal.too-many-files",
            Self::NothingSent => "journal.nothing-sent",
            Self::NoComment => "journal.no-comment",
            Self::BadMinutes => "journal.bad-minutes",
            Self::NoWorkKinds => "journal.no-work-kinds",
            Self::BadDays => "journal.bad-days",
            Self::NoReason => "journal.no-reason",
            Self::NoticeAnswered => "journal.notice-answered",
            Self::Empty => "journal.empty",
            Self::WorkWeight => "journal.work-weight",
            Self::WorkDay => "journal.work-day",
            Self::TooManyWorks => "journal.too-many-works",
            Self::WorksClosed => "journal.works-closed",
            Self::NothingToComment => "journal.nothing-to-comment",
            Self::Minutes => "journal.minutes",
            Self::TooManyStreams => "journal.too-many-streams",
            Self::YearArchived => "journal.year-archived",
            Self::NotClosed => "journal.not-closed",
            Self::AlreadyAsked => "journal.already-asked",
            Self::ReasonMissing => "journal.reason-missing",
            Self::NoSuchMark => "journal.no-such-mark",
            Self::Org(it) => it.code(),
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Movement(it) => it.code(),
            Self::Schedule(it) => it.code(),
            Self::Bell(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
