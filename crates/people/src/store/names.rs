//! How names are declined, where people know better than the rules.

use std::collections::HashMap;

use chrono::NaiveDate;
use db::{Error, Tx};
use kernel::PersonId;

use super::{CardRow, numbers};
use crate::{
    Gender,
    declension::{Declined, NameForms},
};

struct DeclinedRow {
    person_id: i64,
    last_name: String,
    first_name: String,
    middle_name: Option<String>,
    born_on: Option<NaiveDate>,
    gender: Option<String>,
    genitive: Option<String>,
    dative: Option<String>,
    accusative: Option<String>,
    instrumental: Option<String>,
}

/// The names of these people, ready to be declined.
pub(crate) async fn declined(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Declined>, Error> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query_as!(
        DeclinedRow,
        r#"select p.person_id as "person_id!", p.last_name as "last_name!", p.first_name as "first_name!", p.middle_name, p.born_on, p.gender,
                  f.genitive as "genitive?", f.dative as "dative?",
                  f.accusative as "accusative?", f.instrumental as "instrumental?"
           from people.person p left join people.name_forms f using (org_id, person_id)
           where p.person_id = any($1)"#,
        &numbers(people),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.person_id.into(), it.into()))
        .collect())
}

impl From<DeclinedRow> for Declined {
    fn from(it: DeclinedRow) -> Self {
        let written = Option::unwrap_or_default;
        Self {
            gender: it.gender.as_deref().and_then(Gender::from_code),
            forms: NameForms {
                genitive: written(it.genitive),
                dative: written(it.dative),
                accusative: written(it.accusative),
                instrumental: written(it.instrumental),
            },
            card: CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            }
            .into(),
        }
    }
}

/// Keeps what people wrote; forms that are all empty go.
pub(crate) async fn save_name_forms(
    tx: &mut Tx,
    person: PersonId,
    forms: &NameForms,
) -> Result<(), Error> {
    if forms.is_empty() {
        sqlx::query!(
            "delete from people.name_forms where person_id = $1",
            person.get()
        )
        .execute(tx.conn())
        .await?;
        return Ok(());
    }
    sqlx::query!(
        "insert into people.name_forms (org_id, person_id, genitive, dative, accusative, instrumental)
         values (kernel.org(), $1, $2, $3, $4, $5)
         on conflict (org_id, person_id) do update
         set genitive = excluded.genitive, dative = excluded.dative, accusative = excluded.accusative,
             instrumental = excluded.instrumental, version = name_forms.version + 1",
        person.get(),
        forms.genitive,
        forms.dative,
        forms.accusative,
        forms.instrumental,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
