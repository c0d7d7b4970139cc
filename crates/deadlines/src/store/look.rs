use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error, Tx};
use kernel::{ClassId, GroupId, OrgId, PersonId, Role, SubjectId};
use sqlx::types::Json;

use crate::{
    look::{Before, Closed, Count, LastLook, Telling, To, Told},
    service::{OVERLAP_SECONDS, OWN},
};

/// When the organisation was looked at last, and whether something in it
/// changed since; what was committed around the look counts as a change.
pub(crate) async fn last(tx: &mut Tx) -> Result<(Option<LastLook>, bool), Error> {
    let row = sqlx::query!(
        r#"select l.looked_at, l.whole_at,
                  case when l.line = '{}' then l.looked_at else l.next_at end as "next_at!",
                  (select max(d.at) from deadlines.decided d where d.org_id = any(l.line)) as decided_at,
                  kernel.newer_than(l.looked_at - $1 * interval '1 second', $2) as "changed!"
           from deadlines.look l where l.org_id = kernel.org()"#,
        f64::from(OVERLAP_SECONDS),
        &OWN.map(str::to_owned),
    )
    .fetch_optional(tx.conn())
    .await?;
    let changed = row.as_ref().is_some_and(|it| it.changed);
    let look = row.map(|it| LastLook {
        looked_at: it.looked_at,
        whole_at: it.whole_at,
        next_at: it.next_at,
        decided_at: it.decided_at,
    });
    Ok((look, changed))
}

/// When each organisation was looked at last; in a worker's transaction.
pub(crate) async fn all(tx: &mut Tx) -> Result<HashMap<OrgId, LastLook>, Error> {
    let rows = sqlx::query!(
        r#"select l.org_id, l.looked_at, l.whole_at,
                  case when l.line = '{}' then l.looked_at else l.next_at end as "next_at!",
                  (select max(d.at) from deadlines.decided d where d.org_id = any(l.line)) as decided_at
           from deadlines.look l"#
    )
    .fetch_all(tx.conn())
    .await?;
    let looks = rows.into_iter().map(|it| {
        let look = LastLook {
            looked_at: it.looked_at,
            whole_at: it.whole_at,
            next_at: it.next_at,
            decided_at: it.decided_at,
        };
        (it.org_id.into(), look)
    });
    Ok(looks.collect())
}

/// Waits until nobody else looks, and tells what was seen last.
pub(crate) async fn open(tx: &mut Tx, line: &[OrgId]) -> Result<Before, Error> {
    let line: Vec<i64> = line.iter().map(|it| it.get()).collect();
    let found = sqlx::query_scalar!(
        r#"select deadlines.open_look($1) as "before!: Json<Before>""#,
        &line,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found.0)
}

