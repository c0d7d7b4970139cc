use db::{Error as DbError, Tx};
use kernel::{PersonId, RoomId};

use crate::{Equipment, EquipmentFields, EquipmentId, EquipmentKind, EquipmentState, Error};

/// All equipment, or one thing; what is written off comes last.
pub(crate) async fn equipment(
    tx: &mut Tx,
    id: Option<EquipmentId>,
) -> Result<Vec<Equipment>, DbError> {
    let rows = sqlx::query!(
        r#"select equipment_id, name, kind, number, quantity, room_id, bought_on, state, responsible_id, note, version
             from portfolio.equipment
            where org_id = kernel.org() and ($1::bigint is null or equipment_id = $1)
            order by state = 'written_off', name collate "ru-x-icu", equipment_id"#,
        id.map(EquipmentId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    let corrupt = |column| DbError::corrupt("portfolio.equipment", column);
    rows.into_iter()
        .map(|it| {
            Ok(Equipment {
                id: it.equipment_id.into(),
                fields: EquipmentFields {
                    name: it.name,
                    kind: EquipmentKind::from_code(&it.kind).ok_or_else(|| corrupt("kind"))?,
                    number: it.number,
                    quantity: it.quantity,
                    room: it.room_id.map(Into::into),
                    bought_on: it.bought_on,
                    state: EquipmentState::from_code(&it.state).ok_or_else(|| corrupt("state"))?,
                    responsible: it.responsible_id.map(Into::into),
                    note: it.note,
                },
                version: it.version,
            })
        })
        .collect()
}

pub(crate) async fn insert_equipment(
    tx: &mut Tx,
    it: &EquipmentFields,
) -> Result<EquipmentId, Error> {
    let id = sqlx::query_scalar!(
        "insert into portfolio.equipment (org_id, name, kind, number, quantity, room_id, bought_on, state,
                                          responsible_id, note)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8, $9) returning equipment_id",
        it.name,
        it.kind.code(),
        it.number,
        it.quantity,
        it.room.map(RoomId::get),
        it.bought_on,
        it.state.code(),
        it.responsible.map(PersonId::get),
        it.note,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(id.into())
}

/// Changes a thing over the version that was seen.
pub(crate) async fn update_equipment(
    tx: &mut Tx,
    id: EquipmentId,
    seen: i32,
    it: &EquipmentFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.equipment set name = $3, kind = $4, number = $5, quantity = $6, room_id = $7, bought_on = $8,
                state = $9, responsible_id = $10, note = $11, version = version + 1
          where org_id = kernel.org() and equipment_id = $1 and version = $2",
        id.get(),
        seen,
        it.name,
        it.kind.code(),
        it.number,
        it.quantity,
        it.room.map(RoomId::get),
        it.bought_on,
        it.state.code(),
        it.responsible.map(PersonId::get),
        it.note,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    super::changed_one(&done)
}
