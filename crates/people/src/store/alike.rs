//! Cards that look alike.

use db::{Error as DbError, Tx};
use kernel::PersonId;

use super::CardRow;
use crate::{
    CardKind,
    merge::{Likeness, Suspects},
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
                 and num_nonnulls(u.person_id, r.person_id, s.person_id) > 0),
           same_number as (
               select distinct f.person_id as a_id, g.person_id as b_id
               from people.restricted_field f
               join people.restricted_field g using (org_id, field, blind)
               where f.org_id = kernel.org() and f.blind is not null and f.person_id < g.person_id),
           pair as (
               select a.person_id as a_id, b.person_id as b_id
               from one a join one b on a.search_key = b.search_key and a.person_id < b.person_id
               where a.born_on = b.born_on or a.born_on is null or b.born_on is null
                  or a.mobile = b.mobile or a.phone = b.phone
               union select a_id, b_id from same_number)
           select a.person_id as "a_id!", a.last_name as "a_last!", a.first_name as "a_first!",
                  a.middle_name as a_middle, a.born_on as a_born, a.kinds as "a_kinds!",
                  b.person_id as "b_id!", b.last_name as "b_last!", b.first_name as "b_first!",
                  b.middle_name as b_middle, b.born_on as b_born, b.kinds as "b_kinds!",
                  case when n.a_id is not null then 'number'
                       when a.born_on = b.born_on then 'birth'
                       when a.mobile = b.mobile or a.phone = b.phone then 'phone' else 'name' end as "likeness!"
           from pair it join one a on a.person_id = it.a_id join one b on b.person_id = it.b_id
           left join same_number n on n.a_id = it.a_id and n.b_id = it.b_id
           where ('pupils' = any(a.kinds)) = ('pupils' = any(b.kinds))
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
