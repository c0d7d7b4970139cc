//! Destroys what the tables hold of one person (152-FZ; ADR 0019), as the
//! domains told it ([`Held::goes`]): one statement counts, one destroys.
//!
//! Conditions and values of the domains may name `$1` the person, `$2` the
//! accounts, `$3` the family, `$4` the moment of leaving, `$5` and `$6` what
//! stands for the name from now on.

use chrono::{DateTime, Utc};
use kernel::{AccountId, PersonId};
use sqlx::AssertSqlSafe;

use crate::{
    Error, Tx,
    seal::{self, Key},
    subject::{Goes, Held, Term},
};

/// Who is forgotten.
#[derive(Clone, Debug)]
pub struct Subject {
    pub person: PersonId,
    pub accounts: Vec<AccountId>,
    /// Parents of a pupil, also former ones: letters to them tell of the child.
    pub family: Vec<PersonId>,
    /// When the person was seen last; letters to the family from before go.
    pub left_at: DateTime<Utc>,
    /// Stands in place of the name: «Удалён», «№ 17».
    pub name: (String, String),
}

/// How many rows of a table a kind has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    pub table: &'static str,
    pub term: Term,
    pub rows: i64,
}

/// What was destroyed.
#[derive(Clone, Debug, Default)]
pub struct Destroyed {
    /// Rows deleted or written over, by table.
    pub rows: Vec<(&'static str, i64)>,
    /// Where the bytes of files lie that nobody refers to any more: to be
    /// removed once the transaction has ended.
    pub files: Vec<String>,
    /// Rows of the history that lost values.
    pub history: u64,
}

/// How many rows there still are to be destroyed, by table and kind.
pub async fn counts(tx: &mut Tx, held: &[Held], subject: &Subject) -> Result<Vec<Count>, Error> {
    let asked: Vec<(&Held, &Goes)> = held
        .iter()
        .flat_map(|it| it.goes.iter().map(move |goes| (it, goes)))
        .collect();
    let questions = asked.iter().enumerate().map(|(at, (held, goes))| {
        format!(
            "select {at}::int, count(*) from {table} t, given where {rows}{left}",
            table = held.table,
            rows = held.rows(),
            left = goes.is_left(),
        )
    });
    let questions: Vec<String> = questions.collect();
    let query = GIVEN.to_owned() + &questions.join("\nunion all\n");
    let rows: Vec<(i32, i64)> = bound(&query, subject).fetch_all(tx.conn()).await?;
    let count = |(at, rows): (i32, i64)| {
        let (held, goes) = asked.get(usize::try_from(at).ok()?)?;
        Some(Count {
            table: held.table,
            term: goes.term,
            rows,
        })
    };
    Ok(rows
        .into_iter()
        .filter(|it| it.1 > 0)
        .filter_map(count)
        .collect())
}

/// Destroys what is of these kinds, in the tables and in their history; the
/// seals over the history stay whole.
pub async fn destroy(
    tx: &mut Tx,
    key: &Key,
    held: &[Held],
    subject: &Subject,
    due: &[Term],
) -> Result<Destroyed, Error> {
    let touched: Vec<(&Held, Vec<&Goes>)> = held
        .iter()
        .map(|it| (it, it.goes.iter().filter(|it| due.contains(&it.term))))
        .map(|(it, goes)| (it, goes.collect::<Vec<_>>()))
        .filter(|(_, goes)| !goes.is_empty())
        .collect();
    if touched.is_empty() {
        return Ok(Destroyed::default());
    }
    let query = change(&touched);
    let rows: Vec<(i32, i64)> = bound(&query, subject).fetch_all(tx.conn()).await?;
    let mut done = Destroyed::default();
    let mut files = vec![];
    for (at, rows) in rows {
        match usize::try_from(at).ok().and_then(|at| touched.get(at)) {
            Some((held, _)) if rows > 0 => done.rows.push((held.table, rows)),
            Some(_) => {}
            None => files.push(rows),
        }
    }
    let told: Vec<(i64, Vec<String>)> = bound(&trace(&touched), subject)
        .fetch_all(tx.conn())
        .await?;
    done.history = seal::mask(tx, key, &told).await?;
    let places = forget_files(tx, held, &files).await?;
    done.files = unused(tx, places).await?;
    Ok(done)
}

/// The parameters with their types, so that a question need not name them all.
const GIVEN: &str = "with given as (select $1::bigint, $2::bigint[], $3::bigint[], $4::timestamptz,
                    $5::text, $6::text)\n";

