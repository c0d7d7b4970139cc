//! What people want, who has no address, and the key of the links.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::PersonId;

use crate::Wish;

/// The wishes of those of these people who said any.
pub(crate) async fn wishes(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Wish>, Error> {
    let ids: Vec<i64> = people.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select person_id, soon, marks, cards, digest_hour, quiet_from, quiet_until
         from messaging.wish where org_id = kernel.org() and person_id = any($1)",
        &ids,
    )
    .fetch_all(tx.conn())
    .await?;
    let hour = |it: i16| u32::try_from(it).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|it| {
            let wish = Wish {
                soon: it.soon,
                marks: it.marks,
                cards: it.cards,
                digest_hour: hour(it.digest_hour),
                quiet_from: hour(it.quiet_from),
                quiet_until: hour(it.quiet_until),
            };
            (it.person_id.into(), wish)
        })
        .collect())
}

/// The wish of one person.
pub(crate) async fn wish(tx: &mut Tx, person: PersonId) -> Result<Wish, Error> {
    let mut found = wishes(tx, &[person]).await?;
    Ok(found.remove(&person).unwrap_or_default())
}

/// Keeps the wish of one person.
pub(crate) async fn save_wish(tx: &mut Tx, person: PersonId, wish: &Wish) -> Result<(), Error> {
    let hour = |it: u32| i16::try_from(it).unwrap_or_default();
    sqlx::query!(
        "insert into messaging.wish (org_id, person_id, soon, marks, cards, digest_hour, quiet_from, quiet_until)
         values (kernel.org(), $1, $2, $3, $7, $4, $5, $6)
         on conflict (org_id, person_id) do update
            set soon = excluded.soon, marks = excluded.marks, cards = excluded.cards, digest_hour = excluded.digest_hour,
                quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until",
        person.get(),
        wish.soon,
        wish.marks,
        hour(wish.digest_hour),
        hour(wish.quiet_from),
        hour(wish.quiet_until),
        wish.cards,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Somebody who should have had a letter.
#[derive(Clone, Debug)]
pub(crate) struct NoAddress {
    pub(crate) person: PersonId,
    pub(crate) kind: String,
    pub(crate) letters: i32,
    pub(crate) last_at: DateTime<Utc>,
}

/// Notes that these people could not be written to.
pub(crate) async fn note_unreachable(
    tx: &mut Tx,
    people: &[(PersonId, &'static str)],
) -> Result<(), Error> {
    let ids: Vec<i64> = people.iter().map(|it| it.0.get()).collect();
    let kinds: Vec<String> = people.iter().map(|it| it.1.to_owned()).collect();
    sqlx::query!(
        "insert into messaging.unreachable as u (org_id, person_id, kind, since, last_at)
         select kernel.org(), it.person_id, max(it.kind), kernel.now(), kernel.now()
         from unnest($1::bigint[], $2::text[]) as it (person_id, kind) group by it.person_id
         on conflict (org_id, person_id) do update
            set kind = excluded.kind, letters = u.letters + 1, last_at = excluded.last_at",
        &ids,
        &kinds,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everybody who could not be written to, last first.
pub(crate) async fn unreachable(tx: &mut Tx) -> Result<Vec<NoAddress>, Error> {
    let rows = sqlx::query!(
        "select person_id, kind, letters, last_at from messaging.unreachable
         where org_id = kernel.org() order by last_at desc, person_id"
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| NoAddress {
            person: it.person_id.into(),
            kind: it.kind,
            letters: it.letters,
            last_at: it.last_at,
        })
        .collect())
}

/// The key that links are signed with, where there is one yet.
pub(crate) async fn key(tx: &mut Tx) -> Result<Option<Vec<u8>>, Error> {
    Ok(
        sqlx::query_scalar!("select key from messaging.seal where org_id = kernel.org()")
            .fetch_optional(tx.conn())
            .await?,
    )
}

/// Keeps a key where there is none, and returns the one that is kept.
pub(crate) async fn save_key(tx: &mut Tx, new: &[u8]) -> Result<Vec<u8>, Error> {
    sqlx::query!(
        "insert into messaging.seal (org_id, key) values (kernel.org(), $1) on conflict do nothing",
        new,
    )
    .execute(tx.conn())
    .await?;
    Ok(key(tx).await?.unwrap_or_default())
}
