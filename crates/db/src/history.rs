//! What a row was before: written by the triggers of `kernel.track` in the
//! transaction of the change, so that no use case can forget it
//! (S2 annex 1, 1.2).

use chrono::{DateTime, Utc};
use kernel::{AccountId, OrgId, PersonId};
use serde_json::{Map, Value};

use crate::{Error, Tx};

/// What happened to the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Inserted,
    Updated,
    Deleted,
}

/// One change of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub id: i64,
    pub op: Op,
    /// The columns that name the row inside its organisation.
    pub key: Map<String, Value>,
    /// Inserted: empty; updated: the changed columns; deleted: the whole row.
    pub old: Map<String, Value>,
    /// Inserted: the whole row; updated: the changed columns; deleted: empty.
    pub new: Map<String, Value>,
    pub account: Option<AccountId>,
    pub person: Option<PersonId>,
    pub at: DateTime<Utc>,
}

struct Row {
    history_id: i64,
    key: Value,
    op: String,
    old: Option<Value>,
    new: Option<Value>,
    account_id: Option<i64>,
    person_id: Option<i64>,
    at: DateTime<Utc>,
}

/// All changes of one row, oldest first. `key` has exactly the columns that
/// the table was tracked by: `json!({"mark_id": 17})`.
pub async fn of(tx: &mut Tx, table: &str, key: &Value) -> Result<Vec<Change>, Error> {
    of_many(tx, table, std::slice::from_ref(key)).await
}

/// All changes of many rows of one table, oldest first, in one statement.
pub async fn of_many(tx: &mut Tx, table: &str, keys: &[Value]) -> Result<Vec<Change>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select history_id, key::jsonb as "key!", op as "op!", old, new, account_id, person_id, at
           from kernel.history
           where org_id = kernel.org() and tbl = $1 
             and key = any(array(select wanted::text from unnest($2::jsonb[]) wanted))
           order by at, history_id"#,
        table,
        keys,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The newest changes of a table in the organisation, newest first.
pub async fn latest(tx: &mut Tx, table: &str, limit: i64) -> Result<Vec<Change>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select history_id, key::jsonb as "key!", op as "op!", old, new, account_id, person_id, at
           from kernel.history
           where org_id = kernel.org() and tbl = $1
           order by at desc, history_id desc limit $2"#,
        table,
        limit,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Whether anything changed after that moment in a schema other than these.
pub async fn is_newer_than(
    tx: &mut Tx,
    moment: DateTime<Utc>,
    but_for: &[&str],
) -> Result<bool, Error> {
    let but_for: Vec<String> = but_for.iter().map(|&it| it.to_owned()).collect();
    Ok(sqlx::query_scalar!(
        r#"select exists(
               select from kernel.history
               where org_id = kernel.org() and at > $1 and split_part(tbl, '.', 1) <> all($2)
           ) as "newer!""#,
        moment,
        &but_for,
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The organisations in which anything changed after that moment in a schema
/// other than these, with the last change. In a worker's transaction, which
/// sees when and in which table, and nothing else.
pub async fn changed_since(
    tx: &mut Tx,
    moment: DateTime<Utc>,
    but_for: &[&str],
) -> Result<Vec<(OrgId, DateTime<Utc>)>, Error> {
    let but_for: Vec<String> = but_for.iter().map(|&it| it.to_owned()).collect();
    let rows = sqlx::query!(
        r#"select org_id, max(at) as "at!" from kernel.history
           where at > $1 and split_part(tbl, '.', 1) <> all($2)
           group by org_id"#,
        moment,
        &but_for,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.org_id.into(), it.at))
        .collect())
}

impl TryFrom<Row> for Change {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.history_id,
            op: match row.op.as_str() {
                "I" => Op::Inserted,
                "U" => Op::Updated,
                "D" => Op::Deleted,
                _ => return Err(Error::corrupt("kernel.history", "op")),
            },
            key: columns(Some(row.key), "key")?,
            old: columns(row.old, "old")?,
            new: columns(row.new, "new")?,
            account: row.account_id.map(Into::into),
            person: row.person_id.map(Into::into),
            at: row.at,
        })
    }
}

fn columns(value: Option<Value>, column: &'static str) -> Result<Map<String, Value>, Error> {
    match value {
        None => Ok(Map::new()),
        Some(Value::Object(columns)) => Ok(columns),
        Some(_) => Err(Error::corrupt("kernel.history", column)),
    }
}
