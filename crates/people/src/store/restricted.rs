use std::collections::HashMap;

use db::{
    Tx,
    vault::{self, OrgKeys, Secret},
};
use kernel::PersonId;

use super::numbers;
use crate::{
    Card,
    restricted::{Ground, RestrictedField, compared},
};

/// The numbers of a card that other cards have too, in the order of names.
pub(crate) async fn same_numbers(
    tx: &mut Tx,
    id: PersonId,
) -> Result<Vec<(RestrictedField, Card)>, db::Error> {
    let rows = sqlx::query!(
        "select f.field, p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on
           from people.restricted_field f
           join people.restricted_field g using (org_id, field, blind)
           join people.person p on p.org_id = g.org_id and p.person_id = g.person_id
          where f.org_id = kernel.org() and f.person_id = $1 and f.blind is not null
            and g.person_id <> $1 and p.merged_into is null
          order by f.field, p.search_key, p.person_id",
        id.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    let read = rows.into_iter().map(|it| {
        let field = RestrictedField::from_code(&it.field);
        let card = Card {
            id: it.person_id.into(),
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        };
        let corrupt = || db::Error::corrupt("people.restricted_field", "field");
        Ok((field.ok_or_else(corrupt)?, card))
    });
    read.collect()
}

/// Rows that are sealed in one go.
const BATCH: i64 = 500;

/// What is stored of one field.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) field: RestrictedField,
    pub(crate) value: Secret,
    pub(crate) law: Option<String>,
}

pub(super) fn field_of(code: &str) -> Result<RestrictedField, db::Error> {
    RestrictedField::from_code(code).ok_or(db::Error::corrupt("people.restricted_field", "field"))
}

/// By what an equal number is found; nothing where nobody looks for it.
fn blind(keys: &OrgKeys, field: RestrictedField, value: &str) -> Option<Vec<u8>> {
    field
        .is_number()
        .then(|| keys.blind(field.code(), &compared(field, value)))
}

/// The restricted fields of a person.
pub(crate) async fn restricted_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Stored>, db::Error> {
    let keys = vault::of(tx).await?;
    let rows = sqlx::query!(
        "select field, sealed, law from people.restricted_field where person_id = $1",
        person.get(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let field = field_of(&it.field)?;
            Ok(Stored {
                field,
                value: keys.open(field.place(person), &it.sealed.unwrap_or_default())?,
                law: it.law,
            })
        })
        .collect()
}

/// How many restricted fields of a person are stored; none is opened for it.
pub(crate) async fn restricted_count(tx: &mut Tx, person: PersonId) -> Result<usize, db::Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from people.restricted_field where person_id = $1"#,
        person.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// One value to be stored and what allows it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) person: PersonId,
    pub(crate) field: RestrictedField,
    pub(crate) value: Secret,
    pub(crate) ground: Ground,
}