/// Mirrors what is owed and closes what is not owed any more. What was lifted
/// by hand stays lifted; what stays the same leaves no trace.
pub(crate) async fn save(
    tx: &mut Tx,
    told: &[Told<'_>],
    closed: &[Closed],
    today: NaiveDate,
) -> Result<(), Error> {
    fn all<'a, T>(told: &[Told<'a>], of: impl Fn(&Told<'a>) -> T) -> Vec<T> {
        told.iter().map(of).collect()
    }
    sqlx::query!(
        "with told as (
             insert into deadlines.debt as d
                 (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, owner_role, class_id,
                  group_id, subject_id, person_id, lesson, text, place, parts_done, parts_of, found_at, late_at)
             select kernel.org(), n.rule, n.duty, n.key, n.on_day, n.due_on, n.owner_kind, n.owner_person,
                    n.owner_role, n.class_id, n.group_id, n.subject_id, n.person_id, n.lesson, n.text, n.place,
                    n.parts_done, n.parts_of, $18::timestamptz, case when $19 > n.due_on then $18 end
             from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::text[], $7::bigint[],
                         $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::smallint[],
                         $14::text[], $15::text[], $16::integer[], $17::integer[])
                  n (rule, duty, key, on_day, due_on, owner_kind, owner_person, owner_role, class_id, group_id,
                     subject_id, person_id, lesson, text, place, parts_done, parts_of)
             on conflict (org_id, rule, key) do update set
                 duty = excluded.duty, on_day = excluded.on_day, due_on = excluded.due_on,
                 owner_kind = excluded.owner_kind, owner_person = excluded.owner_person,
                 owner_role = excluded.owner_role, class_id = excluded.class_id, group_id = excluded.group_id,
                 subject_id = excluded.subject_id, person_id = excluded.person_id, lesson = excluded.lesson,
                 text = excluded.text, place = excluded.place, parts_done = excluded.parts_done,
                 parts_of = excluded.parts_of,
                 found_at = case when d.closed_at is null then d.found_at else excluded.found_at end,
                 late_at = coalesce(d.late_at, case when $19 > coalesce(d.shifted_on, excluded.due_on) then $18 end),
                 closed_at = null, closed_how = null, closed_by = null
             where d.closed_how is distinct from 'lifted'
               and ((d.duty, d.on_day, d.due_on, d.owner_kind, d.owner_person, d.owner_role, d.class_id, d.group_id,
                     d.subject_id, d.person_id, d.lesson, d.text, d.place, d.parts_done, d.parts_of)
                        is distinct from
                    (excluded.duty, excluded.on_day, excluded.due_on, excluded.owner_kind, excluded.owner_person,
                     excluded.owner_role, excluded.class_id, excluded.group_id, excluded.subject_id,
                     excluded.person_id, excluded.lesson, excluded.text, excluded.place, excluded.parts_done,
                     excluded.parts_of)
                 or d.closed_at is not null
                 or d.late_at is null and $19 > coalesce(d.shifted_on, excluded.due_on))
         )
         update deadlines.debt d set closed_at = $18, closed_how = c.how
         from unnest($20::bigint[], $21::text[]) c (debt_id, how)
         where d.org_id = kernel.org() and d.debt_id = c.debt_id and d.closed_at is null",
        &all(told, |it| it.rule.to_owned()),
        &all(told, |it| it.fact.duty.to_owned()),
        &all(told, |it| it.fact.key.clone()),
        &all(told, |it| it.fact.on),
        &all(told, |it| it.due),
        &all(told, |it| it.owner_kind().to_owned()),
        &all(told, |it| it.person.map(PersonId::get)) as &[Option<i64>],
        &all(told, |it| it.role().map(|role| role.code().to_owned())) as &[Option<String>],
        &all(told, |it| it.class.map(ClassId::get)) as &[Option<i64>],
        &all(told, |it| it.fact.about.group.map(GroupId::get)) as &[Option<i64>],
        &all(told, |it| it.fact.about.subject.map(SubjectId::get)) as &[Option<i64>],
        &all(told, |it| it.fact.about.person.map(PersonId::get)) as &[Option<i64>],
        &all(told, |it| it.fact.about.lesson) as &[Option<i16>],
        &all(told, |it| it.fact.about.text.clone()),
        &all(told, |it| it.fact.place.clone()),
        &all(told, |it| it.fact.parts.map(|it| number(it.0))) as &[Option<i32>],
        &all(told, |it| it.fact.parts.map(|it| number(it.1))) as &[Option<i32>],
        tx.now(),
        today,
        &closed.iter().map(|it| it.debt).collect::<Vec<_>>(),
        &closed.iter().map(|it| it.how.code().to_owned()).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn number(it: u32) -> i32 {
    i32::try_from(it).unwrap_or(i32::MAX)
}

/// What a look writes about itself.
pub(crate) struct Times<'a> {
    /// Everything was asked for.
    pub(crate) whole: bool,
    pub(crate) next_at: DateTime<Utc>,
    /// The organisation and those above it.
    pub(crate) line: &'a [OrgId],
}

