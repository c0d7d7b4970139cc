use kernel::{Fault, Kind, PersonId};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such order")]
    NoSuchOrder,
    #[error("one of the pupils has no card here")]
    NoSuchPupil,
    #[error("one of the classes is not there")]
    NoSuchClass,
    #[error("the order names no pupil")]
    NobodyChosen,
    #[error("the order names a pupil twice")]
    PupilTwice,
    #[error("a pupil of the order gets no class")]
    NoClassChosen,
    #[error("the dates of the order lie too far away")]
    DateOutOfRange,
    #[error("a repeated year needs its ground")]
    NoGround,
    #[error("the order is not a draft any more")]
    NotADraft,
    #[error("the order is not in force")]
    NotIssued,
    #[error("an order is cancelled only with a reason")]
    NoReason,
    #[error("a later order concerns the same pupils")]
    NotTheLast,
    #[error("the class register refuses pupil {pupil}: {why:?}")]
    Refused { pupil: PersonId, why: Refusal },
    #[error("there is no such line in the alphabet book")]
    NoSuchRecord,
    #[error("there is no such certificate")]
    NoSuchCertificate,
    #[error("the orders do not say that the pupil studies here")]
    NotAPupil,
    #[error("a place is confirmed for whoever does not study here, in a class")]
    NotForTransfer,
    #[error("so many certificates of one pupil are asked for already")]
    AskedEnough,
    #[error("a personal file is handed out on a day and to somebody")]
    NobodyTook,
    #[error("there is no such transfer")]
    NoSuchTransfer,
    #[error("there is no such school in the region")]
    NoSuchSchool,
    #[error("a school of the region goes with a leaving to another school")]
    NotToASchool,
    #[error("a request needs the number of the personal file or the insurance number")]
    NothingToKnowBy,
    #[error("the insurance number is not one")]
    BadSnils,
    #[error("so many requests wait for that school's answer already")]
    AskedSchoolEnough,
    #[error("the transfer is not as far, or it is the other school's turn")]
    NoSuchStep,
    #[error("the pupil is enrolled in the other school already")]
    EnrolledElsewhere,
    #[error("someone else changed the order meanwhile")]
    ChangedMeanwhile,
    #[error("the cards did not answer")]
    People(#[from] people::Error),
    #[error("the classes did not answer")]
    Curriculum(#[from] curriculum::Error),
    #[error("the accounts did not answer")]
    Identity(#[from] identity::Error),
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("the journal did not answer: {0}")]
    Journal(Box<dyn Fault>),
    #[error("the calendar of working days did not answer: {0}")]
    Calendar(Box<dyn Fault>),
    #[error("the storage of movement failed")]
    Db(#[from] db::Error),
}

/// Why the class register refuses an order for one pupil (§3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Enrolled while already in a class.
    AlreadyEnrolled,
    /// Left, moved or promoted while in no class.
    NotEnrolled,
    /// Moved into the class they are in.
    AlreadyInClass,
    /// Takes effect before the last order about the pupil.
    BeforeLastOrder,
    /// Takes effect on the day on which the stay began.
    SameDay,
    /// A transfer into a class of another year.
    OtherYear,
    /// To the next year, and the class is of the same.
    SameYear,
    /// A promotion into a parallel that is not the next.
    NotNextGrade,
    /// Another year in another parallel.
    NotSameGrade,
    /// Graduates from the middle of the school.
    NotLastGrade,
    /// Promoted with a year mark that does not pass, and not conditionally (§3.2.4).
    BadYearMarks,
    /// Into a class of a closed year.
    ClosedYear,
    /// The number of the personal file is somebody else's.
    FileNumberTaken,
}

impl Refusal {
    /// The key of the words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AlreadyEnrolled => "movement.already-enrolled",
            Self::NotEnrolled => "movement.not-enrolled",
            Self::AlreadyInClass => "movement.already-in-class",
            Self::BeforeLastOrder => "movement.before-last-order",
            Self::SameDay => "movement.same-day",
            Self::OtherYear => "movement.other-year",
            Self::SameYear => "movement.same-year",
            Self::NotNextGrade => "movement.not-next-grade",
            Self::NotSameGrade => "movement.not-same-grade",
            Self::NotLastGrade => "movement.not-last-grade",
            Self::BadYearMarks => "movement.bad-year-marks",
            Self::ClosedYear => "movement.closed-year",
            Self::FileNumberTaken => "movement.file-number-taken",
        }
    }
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchOrder
            | Self::NoSuchRecord
            | Self::NoSuchCertificate
            | Self::NoSuchTransfer => Kind::NotFound,
            Self::NoSuchPupil
            | Self::NoSuchClass
            | Self::NobodyChosen
            | Self::PupilTwice
            | Self::NoClassChosen
            | Self::DateOutOfRange
            | Self::NoGround
            | Self::NoReason
            | Self::NobodyTook
            | Self::NotAPupil
            | Self::NotForTransfer
            | Self::AskedEnough
            | Self::NoSuchSchool
            | Self::NotToASchool
            | Self::NothingToKnowBy
            | Self::BadSnils
            | Self::AskedSchoolEnough
            | Self::Refused { .. } => Kind::Invalid,
            Self::NotADraft
            | Self::NotIssued
            | Self::NotTheLast
            | Self::NoSuchStep
            | Self::EnrolledElsewhere
            | Self::ChangedMeanwhile => Kind::Conflict,
            Self::People(it) => it.kind(),
            Self::Curriculum(it) => it.kind(),
            Self::Identity(it) => it.kind(),
            Self::Org(it) => it.kind(),
            Self::Journal(it) | Self::Calendar(it) => it.kind(),
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchOrder => "movement.no-such-order",
            Self::NoSuchPupil => "movement.no-such-pupil",
            Self::NoSuchClass => "movement.no-such-class",
            Self::NobodyChosen => "movement.nobody-chosen",
            Self::PupilTwice => "movement.pupil-twice",
            Self::NoClassChosen => "movement.no-class-chosen",
            Self::DateOutOfRange => "movement.date-out-of-range",
            Self::NoGround => "movement.no-ground",
            Self::NoSuchRecord => "movement.no-such-record",
            Self::NoSuchCertificate => "movement.no-such-certificate",
            Self::NotAPupil => "movement.not-a-pupil",
            Self::NotForTransfer => "movement.not-for-transfer",
            Self::AskedEnough => "movement.asked-enough",
            Self::NobodyTook => "movement.nobody-took",
            Self::NoSuchTransfer => "movement.no-such-transfer",
            Self::NoSuchSchool => "movement.no-such-school",
            Self::NotToASchool => "movement.not-to-a-school",
            Self::NothingToKnowBy => "movement.nothing-to-know-by",
            Self::BadSnils => "movement.bad-snils",
            Self::AskedSchoolEnough => "movement.asked-school-enough",
            Self::NoSuchStep => "movement.no-such-step",
            Self::EnrolledElsewhere => "movement.enrolled-elsewhere",
            Self::NotADraft => "movement.not-a-draft",
            Self::NotIssued => "movement.not-issued",
            Self::NoReason => "movement.no-reason",
            Self::NotTheLast => "movement.not-the-last",
            Self::Refused { why, .. } => why.code(),
            Self::ChangedMeanwhile => "movement.changed-meanwhile",
            Self::People(it) => it.code(),
            Self::Curriculum(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Org(it) => it.code(),
            Self::Journal(it) | Self::Calendar(it) => it.code(),
            Self::Db(it) => it.code(),
        }
    }
}
