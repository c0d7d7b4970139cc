//! Numbers of personal files, and what else the books of the school ask.

use std::collections::HashMap;

use db::{Error, Tx};
use kernel::PersonId;

use super::numbers;
use crate::Gender;

/// The number of the personal file of every pupil who has one.
pub(crate) async fn file_numbers_of_all(tx: &mut Tx) -> Result<HashMap<PersonId, String>, Error> {
    let rows =
        sqlx::query!("select person_id, file_number from people.pupil where file_number <> ''")
            .fetch_all(tx.conn())
            .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), it.file_number))
        .collect())
}

/// Writes the numbers into the cards.
pub(crate) async fn give_file_numbers(
    tx: &mut Tx,
    given: &[(PersonId, String)],
) -> Result<(), Error> {
    let pupils: Vec<PersonId> = given.iter().map(|it| it.0).collect();
    let texts: Vec<String> = given.iter().map(|it| it.1.clone()).collect();
    sqlx::query!(
        "update people.pupil p set file_number = g.number, version = p.version + 1
         from unnest($1::bigint[], $2::text[]) g (person_id, number)
         where p.org_id = kernel.org() and p.person_id = g.person_id",
        &numbers(&pupils),
        &texts,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who of these people is a boy and who a girl; whose card does not say is absent.
pub(crate) async fn genders(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Gender>, Error> {
    let rows = sqlx::query!(
        "select person_id, gender from people.person where person_id = any($1)",
        &numbers(people),
    )
    .fetch_all(tx.conn())
    .await?;
    let told = |gender: Option<String>| gender.as_deref().and_then(Gender::from_code);
    Ok(rows
        .into_iter()
        .filter_map(|it| Some((it.person_id.into(), told(it.gender)?)))
        .collect())
}
