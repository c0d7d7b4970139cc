//! Rooms.

use db::{ConstraintExt, Tx};
use kernel::{OrgId, RoomId};

use crate::{
    Error,
    api::Room,
    room::{RoomCard, RoomForm, RoomKind},
};

/// Rooms in use, as other domains choose them.
pub(crate) async fn rooms(tx: &mut Tx) -> Result<Vec<Room>, db::Error> {
    let rows = sqlx::query!(
        "select room_id, number, seats from org.room where closed_on is null
         order by building, number, room_id",
    )
    .fetch_all(tx.conn())
    .await?;
    let room = |id: i64, number, seats| Room {
        id: id.into(),
        number,
        seats,
    };
    Ok(rows
        .into_iter()
        .map(|it| room(it.room_id, it.number, it.seats))
        .collect())
}

struct RoomRow {
    room_id: i64,
    building: String,
    number: String,
    name: String,
    floor: Option<i16>,
    kind: String,
    seats: i16,
    area: Option<rust_decimal::Decimal>,
    equipment: String,
    responsible: String,
    closed: bool,
    version: i32,
}

impl From<RoomRow> for RoomCard {
    fn from(row: RoomRow) -> Self {
        let form = RoomForm {
            building: row.building,
            number: row.number,
            name: row.name,
            floor: row.floor,
            kind: RoomKind::from_code(&row.kind).unwrap_or(RoomKind::Other),
            seats: row.seats,
            area: row.area,
            equipment: row.equipment,
            responsible: row.responsible,
            closed: row.closed,
        };
        Self {
            id: row.room_id.into(),
            form,
            version: row.version,
        }
    }
}

/// Rooms with everything, closed ones too: all of them or that one.
pub(crate) async fn room_cards(
    tx: &mut Tx,
    id: Option<RoomId>,
) -> Result<Vec<RoomCard>, db::Error> {
    let rows = sqlx::query_as!(
        RoomRow,
        r#"select room_id, building, number, name, floor, kind, seats, area, equipment, responsible,
                  closed_on is not null as "closed!", version
           from org.room where $1::bigint is null or room_id = $1
           order by building, number, room_id"#,
        id.map(RoomId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

pub(crate) async fn add_room(tx: &mut Tx, org: OrgId, it: &RoomForm) -> Result<RoomId, Error> {
    let id = sqlx::query_scalar!(
        "insert into org.room (org_id, building, number, name, floor, kind, seats, area, equipment,
                               responsible, closed_on, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $11 then $12::timestamptz::date end, $12)
         returning room_id",
        org.get(),
        it.building,
        it.number,
        it.name,
        it.floor,
        it.kind.code(),
        it.seats,
        it.area,
        it.equipment,
        it.responsible,
        it.closed,
        tx.now(),
    )
    .fetch_one(tx.conn())
    .await
    .on_constraint("room_number", || Error::RoomNumberTaken)?;
    Ok(id.into())
}

/// Writes the room if it is still as the writer saw it; false otherwise.
pub(crate) async fn save_room(
    tx: &mut Tx,
    id: RoomId,
    it: &RoomForm,
    seen: i32,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update org.room
         set building = $2, number = $3, name = $4, floor = $5, kind = $6, seats = $7, area = $8,
             equipment = $9, responsible = $10, version = version + 1,
             closed_on = case when $11 then coalesce(closed_on, $12::timestamptz::date) end
         where room_id = $1 and version = $13",
        id.get(),
        it.building,
        it.number,
        it.name,
        it.floor,
        it.kind.code(),
        it.seats,
        it.area,
        it.equipment,
        it.responsible,
        it.closed,
        tx.now(),
        seen,
    )
    .execute(tx.conn())
    .await
    .on_constraint("room_number", || Error::RoomNumberTaken)?;
    Ok(done.rows_affected() == 1)
}
