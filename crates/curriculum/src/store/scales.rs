use db::{Error as DbError, Tx};
use rust_decimal::Decimal;

use crate::{Error, Scale, ScaleRow, WorkKind, WorkKindChange, WorkKindRow, defaults};

pub(crate) async fn scales(tx: &mut Tx) -> Result<Vec<ScaleRow>, DbError> {
    let rows = sqlx::query!("select scale_id, name, kind from curriculum.scale order by scale_id")
        .fetch_all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|it| {
            Ok(ScaleRow {
                id: it.scale_id.into(),
                name: it.name,
                scale: Scale::from_code(&it.kind)
                    .ok_or(DbError::corrupt("curriculum.scale", "kind"))?,
            })
        })
        .collect()
}

/// All kinds of work in the school's order, archived ones last.
pub(crate) async fn kinds(tx: &mut Tx) -> Result<Vec<WorkKindRow>, DbError> {
    let rows = sqlx::query!(
        "select kind_id, code, name, abbr, weight, is_control, position, archived_on, version
         from curriculum.work_kind order by archived_on is not null, position, code",
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter().map(|it| WorkKindRow {
        kind: WorkKind {
            id: it.kind_id.into(),
            code: it.code,
            name: it.name,
            abbr: it.abbr,
            weight: it.weight.normalize(),
            is_control: it.is_control,
        },
        position: it.position,
        archived: it.archived_on.is_some(),
        version: it.version,
    });
    Ok(row.collect())
}

/// Enters the scales and kinds of work that a school begins with (§2.4);
/// those it has stay as they are.
pub(crate) async fn ensure_defaults(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!(
        "insert into curriculum.scale (org_id, name, kind)
         values (kernel.org(), $1, 'five'), (kernel.org(), $2, 'pass')
         on conflict on constraint scale_name do nothing",
        defaults::name("scale-five"),
        defaults::name("scale-pass"),
    )
    .execute(tx.conn())
    .await?;
    let (mut codes, mut names, mut abbrs) = (vec![], vec![], vec![]);
    let (mut weights, mut controls, mut positions) = (vec![], vec![], vec![]);
    for (position, it) in (1i16..).zip(defaults::work_kinds()) {
        codes.push(it.code);
        names.push(it.name.to_owned());
        abbrs.push(it.abbr.to_owned());
        weights.push(it.weight);
        controls.push(it.is_control);
        positions.push(position);
    }
    sqlx::query!(
        "insert into curriculum.work_kind (org_id, code, name, abbr, weight, is_control, position)
         select kernel.org(), n.* from unnest($1::smallint[], $2::text[], $3::text[], $4::numeric[],
                                              $5::boolean[], $6::smallint[]) as n
         on conflict on constraint work_kind_code do nothing",
        &codes,
        &names,
        &abbrs,
        &weights as &[Decimal],
        &controls,
        &positions,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Changes kinds of work in one statement. Rows that stay as they are keep
/// their version; refused where one of the others is another by now.
pub(crate) async fn update(tx: &mut Tx, changes: &[WorkKindChange]) -> Result<(), Error> {
    let (mut ids, mut seen, mut names, mut abbrs) = (vec![], vec![], vec![], vec![]);
    let (mut weights, mut controls, mut positions, mut archived) = (vec![], vec![], vec![], vec![]);
    for it in changes {
        ids.push(it.id.get());
        seen.push(it.seen);
        names.push(it.fields.name.clone());
        abbrs.push(it.fields.abbr.clone());
        weights.push(it.fields.weight);
        controls.push(it.fields.is_control);
        positions.push(it.fields.position);
        archived.push(it.fields.archived);
    }
    let stale = sqlx::query_scalar!(
        r#"with wish as (
            select * from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::numeric[],
                                 $6::boolean[], $7::smallint[], $8::boolean[])
                as n (id, seen, name, abbr, weight, is_control, position, archived)
        ), other as (
            select n.*, k.version from wish n join curriculum.work_kind k on k.kind_id = n.id
             where (k.name, k.abbr, k.weight, k.is_control, k.position, k.archived_on is not null)
                   is distinct from (n.name, n.abbr, n.weight, n.is_control, n.position, n.archived)
        ), done as (
            update curriculum.work_kind k
               set name = n.name, abbr = n.abbr, weight = n.weight, is_control = n.is_control,
                   position = n.position, version = k.version + 1,
                   archived_on = case when n.archived then coalesce(k.archived_on, kernel.now()::date) end
              from other n where k.kind_id = n.id and k.version = n.seen
            returning k.kind_id
        )
        select (select count(*) from other) - (select count(*) from done) as "stale!""#,
        &ids,
        &seen,
        &names,
        &abbrs,
        &weights,
        &controls,
        &positions,
        &archived,
    )
    .fetch_one(tx.conn())
    .await
    .map_err(DbError::from)?;
    if stale == 0 {
        Ok(())
    } else {
        Err(Error::ChangedMeanwhile)
    }
}
