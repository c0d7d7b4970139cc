//! Decisions about the rights of roles, in the organisation's transaction.

use db::Tx;
use kernel::{Reaches, Right, Role};
use serde::Deserialize;
use sqlx::types::Json;

use crate::sheet::{CellWish, Rule};

/// The organisation and all decisions that hold in it, the topmost first.
#[derive(Debug, Deserialize)]
pub(crate) struct Book {
    pub(crate) kind: String,
    /// The region whose limits hold here.
    pub(crate) above: Option<String>,
    pub(crate) rules: Vec<Rule>,
}

pub(crate) async fn book(tx: &mut Tx) -> Result<Book, db::Error> {
    let book = sqlx::query_scalar!(r#"select identity.rights_book() as "book!: Json<Book>""#)
        .fetch_one(tx.conn())
        .await?;
    Ok(book.0)
}

/// Decides about rights of one role in the organisation of the transaction.
pub(crate) async fn decide(
    tx: &mut Tx,
    role: Role,
    wishes: &[(Right, CellWish)],
    reason: &str,
) -> Result<(), db::Error> {
    let bits = |it: Option<Reaches>| it.map(|it| i16::from(it.bits()));
    let rights: Vec<String> = wishes.iter().map(|it| it.0.code().to_owned()).collect();
    let reaches: Vec<Option<i16>> = wishes.iter().map(|it| bits(it.1.reaches)).collect();
    let locked: Vec<bool> = wishes.iter().map(|it| it.1.locked).collect();
    let widest: Vec<Option<i16>> = wishes.iter().map(|it| bits(it.1.widest)).collect();
    sqlx::query!(
        "insert into identity.right_rule as r
             (org_id, role, right_code, reaches, locked, widest, reason, changed_at)
         select kernel.org(), $1, n.right_code, n.reaches, n.locked, n.widest, $6, $7
         from unnest($2::text[], $3::smallint[], $4::bool[], $5::smallint[])
              n (right_code, reaches, locked, widest)
         on conflict (org_id, role, right_code) do update
         set reaches = excluded.reaches, locked = excluded.locked, widest = excluded.widest,
             reason = excluded.reason, changed_at = excluded.changed_at, version = r.version + 1",
        role.code(),
        &rights,
        &reaches as &[Option<i16>],
        &locked,
        &widest as &[Option<i16>],
        reason,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
