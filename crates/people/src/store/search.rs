use chrono::NaiveDate;
use db::{Tx, vault};
use kernel::PersonId;

use super::{CardRow, numbers};
use crate::{Card, CardKind, search::Wanted};

/// Somebody who was found, and as what.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) card: Card,
    pub(crate) kinds: Vec<CardKind>,
    /// Which reading of the query found them; the best one.
    pub(crate) reading: Option<usize>,
    pub(crate) post: Option<String>,
}

/// Whom the searcher may see: everybody of a kind, or these.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sight {
    pub(crate) pupils: Seen,
    pub(crate) parents: Seen,
    pub(crate) staff: Seen,
}

/// Everybody of a kind, or only some.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    All,
    Only(Vec<PersonId>),
}

impl Default for Seen {
    fn default() -> Self {
        Self::Only(Vec::new())
    }
}

impl Seen {
    fn limit(&self) -> Option<Vec<i64>> {
        match self {
            Self::All => None,
            Self::Only(ids) => Some(numbers(ids)),
        }
    }
}

/// People who match any reading of the query, in one statement: the best
/// reading first, then in the order of names.
pub(crate) async fn search(
    tx: &mut Tx,
    wanted: &Wanted,
    sight: &Sight,
    limit: i64,
) -> Result<Vec<Hit>, db::Error> {
    let mut readings = wanted
        .readings
        .iter()
        .map(|it| it.patterns.clone())
        .map(Some)
        .collect::<Vec<_>>();
    readings.resize(3, None);
    let mut readings = readings.into_iter();
    let mut next = || readings.next().flatten();
    let (first, second, third) = (next(), next(), next());
    let rows = sqlx::query!(
        r#"with hit as (
               select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on,
                      case when p.search_key ~ all ($1::text[]) then 0
                           when p.search_key ~ all ($2::text[]) then 1
                           when p.search_key ~ all ($3::text[]) then 2 end as reading
               from people.person p
               where p.search_key ~ all ($1::text[]) or p.search_key ~ all ($2::text[])
                  or p.search_key ~ all ($3::text[])
                  or p.born_on = $4
                  or $5::text is not null and (regexp_replace(p.phone, '[^0-9]', '', 'g') like '%' || $5
                                               or regexp_replace(p.mobile, '[^0-9]', '', 'g') like '%' || $5)
                  or p.person_id in (select person_id from people.pupil
                                     where file_number = $6 and file_number <> '')
           )
           select h.person_id, h.last_name, h.first_name, h.middle_name, h.born_on, h.reading,
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!", s.post as "post?"
           from hit h
           left join people.pupil u on u.person_id = h.person_id
                and ($7::bigint[] is null or u.person_id = any($7))
           left join people.parent r on r.person_id = h.person_id
                and ($8::bigint[] is null or r.person_id = any($8))
           left join people.staff s on s.person_id = h.person_id
                and ($9::bigint[] is null or s.person_id = any($9))
           where num_nonnulls(u.person_id, r.person_id, s.person_id) > 0
           order by h.reading nulls first, h.last_name, h.first_name, h.middle_name nulls first, h.person_id
           limit $10"#,
        first as Option<Vec<String>>,
        second as Option<Vec<String>>,
        third as Option<Vec<String>>,
        wanted.born_on,
        wanted.phone_tail,
        wanted.exact,
        sight.pupils.limit() as Option<Vec<i64>>,
        sight.parents.limit() as Option<Vec<i64>>,
        sight.staff.limit() as Option<Vec<i64>>,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Hit {
            card: CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            }
            .into(),
            kinds: [
                (it.is_pupil, CardKind::Pupil),
                (it.is_parent, CardKind::Parent),
                (it.is_staff, CardKind::Staff),
            ]
            .into_iter()
            .filter_map(|(is, kind)| is.then_some(kind))
            .collect(),
            reading: it.reading.and_then(|it| usize::try_from(it).ok()),
            post: it.post,
        })
        .collect())
}

/// A card that looks the same as one to be entered.
#[derive(Clone, Debug)]
pub(crate) struct Alike {
    pub(crate) card: Card,
    pub(crate) kinds: Vec<CardKind>,
    pub(crate) same_snils: bool,
}

/// Cards with the same name (ё is е) and birth date, or with this СНИЛС.
pub(crate) async fn alike(
    tx: &mut Tx,
    search_key: &str,
    born_on: Option<NaiveDate>,
    snils: Option<&str>,
) -> Result<Vec<Alike>, db::Error> {
    let blinds = match snils {
        Some(it) => vault::of(tx).await?.blinds("snils", it),
        None => vec![],
    };
    let rows = sqlx::query!(
        r#"select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on,
                  (n.person_id is not null) as "same_snils!",
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!"
           from people.person p
           left join people.restricted_field n
                on n.person_id = p.person_id and n.field = 'snils' and n.blind = any($3)
           left join people.pupil u on u.person_id = p.person_id
           left join people.parent r on r.person_id = p.person_id
           left join people.staff s on s.person_id = p.person_id
           where (p.search_key = $1 and p.born_on = $2) or n.person_id is not null
           order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id limit 20"#,
        search_key,
        born_on,
        &blinds,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| Alike {
            card: CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            }
            .into(),
            kinds: [
                (it.is_pupil, CardKind::Pupil),
                (it.is_parent, CardKind::Parent),
                (it.is_staff, CardKind::Staff),
            ]
            .into_iter()
            .filter_map(|(is, kind)| is.then_some(kind))
            .collect(),
            same_snils: it.same_snils,
        })
        .collect())
}

/// Search keys of everybody of a kind.
pub(crate) async fn keys(tx: &mut Tx, kind: CardKind) -> Result<Vec<(String, Card)>, db::Error> {
    let rows = sqlx::query!(
        "select p.search_key, p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on
         from people.person p
         where case $1 when 'pupils' then exists (select from people.pupil k where k.person_id = p.person_id)
                       when 'parents' then exists (select from people.parent k where k.person_id = p.person_id)
                       else exists (select from people.staff k where k.person_id = p.person_id) end
         order by p.person_id",
        kind.plural(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| {
            let row = CardRow {
                person_id: it.person_id,
                last_name: it.last_name,
                first_name: it.first_name,
                middle_name: it.middle_name,
                born_on: it.born_on,
            };
            (it.search_key, row.into())
        })
        .collect())
}
