//! Cards that look alike.

use chrono::NaiveDate;
use db::{Error as DbError, Tx};
use kernel::PersonId;

use super::{Alike, CardRow};
use crate::{
    CardKind,
    merge::{Likeness, Suspects},
    person::CleanPerson,
};

/// Pairs that look like one person and of whom nobody said that they are two;
/// at most 200. Who has no role here any more is left out.
pub(crate) async fn suspects(tx: &mut Tx) -> Result<Vec<Suspects>, DbError> {
    let rows = sqlx::query!(
        r#"with one as (
               select p.person_id, p.last_name, p.first_name, p.middle_name, p.born_on, p.search_key,
                      nullif(p.mobile, '') as mobile, nullif(p.phone, '') as phone,
                      array_remove(array[case when u.person_id is not null then 'pupils' end,
                                         case when r.person_id is not null then 'parents' end,
                                         case when s.person_id is not null then 'staff' end], null) as kinds
               from people.person p
               left join people.pupil u using (org_id, person_id)
               left join people.parent r using (org_id, person_id)
               left join people.staff s using (org_id, person_id)
               where p.org_id = kernel.org() and p.merged_into is null
                 and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0)
           select a.person_id as "a_id!", a.last_name as "a_last!", a.first_name as "a_first!",
                  a.middle_name as a_middle, a.born_on as a_born, a.kinds as "a_kinds!",
                  b.person_id as "b_id!", b.last_name as "b_last!", b.first_name as "b_first!",
                  b.middle_name as b_middle, b.born_on as b_born, b.kinds as "b_kinds!",
                  case when a.born_on = b.born_on then 'birth'
                       when a.mobile = b.mobile or a.phone = b.phone then 'phone' else 'name' end as "likeness!"
           from one a join one b on a.search_key = b.search_key and a.person_id < b.person_id
           where (a.born_on = b.born_on or a.born_on is null or b.born_on is null
                  or a.mobile = b.mobile or a.phone = b.phone)
             and ('pupils' = any(a.kinds)) = ('pupils' = any(b.kinds))
             and not exists (select from people.not_duplicate n
                              where n.first_id = a.person_id and n.second_id = b.person_id)
           order by a.last_name, a.first_name, a.person_id, b.person_id limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    let kinds = |it: Vec<String>| -> Vec<CardKind> {
        it.iter()
            .filter_map(|it| CardKind::from_plural(it))
            .collect()
    };
    rows.into_iter()
        .map(|it| {
            Ok(Suspects {
                first: CardRow {
                    person_id: it.a_id,
                    last_name: it.a_last,
                    first_name: it.a_first,
                    middle_name: it.a_middle,
                    born_on: it.a_born,
                }
                .into(),
                first_kinds: kinds(it.a_kinds),
                second: CardRow {
                    person_id: it.b_id,
                    last_name: it.b_last,
                    first_name: it.b_first,
                    middle_name: it.b_middle,
                    born_on: it.b_born,
                }
                .into(),
                second_kinds: kinds(it.b_kinds),
                likeness: Likeness::from_code(&it.likeness)
                    .ok_or(DbError::corrupt("people.person", "likeness"))?,
            })
        })
        .collect()
}

/// Cards with the same name and one of the same phones, whatever the birth date.
pub(crate) async fn alike_by_phone(
    tx: &mut Tx,
    person: &CleanPerson,
) -> Result<Vec<Alike>, DbError> {
    let phones: Vec<String> = [&person.fields.phone, &person.fields.mobile]
        .into_iter()
        .filter(|it| !it.is_empty())
        .cloned()
        .collect();
    if phones.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query_as!(
        AlikeRow,
        r#"select p.person_id as "person_id!", p.last_name as "last_name!", p.first_name as "first_name!", p.middle_name, p.born_on,
                  (u.person_id is not null) as "is_pupil!", (r.person_id is not null) as "is_parent!",
                  (s.person_id is not null) as "is_staff!"
           from people.person p
           left join people.pupil u on u.person_id = p.person_id
           left join people.parent r on r.person_id = p.person_id
           left join people.staff s on s.person_id = p.person_id
           where p.search_key = $1 and (p.phone = any($2) or p.mobile = any($2))
             and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0
           order by p.person_id limit 20"#,
        person.search_key,
        &phones,
    )
    .fetch_all(tx.conn())
    .await?;
    let alike = |it: AlikeRow| Alike {
        kinds: [
            (it.is_pupil, CardKind::Pupil),
            (it.is_parent, CardKind::Parent),
            (it.is_staff, CardKind::Staff),
        ]
        .into_iter()
        .filter_map(|(is, kind)| is.then_some(kind))
        .collect(),
        card: CardRow {
            person_id: it.person_id,
            last_name: it.last_name,
            first_name: it.first_name,
            middle_name: it.middle_name,
            born_on: it.born_on,
        }
        .into(),
        same_snils: false,
    };
    Ok(rows.into_iter().map(alike).collect())
}

struct AlikeRow {
    person_id: i64,
    last_name: String,
    first_name: String,
    middle_name: Option<String>,
    born_on: Option<NaiveDate>,
    is_pupil: bool,
    is_parent: bool,
    is_staff: bool,
}

/// Remembers that two cards are of two people.
pub(crate) async fn say_two_people(
    tx: &mut Tx,
    (a, b): (PersonId, PersonId),
    by: PersonId,
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into people.not_duplicate (org_id, first_id, second_id, said_by)
         values (kernel.org(), least($1::bigint, $2), greatest($1::bigint, $2), $3) on conflict do nothing",
        a.get(),
        b.get(),
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
