use db::Tx;
use kernel::PersonId;

use super::numbers;
use crate::{
    consent::ConsentId,
    restricted::{Ground, RestrictedField},
};

/// What is stored of one field.
pub(crate) struct Stored {
    pub(crate) field: RestrictedField,
    pub(crate) value: String,
    pub(crate) consent: Option<ConsentId>,
    pub(crate) law: Option<String>,
}

/// The restricted fields of a person.
pub(crate) async fn restricted_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Stored>, db::Error> {
    let rows = sqlx::query!(
        "select field, value, consent_id, law from people.restricted_field where person_id = $1",
        person.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Stored {
                field: RestrictedField::from_code(&it.field)
                    .ok_or(db::Error::corrupt("people.restricted_field", "field"))?,
                value: it.value,
                consent: it.consent_id.map(Into::into),
                law: it.law,
            })
        })
        .collect()
}

/// One value to be stored and what allows it.
pub(crate) struct Entry {
    pub(crate) person: PersonId,
    pub(crate) field: RestrictedField,
    pub(crate) value: String,
    pub(crate) ground: Ground,
}

/// Stores values in one statement; those that were there give way.
pub(crate) async fn put_restricted(tx: &mut Tx, entries: &[Entry]) -> Result<(), db::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let people: Vec<i64> = entries.iter().map(|it| it.person.get()).collect();
    let fields: Vec<String> = entries
        .iter()
        .map(|it| it.field.code().to_owned())
        .collect();
    let values: Vec<String> = entries.iter().map(|it| it.value.clone()).collect();
    let (consents, laws): (Vec<Option<i64>>, Vec<Option<String>>) = entries
        .iter()
        .map(|it| match it.ground {
            Ground::Consent(id) => (Some(id.get()), None),
            Ground::Law(code) => (None, Some(code.to_owned())),
        })
        .unzip();
    sqlx::query!(
        "insert into people.restricted_field as r (org_id, person_id, field, value, consent_id, law)
         select kernel.org(), it.* from
             unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[]) it
         on conflict (org_id, person_id, field) do update
             set value = excluded.value, consent_id = excluded.consent_id, law = excluded.law,
                 updated_at = kernel.now()
             where r.value <> excluded.value",
        &people,
        &fields,
        &values,
        &consents as &[Option<i64>],
        &laws as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes values that were emptied.
pub(crate) async fn drop_restricted(
    tx: &mut Tx,
    person: PersonId,
    fields: &[RestrictedField],
) -> Result<(), db::Error> {
    if fields.is_empty() {
        return Ok(());
    }
    let fields: Vec<String> = fields.iter().map(|it| it.code().to_owned()).collect();
    sqlx::query!(
        "delete from people.restricted_field where person_id = $1 and field = any($2)",
        person.get(),
        &fields,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes back what an undone import stored.
pub(crate) async fn drop_all_restricted(tx: &mut Tx, people: &[PersonId]) -> Result<(), db::Error> {
    sqlx::query!(
        "delete from people.restricted_field where person_id = any($1)",
        &numbers(people)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
