use kernel::{Fault, Kind, Right};

use crate::{oidc::Distrust, password::Flaw};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such view of a list")]
    NoSuchView,
    #[error("the view of a list makes no sense")]
    BadView,
    #[error("there are too many views of the list")]
    TooManyViews,
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    /// One answer for an unknown login, a wrong password and a blocked account.
    #[error("login and password do not belong together")]
    WrongCredentials,
    #[error("too early for another guess: {seconds} seconds to wait")]
    TooOften { seconds: i64 },
    #[error("too many passwords are being checked at this moment")]
    Busy,
    #[error("there is no such role here")]
    NoSuchRole,
    #[error("no reason is given, or too long a one")]
    NoReason,
    #[error("the right {0:?} cannot be set like that: {1:?}")]
    Right(Right, RightFlaw),
    #[error("whoever asks would lose the right to edit rights")]
    LosesOwnRight,
    #[error("somebody else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("there is no such slip")]
    NoSuchSlip,
    #[error("the slip was used already")]
    SlipUsed,
    #[error("the slip has expired")]
    SlipExpired,
    #[error("a newer slip took the place of this one")]
    SlipVoided,
    #[error("the password is not good enough: {0}")]
    Flawed(#[from] Flaw),
    #[error("the current password is wrong")]
    WrongPassword,
    #[error("there is no such member here")]
    NoSuchMember,
    #[error("there is no such session")]
    NoSuchSession,
    #[error("there is no such grant")]
    NoSuchGrant,
    #[error("the scope does not fit the role")]
    ScopeDoesNotFit,
    #[error("there is no such class, group or child to narrow a role to")]
    NoSuchPlace,
    #[error("the role is granted already")]
    GrantedAlready,
    #[error("the last administrator cannot go")]
    LastAdmin,
    #[error("the account is that of a member of another organisation too")]
    MemberElsewhere,
    #[error("the login is taken")]
    LoginTaken,
    #[error("the login is not one")]
    NotALogin,
    #[error("nobody was chosen")]
    NobodyChosen,
    #[error("nothing to do to oneself")]
    NotOneself,
    #[error("the code is wrong")]
    WrongCode,
    #[error("the password must be given again")]
    EntryOver,
    #[error("there is a second factor already")]
    FactorOn,
    #[error("there is no second factor")]
    NoFactor,
    #[error("a role asks for the second factor")]
    FactorObligatory,
    #[error("neither password nor code fit")]
    WrongProof,
    #[error("nobody looks with the eyes of that member")]
    NotToLook,
    #[error("there is no such proposal")]
    NoSuchProposal,
    #[error("nobody approves what they proposed themselves")]
    OwnProposal,
    #[error("that was proposed already")]
    ProposedAlready,
    #[error("there is no such sheet of slips")]
    NoSuchSheet,
    #[error("the sheet of slips cannot be opened any more")]
    SheetClosed,
    #[error("there is no provider of identities")]
    NoProvider,
    #[error("nobody is awaited from the provider")]
    NotAwaited,
    #[error("account or person are linked already")]
    LinkedAlready,
    #[error("the provider of identities is not trusted")]
    Distrusted(#[from] Distrust),
    #[error("a sealed value could not be sealed or opened")]
    Sealing,
    #[error("a password could not be hashed")]
    Hashing,
    #[error("the system gave no randomness")]
    NoRandomness,
    #[error("the circles of people did not answer")]
    Circles(Box<dyn Fault>),
    #[error("the storage of identity failed")]
    Db(#[from] db::Error),
}

/// Why a right cannot be set like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightFlaw {
    /// The region said so, or nobody could repair it.
    Locked,
    /// Beyond the limit of the region, or of what the right can be.
    TooWide,
    /// Whoever changes a thing has to see it.
    Unseen,
    /// Rights over rights are given by administrators.
    OnlyAdmin,
    /// Only a region sets limits.
    NoLimits,
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::Circles(it) => it.kind(),
            Self::NoSuchSlip
            | Self::NoSuchMember
            | Self::NoSuchSession
            | Self::NoSuchGrant
            | Self::NoSuchRole
            | Self::NoSuchProposal
            | Self::NoSuchSheet
            | Self::NoProvider
            | Self::NoSuchView => Kind::NotFound,
            Self::GrantedAlready
            | Self::LoginTaken
            | Self::ChangedMeanwhile
            | Self::SheetClosed
            | Self::FactorOn
            | Self::ProposedAlready => Kind::Conflict,
            Self::Busy | Self::TooOften { .. } => Kind::Unavailable,
            Self::Hashing | Self::NoRandomness | Self::Sealing => Kind::Bug,
            Self::WrongCredentials
            | Self::NoReason
            | Self::Right(..)
            | Self::LosesOwnRight
            | Self::BadView
            | Self::TooManyViews
            | Self::SlipUsed
            | Self::SlipExpired
            | Self::SlipVoided
            | Self::Flawed(_)
            | Self::WrongPassword
            | Self::ScopeDoesNotFit
            | Self::NoSuchPlace
            | Self::LastAdmin
            | Self::MemberElsewhere
            | Self::NotALogin
            | Self::NobodyChosen
            | Self::WrongCode
            | Self::EntryOver
            | Self::NoFactor
            | Self::FactorObligatory
            | Self::WrongProof
            | Self::NotToLook
            | Self::OwnProposal
            | Self::NotAwaited
            | Self::LinkedAlready
            | Self::Distrusted(_)
            | Self::NotOneself => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchView => "identity.no-such-view",
            Self::NoSuchRole => "identity.no-such-role",
            Self::NoReason => "identity.no-reason",
            Self::Right(_, RightFlaw::Locked) => "identity.right-locked",
            Self::Right(_, RightFlaw::TooWide) => "identity.right-too-wide",
            Self::Right(_, RightFlaw::Unseen) => "identity.right-unseen",
            Self::Right(_, RightFlaw::OnlyAdmin) => "identity.right-only-admin",
            Self::Right(_, RightFlaw::NoLimits) => "identity.right-no-limits",
            Self::LosesOwnRight => "identity.loses-own-right",
            Self::ChangedMeanwhile => "identity.changed-meanwhile",
            Self::BadView => "identity.bad-view",
            Self::TooManyViews => "identity.too-many-views",
            Self::Denied(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::Circles(it) => it.code(),
            Self::Flawed(it) => it.code(),
            Self::WrongCredentials => "identity.wrong-credentials",
            Self::TooOften { .. } => "identity.too-often",
            Self::Busy => "identity.busy",
            Self::NoSuchSlip => "identity.no-such-slip",
            Self::SlipUsed => "identity.slip-used",
            Self::SlipExpired => "identity.slip-expired",
            Self::SlipVoided => "identity.slip-voided",
            Self::WrongPassword => "identity.wrong-password",
            Self::NoSuchMember => "identity.no-such-member",
            Self::NoSuchSession => "identity.no-such-session",
            Self::NoSuchGrant => "identity.no-such-grant",
            Self::ScopeDoesNotFit => "identity.scope-does-not-fit",
            Self::NoSuchPlace => "identity.no-such-place",
            Self::GrantedAlready => "identity.granted-already",
            Self::LastAdmin => "identity.last-admin",
            Self::MemberElsewhere => "identity.member-elsewhere",
            Self::LoginTaken => "identity.login-taken",
            Self::NotALogin => "identity.not-a-login",
            Self::NobodyChosen => "identity.nobody-chosen",
            Self::NotOneself => "identity.not-oneself",
            Self::WrongCode => "identity.wrong-code",
            Self::EntryOver => "identity.entry-over",
            Self::FactorOn => "identity.factor-on",
            Self::NoFactor => "identity.no-factor",
            Self::FactorObligatory => "identity.factor-obligatory",
            Self::WrongProof => "identity.wrong-proof",
            Self::NotToLook => "identity.not-to-look",
            Self::NoSuchProposal => "identity.no-such-proposal",
            Self::OwnProposal => "identity.own-proposal",
            Self::ProposedAlready => "identity.proposed-already",
            Self::NoSuchSheet => "identity.no-such-sheet",
            Self::SheetClosed => "identity.sheet-closed",
            Self::NoProvider => "identity.no-provider",
            Self::NotAwaited => "identity.not-awaited",
            Self::LinkedAlready => "identity.linked-already",
            Self::Distrusted(_) => "identity.distrusted",
            Self::Hashing | Self::NoRandomness | Self::Sealing => "bug",
        }
    }
}