fn bound<'q, Row>(
    query: &str,
    subject: &Subject,
) -> sqlx::query::QueryAs<'q, sqlx::Postgres, Row, sqlx::postgres::PgArguments>
where
    Row: for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
{
    let numbers: Vec<i64> = subject.accounts.iter().map(|it| it.get()).collect();
    let family: Vec<i64> = subject.family.iter().map(|it| it.get()).collect();
    // Names of tables and columns are constants of the domains.
    sqlx::query_as(AssertSqlSafe(query.to_owned()))
        .bind(subject.person.get())
        .bind(numbers)
        .bind(family)
        .bind(subject.left_at)
        .bind(subject.name.0.clone())
        .bind(subject.name.1.clone())
}

/// All tables in one statement: what refers to each other goes together.
fn change(touched: &[(&Held, Vec<&Goes>)]) -> String {
    let mut parts = vec![];
    let mut answers = vec![];
    let mut files = vec![];
    for (at, (held, goes)) in touched.iter().enumerate() {
        let (table, rows) = (held.table, held.rows());
        if goes.iter().any(|it| it.blanks.is_empty()) {
            let told = if held.files { "t.file_id" } else { "1" };
            parts.push(format!(
                "d{at} as (delete from {table} t using given where {rows} returning {told})"
            ));
            if held.files {
                files.push(format!("select file_id from d{at}"));
            }
        } else {
            let blanks: Vec<_> = goes.iter().flat_map(|it| it.blanks).collect();
            let set: Vec<_> = blanks
                .iter()
                .map(|(name, by)| format!("{name} = {by}"))
                .collect();
            let left: Vec<_> = goes.iter().map(|it| it.is_different()).collect();
            parts.push(format!(
                "d{at} as (update {table} t set {} from given where {rows} and ({}) returning 1)",
                set.join(", "),
                left.join(" or "),
            ));
        }
        answers.push(format!("select {at}::int, count(*) from d{at}"));
    }
    if !files.is_empty() {
        let files = files.join(" union ");
        answers.push(format!("select -1, file_id from ({files}) f"));
    }
    format!(
        "{GIVEN}, {}\n{}",
        parts.join(",\n"),
        answers.join("\nunion all\n")
    )
}

/// The rows of the history that tell of it, each with the columns to mask;
/// none: all but numbers of other rows.
fn trace(touched: &[(&Held, Vec<&Goes>)]) -> String {
    let each = touched.iter().filter_map(|(held, goes)| {
        let mine = held.history()?;
        let whole = goes.iter().any(|it| it.blanks.is_empty());
        let columns: Vec<_> = goes
            .iter()
            .filter(|_| !whole)
            .flat_map(|it| it.blanks)
            .map(|(name, _)| format!("'{name}'"))
            .collect();
        let columns = format!("array[{}]::text[]", columns.join(", "));
        Some(format!(
            "select h.history_id, {columns} from kernel.history h, given
             where h.org_id = kernel.org() and h.tbl = '{name}' and h.key in ({mine})
               and ({whole} or h.old ?| {columns} or h.new ?| {columns})",
            name = held.table.replace('"', ""),
        ))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return GIVEN.to_owned() + "select 0::bigint, array[]::text[] where false";
    }
    GIVEN.to_owned() + &each.join("\nunion all\n")
}

/// Forgets these files, but those that hang elsewhere too; where their bytes lie.
async fn forget_files(tx: &mut Tx, held: &[Held], files: &[i64]) -> Result<Vec<String>, Error> {
    if files.is_empty() {
        return Ok(vec![]);
    }
    let elsewhere = held.iter().filter(|it| it.files).map(|it| {
        format!(
            " and not exists (select from {} x where x.org_id = t.org_id and x.file_id = t.file_id)",
            it.table
        )
    });
    let elsewhere: Vec<String> = elsewhere.collect();
    let query = format!(
        "delete from kernel.file t where t.org_id = kernel.org() and t.file_id = any ($1){} returning store_path",
        elsewhere.concat(),
    );
    let places: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(query))
        .bind(files)
        .fetch_all(tx.conn())
        .await?;
    Ok(places.into_iter().map(|it| it.0).collect())
}

