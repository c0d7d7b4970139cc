//! Editions of the texts of consents, and their scans.

use chrono::NaiveDate;
use db::{Error, Tx, files::FileId};
use kernel::PersonId;

use crate::{
    consent::{ConsentId, ConsentKind},
    papers::{ConsentText, Scan},
};

/// The editions of all texts of the school, newest first.
pub(crate) async fn consent_texts(tx: &mut Tx) -> Result<Vec<ConsentText>, Error> {
    let rows = sqlx::query!(
        "select kind, edition, body, since from people.consent_text order by kind, edition desc"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(ConsentText {
                kind: ConsentKind::from_code(&it.kind)
                    .ok_or(Error::corrupt("people.consent_text", "kind"))?,
                edition: it.edition,
                body: it.body,
                since: it.since,
            })
        })
        .collect()
}

/// Adds the next edition of a text.
pub(crate) async fn add_consent_text(
    tx: &mut Tx,
    kind: ConsentKind,
    body: &str,
    since: NaiveDate,
) -> Result<i32, Error> {
    let edition = sqlx::query_scalar!(
        r#"insert into people.consent_text (org_id, kind, edition, body, since, created_by)
           select kernel.org(), $1, coalesce(max(edition), 0) + 1, $2, $3, kernel.account()
           from people.consent_text where kind = $1 returning edition"#,
        kind.code(),
        body,
        since,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(edition)
}

/// The scans of a consent, in the order in which they came.
pub(crate) async fn scans(tx: &mut Tx, consent: ConsentId) -> Result<Vec<Scan>, Error> {
    let rows = sqlx::query!(
        "select file_id, name, size, added_at from people.consent_file
         where consent_id = $1 and removed_at is null order by file_id",
        consent.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Scan {
            id: it.file_id.into(),
            name: it.name,
            size: it.size,
            added_at: it.added_at,
        })
        .collect())
}

/// Hangs a stored file on a consent; the same file twice is there once.
pub(crate) async fn add_scan(
    tx: &mut Tx,
    consent: ConsentId,
    file: FileId,
    (name, size): (&str, i64),
    by: PersonId,
) -> Result<(), Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into people.consent_file (org_id, consent_id, file_id, name, size, added_by, added_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)
         on conflict (org_id, consent_id, file_id) do update set removed_at = null",
        consent.get(),
        file.get(),
        name,
        size,
        by.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a scan off a consent; false where it does not hang there.
pub(crate) async fn remove_scan(
    tx: &mut Tx,
    consent: ConsentId,
    file: FileId,
) -> Result<bool, Error> {
    let now = tx.now();
    let done = sqlx::query!(
        "update people.consent_file set removed_at = $3
         where consent_id = $1 and file_id = $2 and removed_at is null",
        consent.get(),
        file.get(),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
