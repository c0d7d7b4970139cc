use kernel::{Fault, Kind};

use crate::{card::Clash, fields::FieldFault};

/// Why this domain refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Denied(#[from] kernel::Denied),
    #[error("there is no such organisation")]
    NoSuchOrganisation,
    #[error("there is no such room")]
    NoSuchRoom,
    #[error("another room has that number")]
    RoomNumberTaken,
    #[error("another organisation has that code")]
    CodeTaken,
    #[error("a code is of small Latin letters, digits and dashes")]
    NotACode,
    #[error("some fields of the form are wrong")]
    Fields(Vec<FieldFault>),
    #[error("somebody else changed the card meanwhile")]
    CardChanged { version: i32, clashes: Vec<Clash> },
    #[error("somebody else changed it meanwhile")]
    ChangedMeanwhile,
    #[error("a higher domain did not answer: {0}")]
    Above(Box<dyn Fault>),
    #[error("there is no such step")]
    NoSuchStep,
    #[error("the storage of org failed")]
    Db(#[from] db::Error),
}

impl Fault for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(it) => it.kind(),
            Self::Db(it) => it.kind(),
            Self::Above(it) => it.kind(),
            Self::NoSuchOrganisation | Self::NoSuchRoom | Self::NoSuchStep => Kind::NotFound,
            Self::RoomNumberTaken | Self::CodeTaken | Self::NotACode | Self::Fields(_) => {
                Kind::Invalid
            }
            Self::CardChanged { .. } | Self::ChangedMeanwhile => Kind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Denied(it) => it.code(),
            Self::Db(it) => it.code(),
            Self::Above(it) => it.code(),
            Self::NoSuchStep => "not-found",
            Self::NoSuchOrganisation => "org.no-such-organisation",
            Self::NoSuchRoom => "org.no-such-room",
            Self::RoomNumberTaken => "org.room-number-taken",
            Self::CodeTaken => "org.code-taken",
            Self::NotACode => "org.not-a-code",
            Self::Fields(_) => "org.fields",
            Self::CardChanged { .. } | Self::ChangedMeanwhile => "org.changed-meanwhile",
        }
    }
}
