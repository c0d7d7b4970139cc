//! Rooms: кабинеты, залы, мастерские (ORG-3).

use chrono::NaiveDate;
use kernel::RoomId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::fields::{FieldFault, Reader, Typed};

/// What a room is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    Class,
    Gym,
    Computer,
    Laboratory,
    Assembly,
    Workshop,
    Library,
    Other,
}

impl RoomKind {
    pub const ALL: [Self; 8] = [
        Self::Class,
        Self::Gym,
        Self::Computer,
        Self::Laboratory,
        Self::Assembly,
        Self::Workshop,
        Self::Library,
        Self::Other,
    ];

    /// The name in the database; its word is `org.room.kind.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Gym => "gym",
            Self::Computer => "computer",
            Self::Laboratory => "laboratory",
            Self::Assembly => "assembly",
            Self::Workshop => "workshop",
            Self::Library => "library",
            Self::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// A room as it is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomForm {
    pub building: String,
    pub number: String,
    pub name: String,
    pub floor: Option<i16>,
    pub kind: RoomKind,
    pub seats: i16,
    pub area: Option<Decimal>,
    pub equipment: String,
    pub responsible: String,
    /// In use no more; lessons of the past keep it.
    pub closed: bool,
}

/// A room of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomCard {
    pub id: RoomId,
    pub form: RoomForm,
    pub version: i32,
}

impl RoomForm {
    pub(crate) fn read(typed: &Typed, today: NaiveDate) -> Result<Self, Vec<FieldFault>> {
        let mut it = Reader::new(typed, today);
        let room = Self {
            building: it.text("building", 100),
            number: it.needed("number", 40),
            name: it.text("name", 200),
            floor: it
                .whole("floor", -5, 100)
                .and_then(|it| i16::try_from(it).ok()),
            kind: it.choice("kind", RoomKind::from_code, RoomKind::Class),
            seats: it
                .whole("seats", 0, 2000)
                .and_then(|it| i16::try_from(it).ok())
                .unwrap_or(0),
            area: it.number("area", Decimal::ZERO, Decimal::from(99_999)),
            equipment: it.text("equipment", 1000),
            responsible: it.text("responsible", 200),
            closed: it.flag("closed"),
        };
        it.finish(room)
    }

    /// The fields by name as a form shows them.
    pub(crate) fn typed(&self) -> Typed {
        let number = |it: Option<String>| it.unwrap_or_default();
        [
            ("building", self.building.clone()),
            ("number", self.number.clone()),
            ("name", self.name.clone()),
            ("floor", number(self.floor.map(|it| it.to_string()))),
            ("kind", self.kind.code().to_owned()),
            ("seats", self.seats.to_string()),
            (
                "area",
                number(
                    self.area
                        .map(|it| it.normalize().to_string().replace('.', ",")),
                ),
            ),
            ("equipment", self.equipment.clone()),
            ("responsible", self.responsible.clone()),
            ("closed", if self.closed { "1" } else { "" }.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_goes_through_its_form() {
        let typed: Typed = [
            ("number", "12"),
            ("kind", "gym"),
            ("seats", "30"),
            ("area", "54,5"),
            ("floor", "2"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let today = NaiveDate::default();
        let room = RoomForm::read(&typed, today).unwrap();
        assert_eq!(room.kind, RoomKind::Gym);
        assert_eq!(RoomForm::read(&room.typed(), today).unwrap(), room);
        let faults = RoomForm::read(&Typed::new(), today).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|it| it.field).collect();
        assert_eq!(fields, ["number", "kind"]);
    }
}
