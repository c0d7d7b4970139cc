//! What other domains may ask about organisations.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{OrgId, PersonId, RoomId};
use serde::{Deserialize, Serialize};

use crate::Error;

/// A node of the tenant tree (ORG-1). Public information.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    pub id: OrgId,
    pub parent: Option<OrgId>,
    pub kind: OrgKind,
    /// The name in URLs: `krymsk-g7`.
    pub code: String,
    /// Short name for the screen: «Гимназия № 7».
    pub name: String,
    pub full_name: String,
    /// IANA zone in which the organisation's days begin and end.
    pub zone: chrono_tz::Tz,
}

impl Organisation {
    /// The day it is there at that moment.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        kernel::dates::today(at, self.zone)
    }
}

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgKind {
    Region,
    Ministry,
    Municipality,
    School,
    PrivateSchool,
    Preschool,
    Additional,
}

impl OrgKind {
    pub const ALL: [Self; 7] = [
        Self::Region,
        Self::Ministry,
        Self::Municipality,
        Self::School,
        Self::PrivateSchool,
        Self::Preschool,
        Self::Additional,
    ];

    /// The name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Ministry => "ministry",
            Self::Municipality => "municipality",
            Self::School => "school",
            Self::PrivateSchool => "private_school",
            Self::Preschool => "preschool",
            Self::Additional => "additional",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// Whether children learn there: the deadlines of the regulation are theirs.
    pub const fn teaches(self) -> bool {
        matches!(
            self,
            Self::School | Self::PrivateSchool | Self::Preschool | Self::Additional
        )
    }

    /// Whether it has classes, marks and a timetable.
    pub const fn is_school(self) -> bool {
        matches!(self, Self::School | Self::PrivateSchool)
    }
}

/// An organisation to be opened.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    pub parent: Option<OrgId>,
    pub kind: OrgKind,
    pub code: String,
    pub name: String,
    pub full_name: String,
    pub zone: chrono_tz::Tz,
}

/// A room as others show and choose it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    /// «12», «спортзал».
    pub number: String,
    pub seats: i16,
}

/// A socket that a higher domain fills: who somebody is, for the history of
/// the card. Who is not known is absent from the answer.
#[async_trait]
pub trait ShortNames: Send + Sync {
    /// «Иванова М. П.» for each of these people.
    async fn short_names(
        &self,
        tx: &mut Tx,
        people: &[PersonId],
    ) -> Result<HashMap<PersonId, String>, Error>;
}

/// The organisation of the caller's transaction.
#[async_trait]
pub trait Organisations: Send + Sync {
    /// The organisation itself.
    async fn own(&self, tx: &mut Tx) -> Result<Organisation, Error>;
    /// The organisation itself, read once in a transaction that only looks.
    async fn home(&self, tx: &mut Tx) -> Result<Arc<Organisation>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let own = self.own(tx).await?;
        Ok(tx.keep(own))
    }
    /// The organisation and all above it, the topmost first: the tree is
    /// public (S2:4.1), and what is decided above holds below.
    async fn line(&self, tx: &mut Tx) -> Result<Vec<Organisation>, Error>;
    /// Another organisation and those above it, the topmost first: places in
    /// the tree are public (S2:4.1).
    async fn line_of(&self, tx: &mut Tx, org: OrgId) -> Result<Vec<OrgId>, Error> {
        Ok(crate::store::line_of(tx, org).await?)
    }
    /// The open schools of the same region, the own one too, by name: names
    /// and places in the tree are public (S2:4.1).
    async fn schools(&self, tx: &mut Tx) -> Result<Vec<Organisation>, Error> {
        Ok(crate::store::schools(tx).await?)
    }
    /// Whether it is in a town or in the country, as its card says.
    async fn locality(&self, tx: &mut Tx) -> Result<crate::Locality, Error> {
        let card = crate::store::card(tx).await?;
        Ok(card.map_or(crate::Locality::Urban, |it| it.0.locality_kind))
    }
    /// The card with every field of S2 annex 1; none where nobody filled it.
    async fn own_card(&self, tx: &mut Tx) -> Result<Option<crate::Card>, Error> {
        Ok(crate::store::card(tx).await?.map(|it| it.0))
    }
    /// All rooms with what they are for, their places and areas, closed ones too.
    async fn room_cards(&self, tx: &mut Tx) -> Result<Vec<crate::RoomCard>, Error> {
        Ok(crate::store::room_cards(tx, None).await?)
    }
    /// All rooms in use, by number.
    async fn rooms(&self, tx: &mut Tx) -> Result<Vec<Room>, Error>;
    /// One setting; `None` where the organisation keeps the default.
    async fn setting(&self, tx: &mut Tx, key: &str) -> Result<Option<serde_json::Value>, Error>;
    /// All settings, each with a value, in one statement.
    async fn options(&self, tx: &mut Tx) -> Result<crate::Options, Error>;
}
