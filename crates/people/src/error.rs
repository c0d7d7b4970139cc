use kernel::{Fault, Kind};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such person, or not for this actor")]
    NoSuchPerson,
    #[error("there is no such consent")]
    NoSuchConsent,
    #[error("there is no such line of the card")]
    NoSuchRecord,
    #[error("there is no such kinship")]
    NoSuchKinship,
    /// What is wrong with which field; the words are under the codes.
    #[error("some fields are wrong: {0:?}")]
    Fields(Vec<FieldError>),
    #[error("someone else changed the card meanwhile")]
    ChangedMeanwhile,
    #[error("there is a card that looks the same")]
    LooksTheSame,
    #[error("they are parent and child already")]
    AlreadyKin,
    #[error("nobody is their own parent")]
    OwnParent,
    #[error("a consent of this kind is in force already")]
    AlreadyConsented,
    #[error("the consent was withdrawn before")]
    AlreadyWithdrawn,
    #[error("whoever signed may not consent for this person")]
    MayNotConsent,
    #[error("a pupil of age signs alone")]
    SignsAlone,
    #[error("a file of this kind is not taken")]
    FileKind,
    #[error("the file is too large")]
    FileTooLarge,
    #[error("there are enough files already")]
    TooManyFiles,
    #[error("no file was sent")]
    NoFile,
    #[error("there is no such proposal, or not for this actor")]
    NoSuchProposal,
    #[error("nothing is to be changed")]
    NothingProposed,
    #[error("the proposal was decided before")]
    AlreadyDecided,
    #[error("nobody decides what they proposed themselves")]
    OwnProposal,
    #[error("these two cannot be one person")]
    NotOnePerson,
    #[error("only the card that goes has a login")]
    LoginGoes,
    #[error("the merge was undone before, or it is too late")]
    TooLateToUndo,
    #[error("other data refers to the card")]
    InUse,
    #[error("the organisation did not answer")]
    Org(#[from] org::Error),
    #[error("the accounts did not answer")]
    Identity(#[from] identity::Error),
    #[error("a higher domain did not answer")]
    Above {
        kind: Kind,
        code: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the storage of people failed")]
    Db(#[from] db::Error),
}

/// One field of a form and the code of what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} is wrong: {code}")]
pub struct FieldError {
    /// The name of the field in forms and import files.
    pub field: &'static str,
    /// The key of the words, such as `name.no-last`.
    pub code: &'static str,
}

impl FieldError {
    pub const fn new(field: &'static str, code: &'static str) -> Self {
        Self { field, code }
    }
}

impl Fault for FieldError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }

    fn code(&self) -> &'static str {
        self.code
    }
}

impl Error {
    /// The answer of a socket that a higher domain fills.
    pub fn above(fault: impl Fault) -> Self {
        Self::Above {
            kind: fault.kind(),
            code: fault.code(),
            source: Box::new(fault),
        }
    }

    /// One field is wrong.
    pub fn field(field: &'static str, code: &'static str) -> Self {
        Self::Fields(vec![FieldError::new(field, code)])
    }
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::NoSuchPerson
            | Self::NoSuchConsent
            | Self::NoSuchRecord
            | Self::NoSuchKinship
            | Self::NoSuchProposal => Kind::NotFound,
            Self::Fields(_)
            | Self::LooksTheSame
            | Self::AlreadyKin
            | Self::OwnParent
            | Self::AlreadyConsented
            | Self::MayNotConsent
            | Self::SignsAlone
            | Self::FileKind
            | Self::FileTooLarge
            | Self::TooManyFiles
            | Self::NoFile
            | Self::NothingProposed => Kind::Invalid,
            Self::ChangedMeanwhile
            | Self::AlreadyWithdrawn
            | Self::AlreadyDecided
            | Self::OwnProposal
            | Self::NotOnePerson
            | Self::LoginGoes
            | Self::TooLateToUndo
            | Self::InUse => Kind::Conflict,
            Self::Org(it) => it.kind(),
            Self::Identity(it) => it.kind(),
            Self::Above { kind, .. } => *kind,
            Self::Db(it) => it.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::NoSuchPerson => "people.no-such-person",
            Self::NoSuchConsent => "people.no-such-consent",
            Self::NoSuchRecord => "people.no-such-record",
            Self::NoSuchKinship => "people.no-such-kinship",
            Self::Fields(_) => "people.fields",
            Self::ChangedMeanwhile => "people.changed-meanwhile",
            Self::LooksTheSame => "people.looks-the-same",
            Self::AlreadyKin => "people.already-kin",
            Self::OwnParent => "people.own-parent",
            Self::AlreadyConsented => "people.already-consented",
            Self::AlreadyWithdrawn => "people.already-withdrawn",
            Self::MayNotConsent => "people.may-not-consent",
            Self::SignsAlone => "people.signs-alone",
            Self::FileKind => "people.file-kind",
            Self::FileTooLarge => "people.file-too-large",
            Self::TooManyFiles => "people.too-many-files",
            Self::NoFile => "people.no-file",
            Self::NoSuchProposal => "people.no-such-proposal",
            Self::NothingProposed => "people.nothing-proposed",
            Self::AlreadyDecided => "people.already-decided",
            Self::OwnProposal => "people.own-proposal",
            Self::NotOnePerson => "people.not-one-person",
            Self::LoginGoes => "people.login-goes",
            Self::TooLateToUndo => "people.too-late-to-undo",
            Self::InUse => "people.in-use",
            Self::Org(it) => it.code(),
            Self::Identity(it) => it.code(),
            Self::Above { code, .. } => code,
            Self::Db(it) => it.code(),
        }
    }
}
