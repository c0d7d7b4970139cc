use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use db::{Tx, vault};
use kernel::PersonId;

use super::{numbers, restricted::field_of};
use crate::{
    Card, Citizenship, Gender, KinshipKind, RestrictedField,
    reported::{ParentFacts, PupilFacts, Tallied},
};

/// What reports say of these pupils, in the order of the class list.
pub(crate) async fn pupil_facts(
    tx: &mut Tx,
    ids: &[PersonId],
) -> Result<Vec<PupilFacts>, db::Error> {
    let rows = sqlx::query!(
        r#"select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, p.gender,
                  u.file_number, u.shift, u.foreign_language, u.family, u.citizenship,
                  u.taught_at_home,
                  coalesce(nullif(p.lives_at, ''), p.registered_at) as "address!"
           from people.person p
           join people.pupil u on u.org_id = p.org_id and u.person_id = p.person_id
           where p.person_id = any($1)
           order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id"#,
        &numbers(ids),
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = rows.into_iter().map(|it| PupilFacts {
        card: Card {
            id: it.person_id.into(),
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        },
        gender: it.gender.as_deref().and_then(Gender::from_code),
        file_number: it.file_number,
        shift: it.shift,
        foreign_language: it.foreign_language,
        family: it.family,
        citizenship: Citizenship::from_code(&it.citizenship),
        taught_at_home: it.taught_at_home,
        address: it.address,
    });
    Ok(facts.collect())
}

/// Parents of these pupils in force on the day, in the order of names.
pub(crate) async fn parent_facts(
    tx: &mut Tx,
    pupils: &[PersonId],
    on: NaiveDate,
) -> Result<Vec<ParentFacts>, db::Error> {
    let rows = sqlx::query!(
        r#"select k.pupil_id, k.parent_id, k.kind, p.last_name, p.first_name, p.middle_name,
                  r.workplace, coalesce(nullif(p.mobile, ''), nullif(p.phone, ''), r.work_phone) as "phone!"
           from people.kinship k
           join people.person p on p.org_id = k.org_id and p.person_id = k.parent_id
           join people.parent r on r.org_id = k.org_id and r.person_id = k.parent_id
           where k.pupil_id = any($1)
             and (k.since is null or k.since <= $2) and (k.until is null or k.until > $2)
           order by p.last_name, p.first_name, p.middle_name nulls first, k.parent_id, k.pupil_id"#,
        &numbers(pupils),
        on,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|it| {
            let card = Card {
                id: it.parent_id.into(),
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: None,
            };
            Ok(ParentFacts {
                pupil: it.pupil_id.into(),
                parent: card.id,
                kind: KinshipKind::from_code(&it.kind)
                    .ok_or(db::Error::corrupt("people.kinship", "kind"))?,
                name: card.full(),
                workplace: it.workplace,
                phone: it.phone,
            })
        })
        .collect()
}

/// How often which value stands in the cards of each group: opened here, and
/// only counts leave.
pub(crate) async fn tallied(
    tx: &mut Tx,
    people: &[(PersonId, usize)],
    fields: &[RestrictedField],
) -> Result<Vec<Tallied>, db::Error> {
    let keys = vault::of(tx).await?;
    let groups: HashMap<PersonId, usize> = people.iter().copied().collect();
    let ids: Vec<PersonId> = groups.keys().copied().collect();
    let codes: Vec<String> = fields.iter().map(|it| it.code().to_owned()).collect();
    let rows = sqlx::query!(
        "select person_id, field, sealed from people.restricted_field
         where person_id = any($1) and field = any($2)",
        &numbers(&ids),
        &codes,
    )
    .fetch_all(tx.conn())
    .await?;
    let mut counts: BTreeMap<(usize, RestrictedField, String), u32> = BTreeMap::new();
    for it in rows {
        let (person, field) = (PersonId::from(it.person_id), field_of(&it.field)?);
        let value = keys.open(field.place(person), &it.sealed.unwrap_or_default())?;
        if let Some(group) = groups.get(&person) {
            *counts
                .entry((*group, field, value.reveal().to_owned()))
                .or_default() += 1;
        }
    }
    let tallied = counts
        .into_iter()
        .map(|((group, field, value), count)| Tallied {
            group,
            field,
            value,
            count,
        });
    Ok(tallied.collect())
}
