//! Letters of one organisation.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::PersonId;

use crate::{LetterId, LetterState, StoredLetter};

/// A letter as it goes into the queue.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) to: PersonId,
    pub(crate) kind: &'static str,
    pub(crate) once: String,
    pub(crate) duty: bool,
    pub(crate) address: String,
    pub(crate) to_name: String,
    pub(crate) from_name: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) leave: String,
    pub(crate) next_at: DateTime<Utc>,
}

/// Puts letters into the queue; the ids of those that are new, by addressee,
/// kind and occasion.
pub(crate) async fn write(
    tx: &mut Tx,
    letters: &[Written],
) -> Result<HashMap<(PersonId, String, String), LetterId>, Error> {
    let texts = |field: fn(&Written) -> &str| -> Vec<String> {
        letters.iter().map(|it| field(it).to_owned()).collect()
    };
    let people: Vec<i64> = letters.iter().map(|it| it.to.get()).collect();
    let duties: Vec<bool> = letters.iter().map(|it| it.duty).collect();
    let moments: Vec<DateTime<Utc>> = letters.iter().map(|it| it.next_at).collect();
    let rows = sqlx::query!(
        "insert into messaging.letter
                (org_id, to_person, kind, once, duty, address, to_name, from_name, subject, body, html, leave,
                 written_at, next_at)
         select kernel.org(), it.to_person, it.kind, it.once, it.duty, it.address, it.to_name, it.from_name,
                it.subject, it.body, it.html, it.leave, kernel.now(), it.next_at
         from unnest($1::bigint[], $2::text[], $3::text[], $4::bool[], $5::text[], $6::text[], $7::text[],
                     $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
              as it (to_person, kind, once, duty, address, to_name, from_name, subject, body, html, leave, next_at)
         on conflict on constraint letter_once do nothing
         returning letter_id, to_person, kind, once",
        &people,
        &texts(|it| it.kind),
        &texts(|it| &it.once),
        &duties,
        &texts(|it| &it.address),
        &texts(|it| &it.to_name),
        &texts(|it| &it.from_name),
        &texts(|it| &it.subject),
        &texts(|it| &it.text),
        &texts(|it| &it.html),
        &texts(|it| &it.leave),
        &moments,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ((it.to_person.into(), it.kind, it.once), it.letter_id.into()))
        .collect())
}

/// The letters of a kind to these people: to whom, what names it, and when.
pub(crate) async fn of_kind(
    tx: &mut Tx,
    kind: &str,
    people: &[PersonId],
) -> Result<Vec<(PersonId, String, DateTime<Utc>)>, Error> {
    let people: Vec<i64> = people.iter().map(|it| it.get()).collect();
    let rows = sqlx::query!(
        "select to_person, once, written_at from messaging.letter
          where org_id = kernel.org() and kind = $1 and to_person = any($2)
          order by written_at",
        kind,
        &people,
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter();
    Ok(row
        .map(|it| (it.to_person.into(), it.once, it.written_at))
        .collect())
}

/// How the queue of the organisation stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overview {
    pub(crate) waiting: i64,
    /// Due by now, of those.
    pub(crate) due: i64,
    pub(crate) oldest: Option<DateTime<Utc>>,
    pub(crate) error: Option<String>,
    pub(crate) sent: i64,
    pub(crate) failed: i64,
}

/// Counts the letters; those sent since that moment.
pub(crate) async fn overview(tx: &mut Tx, since: DateTime<Utc>) -> Result<Overview, Error> {
    let row = sqlx::query!(
        r#"select count(*) filter (where state in ('waiting', 'sending')) as "waiting!",
                  count(*) filter (where state in ('waiting', 'sending') and next_at <= kernel.now()) as "due!",
                  min(next_at) filter (where state in ('waiting', 'sending') and next_at <= kernel.now()) as oldest,
                  (select w.error from messaging.letter w
                   where w.org_id = kernel.org() and w.state = 'waiting' and w.error <> ''
                   order by w.held_until desc limit 1) as error,
                  count(*) filter (where state = 'sent' and ended_at >= $1) as "sent!",
                  count(*) filter (where state in ('refused', 'given_up')) as "failed!"
           from messaging.letter where org_id = kernel.org()"#,
        since,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Overview {
        waiting: row.waiting,
        due: row.due,
        oldest: row.oldest,
        error: row.error,
        sent: row.sent,
        failed: row.failed,
    })
}

/// Letters in these states, the last ones first.
pub(crate) async fn of_state(
    tx: &mut Tx,
    states: &[LetterState],
    limit: i64,
) -> Result<Vec<StoredLetter>, Error> {
    let states: Vec<String> = states.iter().map(|it| it.code().to_owned()).collect();
    let rows = sqlx::query!(
        "select letter_id, to_person, to_name, address, kind, state, attempts, doubtful, written_at, ended_at, error
         from messaging.letter
         where org_id = kernel.org() and state = any($1)
         order by coalesce(ended_at, next_at) desc, letter_id desc limit $2",
        &states,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| StoredLetter {
            id: it.letter_id.into(),
            to: it.to_person.into(),
            to_name: it.to_name,
            address: it.address,
            kind: it.kind,
            state: LetterState::from_code(&it.state).unwrap_or(LetterState::GivenUp),
            attempts: it.attempts,
            doubtful: it.doubtful,
            written_at: it.written_at,
            ended_at: it.ended_at,
            error: it.error,
        })
        .collect())
}

/// Sends again what was refused or given up, to the addresses that are in the
/// cards by now. How many.
pub(crate) async fn retry(tx: &mut Tx, letters: &[(LetterId, String)]) -> Result<u64, Error> {
    let ids: Vec<i64> = letters.iter().map(|it| it.0.get()).collect();
    let addresses: Vec<String> = letters.iter().map(|it| it.1.clone()).collect();
    let done = sqlx::query!(
        "update messaging.letter l
         set state = 'waiting', next_at = kernel.now(), held_until = null, first_tried_at = null,
             ended_at = null, error = '', address = it.address
         from unnest($1::bigint[], $2::text[]) as it (letter_id, address)
         where l.org_id = kernel.org() and l.letter_id = it.letter_id and l.state in ('refused', 'given_up')",
        &ids,
        &addresses,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
