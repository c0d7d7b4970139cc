//! Материальная база: equipment by room with inventory numbers (ORG-3).

use chrono::NaiveDate;
use db::Tx;
use kernel::{PersonId, RoomId};

use crate::{Error, codes::codes};

kernel::id!(/// A thing, or several alike.
    EquipmentId);

codes! {
    /// What it is.
    EquipmentKind {
        Computer = "computer",
        Printer = "printer",
        Projector = "projector",
        Network = "network",
        Laboratory = "laboratory",
        Sport = "sport",
        Furniture = "furniture",
        Other = "other",
    }
}

codes! {
    /// Whether it can be used.
    EquipmentState {
        Good = "good",
        Repair = "repair",
        WrittenOff = "written_off",
    }
}

/// What is said of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentFields {
    pub name: String,
    pub kind: EquipmentKind,
    /// Инвентарный номер.
    pub number: String,
    pub quantity: i32,
    pub room: Option<RoomId>,
    pub bought_on: Option<NaiveDate>,
    pub state: EquipmentState,
    pub responsible: Option<PersonId>,
    pub note: String,
}

impl EquipmentFields {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let texts = !self.name.is_empty()
            && short(&self.name, 200)
            && short(&self.number, 60)
            && short(&self.note, 1000);
        if texts && (1..=100_000).contains(&self.quantity) {
            Ok(())
        } else {
            Err(Error::BadFields)
        }
    }
}

/// All equipment of the organisation of the transaction, for its statistics (RPT-3).
///
/// # Errors
/// The database did not answer.
pub async fn equipment_kept(tx: &mut Tx) -> Result<Vec<Equipment>, Error> {
    Ok(crate::store::equipment(tx, None).await?)
}

/// A thing of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equipment {
    pub id: EquipmentId,
    pub fields: EquipmentFields,
    pub version: i32,
}