/// Of these places those that no file of the organisation lies at any more:
/// the same bytes are stored once.
async fn unused(tx: &mut Tx, paths: Vec<String>) -> Result<Vec<String>, Error> {
    if paths.is_empty() {
        return Ok(paths);
    }
    Ok(sqlx::query_scalar!(
        r#"select distinct path as "path!" from unnest($1::text[]) path
           where not exists (select from kernel.file f
                             where f.org_id = kernel.org() and f.store_path = path)"#,
        &paths,
    )
    .fetch_all(tx.conn())
    .await?)
}

impl Goes {
    /// Whether there is anything left to write over.
    fn is_different(&self) -> String {
        let each = self
            .blanks
            .iter()
            .map(|(name, by)| format!("t.{name} is distinct from {by}"));
        each.collect::<Vec<_>>().join(" or ")
    }

    fn is_left(&self) -> String {
        if self.blanks.is_empty() {
            String::new()
        } else {
            format!(" and ({})", self.is_different())
        }
    }
}

impl Held {
    /// Which rows of the table are the person's.
    fn rows(&self) -> String {
        let mut any: Vec<String> = vec![];
        any.extend(self.about.iter().map(|it| format!("t.{it} = $1")));
        any.extend(self.account.iter().map(|it| format!("t.{it} = any ($2)")));
        if let Some(it) = self.within {
            let about: Vec<_> = it.about.iter().map(|it| format!("w.{it} = $1")).collect();
            any.push(format!(
                "t.{key} in (select w.{key} from {table} w where w.org_id = kernel.org() and ({about}))",
                key = it.key,
                table = it.table,
                about = about.join(" or "),
            ));
        }
        any.extend(self.also.map(str::to_owned));
        format!("t.org_id = kernel.org() and ({})", any.join(" or "))
    }

    /// The keys by which the history knows these rows, also those that went before.
    fn history(&self) -> Option<String> {
        let mut any: Vec<String> = vec![];
        any.extend(self.about.iter().map(|it| said("m", it) + " = $1::text"));
        any.extend(
            self.account
                .iter()
                .map(|it| said("m", it) + " = any ($2::text[])"),
        );
        if let Some(it) = self.within {
            let about: Vec<_> = it
                .about
                .iter()
                .map(|it| said("w", it) + " = $1::text")
                .collect();
            any.push(format!(
                "{mine} in (select {theirs} from kernel.history w
                            where w.org_id = kernel.org() and w.tbl = '{table}' and ({about}))",
                mine = said("m", it.key),
                theirs = said("w", it.key),
                table = it.table.replace('"', ""),
                about = about.join(" or "),
            ));
        }
        (!any.is_empty()).then(|| {
            format!(
                "select m.key from kernel.history m
                 where m.org_id = kernel.org() and m.tbl = '{}' and ({})",
                self.table.replace('"', ""),
                any.join(" or "),
            )
        })
    }
}

/// What a row of the history says of a column, in the key or in the values.
fn said(row: &str, column: &str) -> String {
    format!(
        "coalesce({row}.key::jsonb ->> '{column}', {row}.new ->> '{column}', {row}.old ->> '{column}')"
    )
}
