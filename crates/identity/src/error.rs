use kernel::{Fault, Kind};

use crate::password::Flaw;

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
    #[error("a password could not be hashed")]
    Hashing,
    #[error("the system gave no randomness")]
    NoRandomness,
    #[error("the circles of people did not answer")]
    Circles(Box<dyn Fault>),
    #[error("the storage of identity failed")]
    Db(#[from] db::Error),
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
            | Self::NoSuchView => Kind::NotFound,
            Self::GrantedAlready | Self::LoginTaken => Kind::Conflict,
            Self::Busy | Self::TooOften { .. } => Kind::Unavailable,
            Self::Hashing | Self::NoRandomness => Kind::Bug,
            Self::WrongCredentials
            | Self::BadView
            | Self::TooManyViews
            | Self::SlipUsed
            | Self::SlipExpired
            | Self::SlipVoided
            | Self::Flawed(_)
            | Self::WrongPassword
            | Self::ScopeDoesNotFit
            | Self::LastAdmin
            | Self::MemberElsewhere
            | Self::NotALogin
            | Self::NobodyChosen
            | Self::NotOneself => Kind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchView => "identity.no-such-view",
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
            Self::GrantedAlready => "identity.granted-already",
            Self::LastAdmin => "identity.last-admin",
            Self::MemberElsewhere => "identity.member-elsewhere",
            Self::LoginTaken => "identity.login-taken",
            Self::NotALogin => "identity.not-a-login",
            Self::NobodyChosen => "identity.nobody-chosen",
            Self::NotOneself => "identity.not-oneself",
            Self::Hashing | Self::NoRandomness => "bug",
        }
    }
}
