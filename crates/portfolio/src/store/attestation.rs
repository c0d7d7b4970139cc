use db::{Error as DbError, Tx};
use kernel::{OrgId, PersonId};

use crate::{Attestation, Category, Error};

/// What is known of everybody's attestation, or of one person's.
pub(crate) async fn attestations(
    tx: &mut Tx,
    person: Option<PersonId>,
) -> Result<Vec<(PersonId, Attestation)>, DbError> {
    let rows = sqlx::query!(
        "select person_id, category, decided_on, order_number, due_on, wanted, planned_on, note, version
           from portfolio.attestation
          where org_id = kernel.org() and ($1::bigint is null or person_id = $1)",
        person.map(PersonId::get),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let known = Attestation {
                category: Category::from_code(&it.category),
                decided_on: it.decided_on,
                order_number: it.order_number,
                due_on: it.due_on,
                wanted: Category::from_code(&it.wanted),
                planned_on: it.planned_on,
                note: it.note,
                version: it.version,
            };
            (it.person_id.into(), known)
        })
        .collect())
}

/// What is known of everybody's attestation in the organisations below.
pub(crate) async fn attestations_below(
    tx: &mut Tx,
) -> Result<Vec<((OrgId, PersonId), Attestation)>, DbError> {
    let rows = sqlx::query!(
        r#"select org_id as "org_id!", person_id as "person_id!", category as "category!", decided_on, due_on,
                  wanted as "wanted!", planned_on
             from portfolio.attestation_below()"#,
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| {
        let known = Attestation {
            category: Category::from_code(&it.category),
            decided_on: it.decided_on,
            due_on: it.due_on,
            wanted: Category::from_code(&it.wanted),
            planned_on: it.planned_on,
            ..Attestation::default()
        };
        ((it.org_id.into(), it.person_id.into()), known)
    });
    Ok(row.collect())
}

/// Writes what is known, over the version that was seen; 0 for the first time.
pub(crate) async fn save_attestation(
    tx: &mut Tx,
    person: PersonId,
    it: &Attestation,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "insert into portfolio.attestation (org_id, person_id, category, decided_on, order_number, due_on, wanted,
                                            planned_on, note)
         values (kernel.org(), $1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (org_id, person_id) do update set category = excluded.category, decided_on = excluded.decided_on,
                order_number = excluded.order_number, due_on = excluded.due_on, wanted = excluded.wanted,
                planned_on = excluded.planned_on, note = excluded.note, version = attestation.version + 1
          where attestation.version = $9",
        person.get(),
        it.category.map_or("", Category::code),
        it.decided_on,
        it.order_number,
        it.due_on,
        it.wanted.map_or("", Category::code),
        it.planned_on,
        it.note,
        it.version,
    )
    .execute(tx.conn())
    .await
    .map_err(super::nobody)?;
    super::changed_one(&done)
}