/// Writes how many things there were in the months asked for, and the look itself.
pub(crate) async fn count(
    tx: &mut Tx,
    counts: &BTreeMap<Count, i32>,
    months: (NaiveDate, NaiveDate),
    times: &Times<'_>,
) -> Result<(), Error> {
    let rules: Vec<String> = counts.keys().map(|it| it.0.to_owned()).collect();
    let of: Vec<NaiveDate> = counts.keys().map(|it| it.1).collect();
    let people: Vec<i64> = counts.keys().map(|it| it.2).collect();
    let classes: Vec<i64> = counts.keys().map(|it| it.3).collect();
    let things: Vec<i32> = counts.values().copied().collect();
    sqlx::query!(
        "with n as (
             select * from unnest($1::text[], $2::date[], $3::bigint[], $4::bigint[], $5::integer[])
                 n (rule, month, owner_person, class_id, things)
         ), counted as (
             insert into deadlines.whole as w (org_id, rule, month, owner_person, class_id, things, looked_at)
             select kernel.org(), n.rule, n.month, n.owner_person, n.class_id, n.things, $8 from n
             on conflict (org_id, rule, month, owner_person, class_id) do update
                 set things = excluded.things, looked_at = excluded.looked_at
             where w.things <> excluded.things
         ), vanished as (
             update deadlines.whole w set things = 0, looked_at = $8
             where w.org_id = kernel.org() and w.month between $6 and $7 and w.things > 0
               and not exists (select from n where (n.rule, n.month, n.owner_person, n.class_id)
                                                 = (w.rule, w.month, w.owner_person, w.class_id))
         )
         insert into deadlines.look as l (org_id, looked_at, whole_at, next_at, line)
         values (kernel.org(), $8, case when $9 then $8::timestamptz end, $10, $11)
         on conflict (org_id) do update set looked_at = excluded.looked_at,
             whole_at = coalesce(excluded.whole_at, l.whole_at), next_at = excluded.next_at,
             line = excluded.line",
        &rules,
        &of,
        &people,
        &classes,
        &things,
        months.0,
        months.1,
        tx.now(),
        times.whole,
        times.next_at,
        &times.line.iter().map(|it| it.get()).collect::<Vec<_>>(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes who is to be told; what was written before is not written again.
/// How many were new.
pub(crate) async fn remind(
    tx: &mut Tx,
    rows: &[(&Telling<'_>, To)],
    today: NaiveDate,
) -> Result<u64, Error> {
    let rules: Vec<String> = rows.iter().map(|it| it.0.rule.to_owned()).collect();
    let keys: Vec<String> = rows.iter().map(|it| it.0.key.to_owned()).collect();
    let persons: Vec<Option<i64>> = rows.iter().map(|it| it.1.person()).collect();
    let held: Vec<Option<String>> = rows.iter().map(|it| it.1.role()).collect();
    let occasions: Vec<String> = rows.iter().map(|it| it.0.occasion.code()).collect();
    let days: Vec<NaiveDate> = rows.iter().map(|it| it.0.due).collect();
    let done = sqlx::query!(
        "insert into deadlines.reminder (org_id, debt_id, to_person, to_role, occasion, due_on, found_on)
         select kernel.org(), d.debt_id, n.to_person, n.to_role, n.occasion, n.due_on, $7
         from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::date[])
              n (rule, key, to_person, to_role, occasion, due_on)
         join deadlines.debt d on d.org_id = kernel.org() and d.rule = n.rule and d.key = n.key
         where d.closed_at is null
         on conflict on constraint reminder_once do nothing",
        &rules,
        &keys,
        &persons as &[Option<i64>],
        &held as &[Option<String>],
        &occasions,
        &days,
        today,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

impl To {
    fn person(self) -> Option<i64> {
        match self {
            Self::Person(it) => Some(it.get()),
            Self::Role(_) => None,
        }
    }

    fn role(self) -> Option<String> {
        match self {
            Self::Person(_) => None,
            Self::Role(it) => Some(Role::code(it).to_owned()),
        }
    }
}
