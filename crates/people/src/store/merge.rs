//! Cards that became one.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Error as DbError, Tx};
use kernel::PersonId;
use serde_json::{Map, Value, json};
use sqlx::types::Json;

use super::CardRow;
use crate::{
    CardKind, Error,
    merge::{MergeId, Merged, WayBack, role_name},
};

/// The rows that make a person what they are here, by kind.
pub(crate) async fn role_rows(tx: &mut Tx, id: PersonId) -> Result<Map<String, Value>, DbError> {
    let row = sqlx::query!(
        r#"select (select to_jsonb(k) from people.pupil k where k.person_id = $1) as pupil,
                  (select to_jsonb(k) from people.parent k where k.person_id = $1) as parent,
                  (select to_jsonb(k) from people.staff k where k.person_id = $1) as staff"#,
        id.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    let all = [
        ("pupil", row.pupil),
        ("parent", row.parent),
        ("staff", row.staff),
    ];
    Ok(all
        .into_iter()
        .filter_map(|(name, row)| Some((name.to_owned(), row?)))
        .collect())
}

/// Gives a person the role that a row of another tells; its number of the
/// personal file must be free.
pub(crate) async fn put_role(
    tx: &mut Tx,
    id: PersonId,
    kind: CardKind,
    row: &Value,
) -> Result<(), DbError> {
    let row = match row {
        Value::Object(row) => {
            let mut row = row.clone();
            row.insert("person_id".to_owned(), json!(id));
            Value::Object(row)
        }
        other => other.clone(),
    };
    match kind {
        CardKind::Pupil => {
            // A row put aside by an older version says nothing of citizenship.
            sqlx::query!(
                r#"insert into people.pupil
                   select * from jsonb_populate_record(null::people.pupil, '{"citizenship": ""}'::jsonb || $1)"#,
                row
            )
            .execute(tx.conn())
            .await?
        }
        CardKind::Parent => {
            sqlx::query!("insert into people.parent select * from jsonb_populate_record(null::people.parent, $1)", row)
                .execute(tx.conn())
                .await?
        }
        CardKind::Staff => {
            sqlx::query!("insert into people.staff select * from jsonb_populate_record(null::people.staff, $1)", row)
                .execute(tx.conn())
                .await?
        }
    };
    Ok(())
}

/// Takes a role from a person.
///
/// # Errors
/// [`Error::InUse`] where another domain refers to it: lessons, marks, orders.
pub(crate) async fn drop_role(tx: &mut Tx, id: PersonId, kind: CardKind) -> Result<(), Error> {
    let gone = match kind {
        CardKind::Pupil => {
            sqlx::query!("delete from people.pupil where person_id = $1", id.get())
                .execute(tx.conn())
                .await
        }
        CardKind::Parent => {
            sqlx::query!("delete from people.parent where person_id = $1", id.get())
                .execute(tx.conn())
                .await
        }
        CardKind::Staff => {
            sqlx::query!("delete from people.staff where person_id = $1", id.get())
                .execute(tx.conn())
                .await
        }
    };
    gone.map_err(super::in_use)?;
    Ok(())
}

/// What hangs on a person within this domain moves to another; the ids of it.
pub(crate) async fn move_ties(
    tx: &mut Tx,
    from: PersonId,
    to: PersonId,
    back: &mut WayBack,
) -> Result<(), DbError> {
    let (from, to) = (from.get(), to.get());
    back.twice = sqlx::query_scalar!(
        r#"delete from people.kinship k
           where (k.parent_id = $1 or k.pupil_id = $1) and k.until is null
             and exists (select from people.kinship o
                          where o.until is null and o.kinship_id <> k.kinship_id
                            and o.parent_id = case when k.parent_id = $1 then $2 else k.parent_id end
                            and o.pupil_id = case when k.pupil_id = $1 then $2 else k.pupil_id end)
           returning to_jsonb(k) as "row!""#,
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.parent_of = sqlx::query_scalar!(
        "update people.kinship set parent_id = $2 where parent_id = $1 returning kinship_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.child_of = sqlx::query_scalar!(
        "update people.kinship set pupil_id = $2 where pupil_id = $1 returning kinship_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.consents = sqlx::query_scalar!(
        "update people.consent c set subject_id = $2, version = version + 1
         where c.subject_id = $1
           and (c.withdrawn_on is not null or not exists (
                select from people.consent o where o.subject_id = $2 and o.kind = c.kind and o.withdrawn_on is null))
         returning consent_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.signed = sqlx::query_scalar!(
        "update people.consent set given_by = $2 where given_by = $1 returning consent_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.proposals = sqlx::query_scalar!(
        "update people.proposal set subject_id = $2 where subject_id = $1 returning proposal_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.proposed = sqlx::query_scalar!(
        "update people.proposal set proposed_by = $2 where proposed_by = $1 returning proposal_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    back.records = sqlx::query_scalar!(
        "update people.record set person_id = $2 where person_id = $1 returning record_id",
        from,
        to,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// The way back of [`move_ties`].
pub(crate) async fn move_back(tx: &mut Tx, to: PersonId, back: &WayBack) -> Result<(), DbError> {
    sqlx::query!(
        "with parents as (update people.kinship set parent_id = $1 where kinship_id = any($2)),
              pupils as (update people.kinship set pupil_id = $1 where kinship_id = any($3)),
              signed as (update people.consent set given_by = $1
                          where consent_id = any($4) and voided_at is null)
         update people.proposal
         set subject_id = case when proposal_id = any($5) then $1 else subject_id end,
             proposed_by = case when proposal_id = any($6) then $1 else proposed_by end
         where proposal_id = any($5) or proposal_id = any($6)",
        to.get(),
        &back.parent_of,
        &back.child_of,
        &back.signed,
        &back.proposals,
        &back.proposed,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update people.consent set subject_id = $1, version = version + 1
         where consent_id = any($2) and voided_at is null",
        to.get(),
        &back.consents,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update people.record set person_id = $1 where record_id = any($2)",
        to.get(),
        &back.records,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into people.kinship (org_id, kinship_id, parent_id, pupil_id, kind, since, until, created_at)
         overriding system value
         select k.org_id, k.kinship_id, k.parent_id, k.pupil_id, k.kind, k.since, k.until, k.created_at
         from jsonb_populate_recordset(null::people.kinship, $1) k",
        json!(back.twice),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says whose card a card became; none makes it one of its own again.
pub(crate) async fn set_merged(
    tx: &mut Tx,
    gone: PersonId,
    kept: Option<PersonId>,
) -> Result<(), DbError> {
    sqlx::query!(
        "update people.person set merged_into = $2, version = version + 1, updated_at = kernel.now()
         where person_id = $1",
        gone.get(),
        kept.map(PersonId::get),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts a merge on record.
pub(crate) async fn record_merge(
    tx: &mut Tx,
    (kept, gone): (PersonId, PersonId),
    back: &WayBack,
    by: PersonId,
) -> Result<MergeId, DbError> {
    let id = sqlx::query_scalar!(
        "insert into people.merge (org_id, kept_id, gone_id, way_back, merged_by)
         values (kernel.org(), $1, $2, $3, $4) returning merge_id",
        kept.get(),
        gone.get(),
        json!(back),
        by.get(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// The merges since that moment, newest first.
pub(crate) async fn merges(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Merged>, DbError> {
    let rows = sqlx::query!(
        r#"select m.merge_id, m.merged_at, m.undone_at,
                  k.person_id as k_id, k.last_name as k_last, k.first_name as k_first,
                  k.middle_name as k_middle, k.born_on as k_born,
                  g.person_id as g_id, g.last_name as g_last, g.first_name as g_first,
                  g.middle_name as g_middle, g.born_on as g_born,
                  b.last_name as "b_last?", b.first_name as "b_first?", b.middle_name as "b_middle?"
           from people.merge m
           join people.person k on k.org_id = m.org_id and k.person_id = m.kept_id
           join people.person g on g.org_id = m.org_id and g.person_id = m.gone_id
           left join people.person b on b.org_id = m.org_id and b.person_id = m.merged_by
           where m.merged_at >= $1 order by m.merge_id desc"#,
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    let card = |id: i64, last, first, middle, born: Option<NaiveDate>| {
        crate::Card::from(CardRow {
            person_id: id,
            last_name: last,
            first_name: first,
            middle_name: middle,
            born_on: born,
        })
    };
    Ok(rows
        .into_iter()
        .map(|it| Merged {
            id: it.merge_id.into(),
            kept: card(it.k_id, it.k_last, it.k_first, it.k_middle, it.k_born),
            gone: card(it.g_id, it.g_last, it.g_first, it.g_middle, it.g_born),
            by: it
                .b_last
                .zip(it.b_first)
                .map(|(last, first)| card(0, last, first, it.b_middle, None).short()),
            at: it.merged_at,
            undone_at: it.undone_at,
        })
        .collect())
}

/// A merge with the way back.
pub(crate) struct ToUndo {
    pub(crate) kept: PersonId,
    pub(crate) gone: PersonId,
    pub(crate) at: DateTime<Utc>,
    pub(crate) is_undone: bool,
    pub(crate) back: WayBack,
}

/// One merge, locked.
pub(crate) async fn merge_to_undo(tx: &mut Tx, id: MergeId) -> Result<Option<ToUndo>, DbError> {
    let row = sqlx::query!(
        r#"select kept_id, gone_id, merged_at, (undone_at is not null) as "is_undone!",
                  way_back as "way_back: Json<WayBack>"
           from people.merge where merge_id = $1 for update"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|it| ToUndo {
        kept: it.kept_id.into(),
        gone: it.gone_id.into(),
        at: it.merged_at,
        is_undone: it.is_undone,
        back: it.way_back.0,
    }))
}

/// Puts on record that a merge was undone.
pub(crate) async fn record_undo(tx: &mut Tx, id: MergeId, by: PersonId) -> Result<(), DbError> {
    sqlx::query!(
        "update people.merge set undone_by = $2, undone_at = kernel.now() where merge_id = $1",
        id.get(),
        by.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The name under which the role of a kind is kept in a way back.
pub(crate) fn kept_roles(back: &WayBack) -> impl Iterator<Item = (CardKind, &Value)> {
    CardKind::ALL
        .into_iter()
        .filter_map(move |kind| Some((kind, back.roles.get(role_name(kind))?)))
}