/// Seals and stores values in two statements; those that were there give way,
/// those that are the same stay as they are.
pub(crate) async fn put_restricted(tx: &mut Tx, entries: &[Entry]) -> Result<(), db::Error> {
    if entries.is_empty() {
        return Ok(());
    }
    let keys = vault::of(tx).await?;
    let there = there(tx, &keys, entries).await?;
    let is_new = |it: &&Entry| there.get(&(it.person, it.field)) != Some(&it.value);
    let entries: Vec<&Entry> = entries.iter().filter(is_new).collect();
    let people: Vec<i64> = entries.iter().map(|it| it.person.get()).collect();
    let fields: Vec<String> = entries
        .iter()
        .map(|it| it.field.code().to_owned())
        .collect();
    let sealed = entries
        .iter()
        .map(|it| keys.seal(it.field.place(it.person), it.value.reveal()))
        .collect::<Result<Vec<_>, _>>()?;
    let blind: Vec<Option<Vec<u8>>> = entries
        .iter()
        .map(|it| blind(&keys, it.field, it.value.reveal()))
        .collect();
    let (consents, laws): (Vec<Option<i64>>, Vec<Option<String>>) = entries
        .iter()
        .map(|it| match it.ground {
            Ground::Consent(id) => (Some(id.get()), None),
            Ground::Law(code) => (None, Some(code.to_owned())),
        })
        .unzip();
    sqlx::query!(
        "insert into people.restricted_field as r (org_id, person_id, field, sealed, blind, consent_id, law)
         select kernel.org(), it.* from
             unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[], $5::bigint[], $6::text[]) it
         on conflict (org_id, person_id, field) do update
             set value = null, sealed = excluded.sealed, blind = excluded.blind,
                 consent_id = excluded.consent_id, law = excluded.law, updated_at = kernel.now()",
        &people,
        &fields,
        &sealed,
        &blind as &[Option<Vec<u8>>],
        &consents as &[Option<i64>],
        &laws as &[Option<String>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is stored of the people of these entries.
async fn there(
    tx: &mut Tx,
    keys: &OrgKeys,
    entries: &[Entry],
) -> Result<HashMap<(PersonId, RestrictedField), Secret>, db::Error> {
    let people: Vec<PersonId> = entries.iter().map(|it| it.person).collect();
    let rows = sqlx::query!(
        "select person_id, field, sealed from people.restricted_field where person_id = any($1)",
        &numbers(&people),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let (person, field) = (it.person_id.into(), field_of(&it.field)?);
            let value = keys.open(field.place(person), &it.sealed.unwrap_or_default())?;
            Ok(((person, field), value))
        })
        .collect()
}

/// A row to be sealed anew.
struct Row {
    person_id: i64,
    field: String,
    value: Option<String>,
    sealed: Option<Vec<u8>>,
}

/// Whether any value still lies in the clear.
pub(crate) async fn is_any_in_the_clear(tx: &mut Tx) -> Result<bool, db::Error> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from people.restricted_field where value is not null) as "any!""#
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Seals values that were stored in the clear before there were keys; how many.
/// Nothing is left where it is nought.
pub(crate) async fn seal_in_the_clear(tx: &mut Tx) -> Result<usize, db::Error> {
    let keys = vault::of(tx).await?;
    let rows = sqlx::query_as!(
        Row,
        "select person_id, field, value, sealed from people.restricted_field
         where value is not null order by person_id, field limit $1 for update skip locked",
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?;
    seal_rows(tx, &keys, rows).await
}

/// Seals values anew that an older data key sealed; how many.
pub(crate) async fn seal_anew(tx: &mut Tx) -> Result<usize, db::Error> {
    let keys = vault::of(tx).await?;
    let rows = sqlx::query_as!(
        Row,
        "select person_id, field, value, sealed from people.restricted_field
         where sealed is not null and substr(sealed, 1, length($1::bytea)) <> $1::bytea
         order by person_id, field limit $2 for update",
        keys.mark(),
        BATCH,
    )
    .fetch_all(tx.conn())
    .await?;
    seal_rows(tx, &keys, rows).await
}

async fn seal_rows(tx: &mut Tx, keys: &OrgKeys, rows: Vec<Row>) -> Result<usize, db::Error> {
    let (mut people, mut fields, mut sealed, mut blinds) = (vec![], vec![], vec![], vec![]);
    for it in rows {
        let field = field_of(&it.field)?;
        let at = field.place(it.person_id.into());
        let clear = match it.value {
            Some(clear) => Secret::new(clear),
            None => keys.open(at, &it.sealed.unwrap_or_default())?,
        };
        people.push(it.person_id);
        fields.push(it.field);
        sealed.push(keys.seal(at, clear.reveal())?);
        blinds.push(blind(keys, field, clear.reveal()));
    }
    if people.is_empty() {
        return Ok(0);
    }
    sqlx::query!(
        "update people.restricted_field f set value = null, sealed = it.sealed, blind = it.blind
         from unnest($1::bigint[], $2::text[], $3::bytea[], $4::bytea[]) it (person, field, sealed, blind)
         where f.person_id = it.person and f.field = it.field",
        &people,
        &fields,
        &sealed,
        &blinds as &[Option<Vec<u8>>],
    )
    .execute(tx.conn())
    .await?;
    Ok(people.len())
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
