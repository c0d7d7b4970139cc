//! Dictionaries of the cards, and where their values stand.

use std::collections::HashMap;

use db::Tx;
use serde::Deserialize;
use sqlx::types::Json;

use crate::{
    Dictionaries, Dictionary, DictionaryKind, DictionaryValue, dictionary::dictionary_key,
};

#[derive(Deserialize)]
struct Book {
    authority: bool,
    top: i32,
    rules: Vec<RuleRow>,
    values: Vec<ValueRow>,
}

#[derive(Deserialize)]
struct RuleRow {
    kind: String,
    strict: bool,
    extendable: bool,
}

#[derive(Deserialize)]
struct ValueRow {
    kind: String,
    key: String,
    name: String,
    retired: bool,
    instead: String,
    depth: i32,
    unit: String,
}

/// All dictionaries as they hold in the organisation, in one statement.
pub(crate) async fn dictionaries(tx: &mut Tx) -> Result<Dictionaries, db::Error> {
    let book = sqlx::query_scalar!(r#"select people.dictionaries() as "book!: Json<Book>""#)
        .fetch_one(tx.conn())
        .await?
        .0;
    let mut lists: HashMap<DictionaryKind, Dictionary> = DictionaryKind::ALL
        .into_iter()
        .map(|kind| {
            let of_kind = book.rules.iter().find(|it| it.kind == kind.code());
            let list = Dictionary {
                strict: of_kind.is_some_and(|it| it.strict),
                extendable: of_kind.is_none_or(|it| it.extendable),
                top: book.top,
                values: vec![],
            };
            (kind, list)
        })
        .collect();
    for it in book.values {
        let list = DictionaryKind::from_code(&it.kind).and_then(|kind| lists.get_mut(&kind));
        if let Some(list) = list {
            list.values.push(DictionaryValue {
                name: it.name,
                key: it.key,
                retired: it.retired,
                instead: it.instead,
                depth: it.depth,
                unit: it.unit,
            });
        }
    }
    Ok(Dictionaries {
        lists,
        topmost: book.top == 0,
        authority: book.authority,
    })
}

/// What stands in the cards of the organisation where dictionaries are
/// asked, with how often; sealed values are not counted.
pub(crate) async fn dictionary_uses(
    tx: &mut Tx,
) -> Result<Vec<(DictionaryKind, String, i64)>, db::Error> {
    let rows = sqlx::query!(
        r#"select kind as "kind!", value as "value!", count(distinct person_id) as "cards!"
           from (select 'post' as kind, post as value, person_id from people.staff
                 union all select 'post', extra_post, person_id from people.staff
                 union all select 'post', title, person_id from people.record
                            where kind = 'work' and removed_at is null
                 union all select 'category', category, person_id from people.staff
                 union all select 'education', education, person_id from people.staff
                 union all select 'education', education, person_id from people.parent
                 union all select 'family_status', family_status, person_id from people.staff
                 union all select 'dismissal', dismissal_reason, person_id from people.staff
                 union all select 'award', title, person_id from people.record
                            where kind = 'award' and removed_at is null
                 union all select 'education', place, person_id from people.record
                            where kind = 'education' and removed_at is null
                 union all select 'language', foreign_language, person_id from people.pupil) it
           where value <> ''
           group by kind, value
           order by kind, value"#,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|it| Some((DictionaryKind::from_code(&it.kind)?, it.value, it.cards)))
        .collect())
}

/// Writes a value of the organisation's own, anew or as it is to be.
pub(crate) async fn put_dictionary_value(
    tx: &mut Tx,
    kind: DictionaryKind,
    name: &str,
    retired: bool,
    instead: &str,
) -> Result<(), db::Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into people.dictionary_value as v (org_id, kind, key, name, retired, instead, changed_at)
         values (kernel.org(), $1, $2, $3, $4, $5, $6)
         on conflict (org_id, kind, key) do update
         set name = excluded.name, retired = excluded.retired, instead = excluded.instead,
             changed_at = excluded.changed_at, version = v.version + 1",
        kind.code(),
        dictionary_key(name),
        name,
        retired,
        instead,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How a dictionary is kept, by the region.
pub(crate) async fn put_dictionary_rule(
    tx: &mut Tx,
    kind: DictionaryKind,
    strict: bool,
    extendable: bool,
) -> Result<(), db::Error> {
    let now = tx.now();
    sqlx::query!(
        "insert into people.dictionary_rule (org_id, kind, strict, extendable, changed_at)
         values (kernel.org(), $1, $2, $3, $4)
         on conflict (org_id, kind) do update
         set strict = excluded.strict, extendable = excluded.extendable, changed_at = excluded.changed_at",
        kind.code(),
        strict,
        extendable,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes one value instead of another in all cards of the organisation, with
/// a version of each card more; a statement for each part of the cards.
pub(crate) async fn replace_value(
    tx: &mut Tx,
    kind: DictionaryKind,
    from: &str,
    to: &str,
) -> Result<(), db::Error> {
    sqlx::query!(
        "with changed as (
             update people.staff
             set post = case when $1 = 'post' and post = $2 then $3 else post end,
                 extra_post = case when $1 = 'post' and extra_post = $2 then $3 else extra_post end,
                 category = case when $1 = 'category' and category = $2 then $3 else category end,
                 education = case when $1 = 'education' and education = $2 then $3 else education end,
                 family_status = case when $1 = 'family_status' and family_status = $2 then $3
                                      else family_status end,
                 dismissal_reason = case when $1 = 'dismissal' and dismissal_reason = $2 then $3
                                         else dismissal_reason end,
                 version = version + 1
             where $1 = 'post' and $2 in (post, extra_post) or $1 = 'category' and category = $2
                or $1 = 'education' and education = $2 or $1 = 'family_status' and family_status = $2
                or $1 = 'dismissal' and dismissal_reason = $2
             returning person_id),
         of_parents as (
             update people.parent set education = $3, version = version + 1
             where $1 = 'education' and education = $2 returning person_id),
         of_pupils as (
             update people.pupil set foreign_language = $3, version = version + 1
             where $1 = 'language' and foreign_language = $2 returning person_id)
         update people.person p set version = p.version + 1, updated_at = kernel.now()
         where p.person_id in (select person_id from changed union select person_id from of_parents
                               union select person_id from of_pupils)",
        kind.code(),
        from,
        to,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update people.record
         set title = case when $1 = 'education' then title else $3 end,
             place = case when $1 = 'education' then $3 else place end, version = version + 1
         where removed_at is null
           and (title = $2 and ($1 = 'post' and kind = 'work' or $1 = 'award' and kind = 'award')
                or place = $2 and $1 = 'education' and kind = 'education')",
        kind.code(),
        from,
        to,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
