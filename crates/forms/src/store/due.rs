use chrono::NaiveDate;
use db::Tx;
use kernel::OrgId;

/// The days agreed upon by these organisations: (organisation, form, year, day).
pub(crate) async fn dues(
    tx: &mut Tx,
    orgs: &[OrgId],
) -> Result<Vec<(OrgId, String, i32, NaiveDate)>, db::Error> {
    let rows = sqlx::query!(
        "select org_id, code, year, due_on from forms.due where org_id = any($1)",
        &orgs.iter().map(|it| it.get()).collect::<Vec<_>>(),
    )
    .fetch_all(tx.conn())
    .await?;
    let row = rows.into_iter();
    Ok(row
        .map(|it| (it.org_id.into(), it.code, i32::from(it.year), it.due_on))
        .collect())
}

/// Sets the day of the organisation.
pub(crate) async fn set_due(
    tx: &mut Tx,
    code: &str,
    year: i16,
    due_on: NaiveDate,
) -> Result<(), db::Error> {
    sqlx::query!(
        "insert into forms.due (org_id, code, year, due_on) values (kernel.org(), $1, $2, $3)
         on conflict (org_id, code, year) do update set due_on = excluded.due_on",
        code,
        year,
        due_on,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
