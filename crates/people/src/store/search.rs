use db::{Tx, vault};
use kernel::PersonId;

use super::{CardRow, numbers};
use crate::{Card, CardKind, RestrictedField, person::CleanPerson, search::Wanted};

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

/// Beginnings of words to look for, one below the other.
#[derive(Default)]
struct Words {
    reading: Vec<i32>,
    token: Vec<i32>,
    /// How many tokens the reading has; all must be found.
    tokens: Vec<i32>,
    low: Vec<String>,
}

impl Words {
    fn add(&mut self, reading: i32, tokens: &[String]) {
        for (token, word) in (0..).zip(tokens) {
            self.reading.push(reading);
            self.token.push(token);
            self.tokens
                .push(i32::try_from(tokens.len()).unwrap_or(i32::MAX));
            self.low.push(word.clone());
        }
    }

    fn of(wanted: &Wanted) -> Self {
        let mut words = Self::default();
        for (reading, it) in (0..).zip(&wanted.readings) {
            words.add(reading, &it.tokens);
        }
        if let Some(tail) = &wanted.phone_tail {
            let word = tail.chars().rev().collect::<String>();
            words.add(BY_NUMBER, &[format!("#{word}")]);
        }
        words
    }
}

/// Found by a phone, a birth date, a file number: by no reading.
const BY_NUMBER: i32 = -1;

/// People who match any reading of the query, in one statement: the best
/// reading first, in it those whose surname is what was typed, then in the
/// order of names. An index finds them, however many there are: a range of
/// words is a condition that row policies let through to it.
pub(crate) async fn search(
    tx: &mut Tx,
    wanted: &Wanted,
    sight: &Sight,
    limit: usize,
) -> Result<Vec<Hit>, db::Error> {
    let words = Words::of(wanted);
    let first: Vec<String> = wanted
        .readings
        .iter()
        .map(|it| it.tokens.first().cloned().unwrap_or_default())
        .collect();
    let rows = sqlx::query!(
        r#"with word as (
               select s.person_id, t.reading
                 from unnest($1::int[], $2::int[], $3::int[], $4::text[]) as t (reading, token, tokens, low)
                cross join lateral (select w.person_id from people.search_word w
                                     where w.word >= t.low and w.word < t.low || chr(1114111) offset 0) s
                group by s.person_id, t.reading
               having count(distinct t.token) = max(t.tokens)
           ), hit as (
               select person_id, min(reading) as reading
                 from (select person_id, reading from word
                       union all select p.person_id, -1 from people.person p where p.born_on = $5
                       union all select u.person_id, -1 from people.pupil u
                                  where u.file_number = $6 and u.file_number <> '') found
                group by person_id
           )
           select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, h.reading as "reading!",
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!", s.post as "post?"
           from hit h
           join people.person p on p.person_id = h.person_id
           left join people.pupil u on u.person_id = h.person_id
                and ($7::bigint[] is null or u.person_id = any($7))
           left join people.parent r on r.person_id = h.person_id
                and ($8::bigint[] is null or r.person_id = any($8))
           left join people.staff s on s.person_id = h.person_id
                and ($9::bigint[] is null or s.person_id = any($9))
           where num_nonnulls(u.person_id, r.person_id, s.person_id) > 0
           order by h.reading, starts_with(p.search_key, coalesce(($10::text[])[h.reading + 1], '')) desc,
                    p.last_name, p.first_name, p.middle_name nulls first, p.person_id
           limit $11"#,
        &words.reading,
        &words.token,
        &words.tokens,
        &words.low,
        wanted.born_on,
        wanted.exact,
        sight.pupils.limit() as Option<Vec<i64>>,
        sight.parents.limit() as Option<Vec<i64>>,
        sight.staff.limit() as Option<Vec<i64>>,
        &first,
        i64::try_from(limit).unwrap_or(i64::MAX),
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
            kinds: kinds_of_row(it.is_pupil, it.is_parent, it.is_staff),
            reading: usize::try_from(it.reading).ok(),
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

pub(super) fn kinds_of_row(is_pupil: bool, is_parent: bool, is_staff: bool) -> Vec<CardKind> {
    let all = [
        (is_pupil, CardKind::Pupil),
        (is_parent, CardKind::Parent),
        (is_staff, CardKind::Staff),
    ];
    let has = all.into_iter().filter(|(is, _)| *is);
    has.map(|(_, kind)| kind).collect()
}

/// Cards with the same name (ё is е) and birth date or phone, or with this СНИЛС.
pub(crate) async fn alike(
    tx: &mut Tx,
    person: &CleanPerson,
    snils: Option<&str>,
) -> Result<Vec<Alike>, db::Error> {
    let phones: Vec<String> = [&person.fields.phone, &person.fields.mobile]
        .into_iter()
        .filter(|it| !it.is_empty())
        .cloned()
        .collect();
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
           where (p.search_key = $1 and (p.born_on = $2 or (
                     (p.phone = any($4) or p.mobile = any($4))
                     and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0)))
              or n.person_id is not null
           order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id limit 20"#,
        person.search_key,
        person.fields.born_on,
        &blinds,
        &phones,
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
            kinds: kinds_of_row(it.is_pupil, it.is_parent, it.is_staff),
            same_snils: it.same_snils,
        })
        .collect())
}

/// Whoever has that number, in the form in which numbers are compared, with
/// the kinds of their cards.
pub(crate) async fn of_number(
    tx: &mut Tx,
    field: RestrictedField,
    number: &str,
) -> Result<Vec<(Card, Vec<CardKind>)>, db::Error> {
    let blinds = vault::of(tx).await?.blinds(field.code(), number);
    let rows = sqlx::query!(
        r#"select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on,
                  exists (select from people.pupil k where k.person_id = p.person_id) as "is_pupil!",
                  exists (select from people.parent k where k.person_id = p.person_id) as "is_parent!",
                  exists (select from people.staff k where k.person_id = p.person_id) as "is_staff!"
           from people.restricted_field f join people.person p using (person_id)
           where f.field = $1 and f.blind = any($2)
           order by p.last_name, p.first_name, p.middle_name nulls first, p.person_id"#,
        field.code(),
        &blinds,
    )
    .fetch_all(tx.conn())
    .await?;
    let one = rows.into_iter().map(|it| {
        let row = CardRow {
            person_id: it.person_id,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        };
        let kinds = kinds_of_row(it.is_pupil, it.is_parent, it.is_staff);
        (Card::from(row), kinds)
    });
    Ok(one.collect())
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
