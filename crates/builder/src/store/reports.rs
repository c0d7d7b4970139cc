use chrono::{DateTime, Utc};
use db::{Error as DbError, Tx};
use kernel::{Actor, PersonId, Role};
use sqlx::types::Json;

use crate::{Definition, Error, Report, ReportId};

struct Row {
    report_id: i64,
    owner_id: i64,
    account_id: i64,
    title: String,
    definition: Json<Definition>,
    shared: Vec<String>,
    version: i32,
    changed_at: DateTime<Utc>,
}

impl From<Row> for Report {
    fn from(it: Row) -> Self {
        Self {
            id: it.report_id.into(),
            owner: it.owner_id.into(),
            account: it.account_id.into(),
            title: it.title,
            definition: it.definition.0,
            // A role that is no more opens nothing.
            shared: it
                .shared
                .iter()
                .filter_map(|it| Role::from_code(it))
                .collect(),
            version: it.version,
            changed_at: it.changed_at,
        }
    }
}

fn codes(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|it| it.code().to_owned()).collect()
}

/// The reports of this person, and those shared with one of these roles, by title.
pub(crate) async fn reports(
    tx: &mut Tx,
    owner: PersonId,
    roles: &[Role],
) -> Result<Vec<Report>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select report_id, owner_id, account_id, title, definition as "definition: Json<Definition>", shared,
                  version, changed_at
             from builder.report
            where org_id = kernel.org() and (owner_id = $1 or shared && $2)
            order by title, report_id"#,
        owner.get(),
        &codes(roles),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// One report, whoever's it is.
pub(crate) async fn report(tx: &mut Tx, id: ReportId) -> Result<Option<Report>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"select report_id, owner_id, account_id, title, definition as "definition: Json<Definition>", shared,
                  version, changed_at
             from builder.report where org_id = kernel.org() and report_id = $1"#,
        id.get(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Into::into))
}

pub(crate) async fn add_report(
    tx: &mut Tx,
    actor: &Actor,
    title: &str,
    definition: &Definition,
) -> Result<ReportId, DbError> {
    let id = sqlx::query_scalar!(
        "insert into builder.report (org_id, owner_id, account_id, title, definition)
         values (kernel.org(), $1, $2, $3, $4) returning report_id",
        actor.person.get(),
        actor.account.get(),
        title,
        Json(definition) as _,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Puts other content over the version that was seen.
pub(crate) async fn change_report(
    tx: &mut Tx,
    id: ReportId,
    seen: i32,
    title: &str,
    definition: &Definition,
) -> Result<(), Error> {
    let done = sqlx::query!(
        "update builder.report set title = $3, definition = $4, version = version + 1, changed_at = kernel.now()
          where org_id = kernel.org() and report_id = $1 and version = $2",
        id.get(),
        seen,
        title,
        Json(definition) as _,
    )
    .execute(tx.conn())
    .await
    .map_err(DbError::from)?;
    match done.rows_affected() {
        0 => Err(Error::ChangedMeanwhile),
        _ => Ok(()),
    }
}

/// Opens the report to these roles and to no others.
pub(crate) async fn share(tx: &mut Tx, id: ReportId, roles: &[Role]) -> Result<(), DbError> {
    sqlx::query!(
        "update builder.report set shared = $2 where org_id = kernel.org() and report_id = $1",
        id.get(),
        &codes(roles),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a report away with its letters; the history keeps what it was.
pub(crate) async fn remove_report(tx: &mut Tx, id: ReportId) -> Result<(), DbError> {
    sqlx::query!(
        "delete from builder.report where org_id = kernel.org() and report_id = $1",
        id.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
