//! What the application seals before the database gets it (ADR 0016,
//! `security.md` §6.2).
//!
//! A master key, which never is in the database, wraps the data keys of each
//! organisation (`kernel.org_key`). A data key seals values and makes the
//! blind index by which equal values are found. What is sealed opens only at
//! the place it was sealed for: table, field, organisation and person.

mod data;
mod keyring;
mod secret;

use std::sync::Arc;

use kernel::OrgId;

pub use data::{OrgKeys, Place};
pub use keyring::{KeyFault, Keyring};
pub use secret::Secret;

use crate::{Error, Tx};

/// The data keys of the transaction's organisation; the first is made where
/// there is none. They stand still until the transaction ends.
///
/// # Errors
/// [`Error::NoKeys`] where the application was given none,
/// [`Error::NoKey`] where the one that wrapped them is not among them.
pub async fn of(tx: &mut Tx) -> Result<Arc<OrgKeys>, Error> {
    if let Some(known) = tx.kept::<OrgKeys>() {
        return Ok(known);
    }
    let org = tx.org().ok_or(Error::NoKeys)?;
    let ring = tx.keyring()?;
    let mut rows = stored(tx).await?;
    if rows.is_empty() {
        add(tx, &ring, org, 1).await?;
        rows = stored(tx).await?;
    }
    let keys = OrgKeys::unwrap(&ring, org, &rows)?;
    Ok(tx.keep(keys))
}

/// A wrapped data key as it is stored.
pub(crate) struct StoredKey {
    pub(crate) number: i16,
    pub(crate) master: String,
    pub(crate) wrapped: Vec<u8>,
}

/// Locked against their removal: who seals with a key still finds it at the end.
async fn stored(tx: &mut Tx) -> Result<Vec<StoredKey>, Error> {
    Ok(sqlx::query_as!(
        StoredKey,
        r#"select key_no as number, master, wrapped from kernel.org_key
           where org_id = kernel.org() order by key_no for key share"#,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn add(tx: &mut Tx, ring: &Keyring, org: OrgId, number: i16) -> Result<(), Error> {
    let (master, wrapped) = ring.new_data_key(org, number)?;
    sqlx::query!(
        "insert into kernel.org_key (org_id, key_no, master, wrapped)
         values (kernel.org(), $1, $2, $3) on conflict (org_id, key_no) do nothing",
        number,
        master,
        wrapped,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What [`rewrap`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    pub wrapped_anew: usize,
    pub were_right: usize,
}

/// Wraps the organisation's data keys with the newest master key, so that the
/// older ones may be thrown away. What is sealed stays as it is. May be
/// repeated: keys that are right are left alone.
pub async fn rewrap(tx: &mut Tx) -> Result<Rewrapped, Error> {
    let org = tx.org().ok_or(Error::NoKeys)?;
    let ring = tx.keyring()?;
    let mut done = Rewrapped::default();
    for it in stored(tx).await? {
        if it.master == ring.newest() {
            done.were_right += 1;
            continue;
        }
        let key = ring.unwrap(org, &it)?;
        let (master, wrapped) = ring.wrap(org, it.number, &key)?;
        sqlx::query!(
            "update kernel.org_key set master = $2, wrapped = $3
             where org_id = kernel.org() and key_no = $1",
            it.number,
            master,
            wrapped,
        )
        .execute(tx.conn())
        .await?;
        done.wrapped_anew += 1;
    }
    Ok(done)
}

/// Gives the organisation a new data key, unless an older one still waits to
/// be left: then that work goes on. Values sealed before still open.
pub async fn begin_new_key(tx: &mut Tx) -> Result<(), Error> {
    let org = tx.org().ok_or(Error::NoKeys)?;
    let ring = tx.keyring()?;
    let rows = stored(tx).await?;
    if rows.len() < 2 {
        let next = rows.last().map_or(1, |it| it.number.saturating_add(1));
        add(tx, &ring, org, next).await?;
    }
    Ok(())
}

/// Waits for everybody who may still seal with an older data key, and keeps
/// others from beginning to. The caller then looks once more for what is
/// sealed with it, and calls [`forget_old_keys`] in the same transaction.
pub async fn lock_old_keys(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        "select key_no from kernel.org_key k where org_id = kernel.org()
             and key_no < (select max(key_no) from kernel.org_key n where n.org_id = k.org_id)
         for update",
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Removes all data keys but the newest. What is still sealed with them is lost.
pub async fn forget_old_keys(tx: &mut Tx) -> Result<(), Error> {
    sqlx::query!(
        "delete from kernel.org_key k where org_id = kernel.org()
             and key_no < (select max(key_no) from kernel.org_key n where n.org_id = k.org_id)",
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether the application's keys open the data keys of every organisation; in
/// a worker's transaction. The number of keys that were tried.
///
/// # Errors
/// [`Error::NoKeys`], [`Error::NoKey`], [`Error::NotOpened`].
pub async fn check(tx: &mut Tx) -> Result<usize, Error> {
    let ring = tx.keyring()?;
    let rows = sqlx::query!(
        "select org_id, key_no, master, wrapped from kernel.org_key order by org_id, key_no"
    )
    .fetch_all(tx.conn())
    .await?;
    for it in &rows {
        let wrapped = StoredKey {
            number: it.key_no,
            master: it.master.clone(),
            wrapped: it.wrapped.clone(),
        };
        ring.unwrap(it.org_id.into(), &wrapped)?;
    }
    Ok(rows.len())
}
