use db::{Error as DbError, Tx};
use kernel::PersonId;

use super::numbers;
use crate::{
    Association, AssociationFields, AssociationId, Error, Item, ItemFields, ItemId, ItemKind,
};

/// All associations, or one.
pub(crate) async fn associations(
    tx: &mut Tx,
    id: Option<AssociationId>,
) -> Result<Vec<Association>, DbError> {
    let rows = sqlx::query!(
        r#"select a.association_id, a.name, a.head_id, a.note, a.version,
                  array(select m.person_id from portfolio.association_member m
                         where m.org_id = a.org_id and m.association_id = a.association_id) as "members!",
                  (select count(*) from portfolio.association_item i where i.org_id = a.org_id
                      and i.association_id = a.association_id and i.kind = 'plan' and i.done) as "done!",
                  (select count(*) from portfolio.association_item i where i.org_id = a.org_id
                      and i.association_id = a.association_id and i.kind = 'plan') as "planned!"
             from portfolio.association a
            where a.org_id = kernel.org() and ($1::bigint is null or a.association_id = $1)
            order by a.name collate "ru-x-icu", a.association_id"#,
        id.map(AssociationId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Association {
            id: it.association_id.into(),
            fields: AssociationFields {
                name: it.name,
                head: it.head_id.map(Into::into),
                note: it.note,
                members: it.members.into_iter().map(Into::into).collect(),
            },
            done: it.done,
            planned: it.planned,
            version: it.version,
        })
        .collect())
}

pub(crate) async fn association(tx: &mut Tx, id: AssociationId) -> Result<Association, Error> {
    let found = associations(tx, Some(id)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

pub(crate) async fn insert_association(
    tx: &mut Tx,
    it: &AssociationFields,
) -> Result<AssociationId, Error> {
    let id = sqlx::query_scalar!(
        "insert into portfolio.association (org_id, name, head_id, note)
         values (kernel.org(), $1, $2, $3) returning association_id",
        it.name,
        it.head.map(PersonId::get),
        it.note,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(super::nobody)?;
    put_members(tx, id.into(), &it.members).await?;
    Ok(id.into())
}

/// Changes an association over the version that was seen.
pub(crate) async fn update_association(
    tx: &mut Tx,
    id: AssociationId,
    seen: i32,
    it: &AssociationFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.association set name = $3, head_id = $4, note = $5, version = version + 1
          where org_id = kernel.org() and association_id = $1 and version = $2",
        id.get(),
        seen,
        it.name,
        it.head.map(PersonId::get),
        it.note,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    super::changed_one(&done)?;
    put_members(tx, id, &it.members).await
}

async fn put_members(tx: &mut Tx, id: AssociationId, members: &[PersonId]) -> Result<(), Error> {
    let members = numbers(members);
    sqlx::query!(
        "delete from portfolio.association_member
          where org_id = kernel.org() and association_id = $1 and person_id <> all($2)",
        id.get(),
        &members,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    sqlx::query!(
        "insert into portfolio.association_member (org_id, association_id, person_id)
         select kernel.org(), $1, person_id from unnest($2::bigint[]) person_id on conflict do nothing",
        id.get(),
        &members,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    Ok(())
}

/// The items of an association, or one item; by day.
pub(crate) async fn items(
    tx: &mut Tx,
    of: Option<AssociationId>,
    id: Option<ItemId>,
) -> Result<Vec<Item>, DbError> {
    let rows = sqlx::query!(
        "select item_id, association_id, kind, held_on, number, title, body, done, version
           from portfolio.association_item
          where org_id = kernel.org() and (association_id = $1 or item_id = $2)
          order by held_on, item_id",
        of.map(AssociationId::get),
        id.map(ItemId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let kind = ItemKind::from_code(&it.kind);
            Ok(Item {
                id: it.item_id.into(),
                association: it.association_id.into(),
                fields: ItemFields {
                    kind: kind
                        .ok_or_else(|| DbError::corrupt("portfolio.association_item", "kind"))?,
                    held_on: it.held_on,
                    number: it.number,
                    title: it.title,
                    body: it.body,
                    done: it.done,
                },
                version: it.version,
            })
        })
        .collect()
}

pub(crate) async fn insert_item(
    tx: &mut Tx,
    of: AssociationId,
    it: &ItemFields,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into portfolio.association_item (org_id, association_id, kind, held_on, number, title, body, done)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7)",
        of.get(),
        it.kind.code(),
        it.held_on,
        it.number,
        it.title,
        it.body,
        it.done,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes an item over the version that was seen; its kind stays.
pub(crate) async fn update_item(
    tx: &mut Tx,
    id: ItemId,
    seen: i32,
    it: &ItemFields,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update portfolio.association_item set held_on = $3, number = $4, title = $5, body = $6, done = $7,
                version = version + 1
          where org_id = kernel.org() and item_id = $1 and version = $2",
        id.get(),
        seen,
        it.held_on,
        it.number,
        it.title,
        it.body,
        it.done,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    super::changed_one(&done)
}
