//! What the tables of a domain hold of one person (152-FZ; security.md §6.5).
//!
//! Each domain tells its tables ([`Held`]); [`found`] reads them all in one
//! statement, in the organisation of the transaction. A column that names a
//! person and that no domain tells of fails a test of the application.

use kernel::{AccountId, PersonId};
use serde_json::Value;
use sqlx::AssertSqlSafe;

use crate::{Error, Tx};

/// A table and the columns by which it speaks of a person.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub table: &'static str,
    /// The row is about this person.
    pub about: &'static [&'static str],
    /// The row is about the owner of this account.
    pub account: &'static [&'static str],
    /// This person did it, and the row is about something else: counted.
    pub by: &'static [&'static str],
    /// Secrets, and what is about others: left out.
    pub hidden: &'static [&'static str],
}

impl Held {
    /// A table of which nothing is told yet.
    pub const fn of(table: &'static str) -> Self {
        Self {
            table,
            about: &[],
            account: &[],
            by: &[],
            hidden: &[],
        }
    }

    #[must_use]
    pub const fn about(self, about: &'static [&'static str]) -> Self {
        Self { about, ..self }
    }

    #[must_use]
    pub const fn account(self, account: &'static [&'static str]) -> Self {
        Self { account, ..self }
    }

    #[must_use]
    pub const fn by(self, by: &'static [&'static str]) -> Self {
        Self { by, ..self }
    }

    #[must_use]
    pub const fn hidden(self, hidden: &'static [&'static str]) -> Self {
        Self { hidden, ..self }
    }

    /// All columns that it tells of.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        [self.about, self.account, self.by]
            .into_iter()
            .flatten()
            .copied()
    }

    /// One answer: the rows, and how many others the person wrote.
    fn question(&self, at: usize) -> String {
        let is = |columns: &[&str], value: &str| {
            let each = columns.iter().map(|it| format!("t.{it} = {value}"));
            each.collect::<Vec<_>>()
        };
        let mut about = is(self.about, "$1");
        about.extend(is(self.account, "any ($2)"));
        let by = is(self.by, "$1");
        let any = |all: Vec<String>| {
            if all.is_empty() {
                "false".to_owned()
            } else {
                all.join(" or ")
            }
        };
        let hidden: Vec<_> = self.hidden.iter().map(|it| format!(" - '{it}'")).collect();
        let hidden = hidden.concat();
        format!(
            "select {at}::int as at,
                    (select coalesce(jsonb_agg(to_jsonb(t) - 'org_id'{hidden}), '[]') from {table} t
                     where t.org_id = kernel.org() and ({about})) as rows,
                    (select count(*) from {table} t where t.org_id = kernel.org() and ({by})) as written",
            table = self.table,
            about = any(about),
            by = any(by),
        )
    }
}

/// What one table holds.
#[derive(Clone, Debug)]
pub struct Found {
    pub table: &'static str,
    /// Rows about the person.
    pub rows: Vec<Value>,
    /// Rows about others that the person wrote.
    pub written: i64,
}

/// What these tables hold of the person in the organisation of the
/// transaction; tables that hold nothing are left out.
pub async fn found(
    tx: &mut Tx,
    held: &[Held],
    person: PersonId,
    accounts: &[AccountId],
) -> Result<Vec<Found>, Error> {
    let questions: Vec<String> = held
        .iter()
        .enumerate()
        .map(|(at, it)| it.question(at))
        .collect();
    // Names of tables and columns are constants of the domains.
    let query = questions.join("\nunion all\n") + "\norder by 1";
    let accounts: Vec<i64> = accounts.iter().map(|it| it.get()).collect();
    let rows: Vec<(i32, Value, i64)> = sqlx::query_as(AssertSqlSafe(query))
        .bind(person.get())
        .bind(accounts)
        .fetch_all(tx.conn())
        .await?;
    let answer = |(at, rows, written): (i32, Value, i64)| {
        let table = held.get(usize::try_from(at).ok()?)?.table;
        let Value::Array(rows) = rows else {
            return None;
        };
        (!rows.is_empty() || written > 0).then_some(Found {
            table,
            rows,
            written,
        })
    };
    Ok(rows.into_iter().filter_map(answer).collect())
}
