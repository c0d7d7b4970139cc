//! The statements of one page, read back from PostgreSQL's own log and written as a pgbench
//! script: what pgbench runs is what the server runs, whoever changes a query.

use std::fs;

use anyhow::{Result, bail};
use serde_json::Value;

use super::{contract::Server, http::Request, pages::ok};
use crate::cluster::Cluster;

/// Written into the log before and behind the page; the log is complete up to its mark.
const BEGINNING: &str = "select 'beginning of the page'";
const END: &str = "select 'end of the page'";
/// The log is written by a process of its own; each look costs one psql.
const LOOKS: usize = 200;

/// Asks for the page once and returns its statements as a script.
pub(super) fn script(server: &Server, cluster: &Cluster, page: &str) -> Result<String> {
    let sent = sent(server, cluster, server.text(page)?, server.cookie(page))?;
    Ok(pgbench(&sent))
}

/// Asks for an address once and returns its statements.
pub(super) fn sent(
    server: &Server,
    cluster: &Cluster,
    path: &str,
    cookie: &str,
) -> Result<Vec<String>> {
    let request = Request::get(path).with_cookie(cookie);
    let mut client = server.client()?;
    ok(&mut client, &request)?;
    let start = log(cluster).len();
    log_statements(cluster, "set log_statement = 'all'")?;
    // The mark is there, so the server has read its settings and told its backends.
    entries_until(cluster, start, BEGINNING)?;
    let start = log(cluster).len();
    ok(&mut client, &request)?;
    let entries = entries_until(cluster, start, END)?;
    log_statements(cluster, "reset log_statement")?;
    let statements: Vec<_> = by_session(&entries)
        .into_iter()
        .filter_map(statement)
        .collect();
    if statements.is_empty() {
        bail!("PostgreSQL's log shows no statement for {path}");
    }
    Ok(statements)
}

/// One session behind the other, in the order of their first words: a connection that goes back
/// to the pool says its `begin; rollback` while the next one is in its transaction already.
fn by_session(entries: &[Value]) -> Vec<&Value> {
    let mut sessions: Vec<&Value> = Vec::new();
    for entry in entries {
        if !sessions.contains(&&entry["session_id"]) {
            sessions.push(&entry["session_id"]);
        }
    }
    let of = |session| {
        entries
            .iter()
            .filter(move |it| &it["session_id"] == session)
    };
    sessions.into_iter().flat_map(of).collect()
}

fn log_statements(cluster: &Cluster, how: &str) -> Result<()> {
    cluster.psql("postgres", &format!("alter system {how}"))?;
    cluster.psql("postgres", "select pg_reload_conf()")?;
    Ok(())
}

/// Writes the mark and returns the entries of the product's backends before it.
fn entries_until(cluster: &Cluster, start: usize, mark: &str) -> Result<Vec<Value>> {
    for _ in 0..LOOKS {
        cluster.psql("postgres", mark)?;
        let text = log(cluster);
        let new = text.get(start..).unwrap_or_default();
        let all: Vec<Value> = new
            .lines()
            .filter_map(|it| serde_json::from_str(it).ok())
            .collect();
        let is_mark = |it: &Value| it["message"].as_str().is_some_and(|it| it.ends_with(mark));
        if let Some(end) = all.iter().position(is_mark) {
            let ours = all
                .into_iter()
                .take(end)
                .filter(|it| it["dbname"] == "zvonok");
            return Ok(ours.collect());
        }
    }
    bail!("PostgreSQL does not write its log")
}

/// The log as it is on disk now; nothing while there is none.
fn log(cluster: &Cluster) -> String {
    let file = cluster.data().join("log/server.json");
    fs::read_to_string(file).unwrap_or_default()
}

/// `execute sqlx_s_3: select …` with `parameters: $1 = '1'`, or `statement: commit`.
fn statement(entry: &Value) -> Option<String> {
    let message = entry["message"].as_str()?;
    let (how, sql) = message.split_once(": ")?;
    if how != "statement" && !how.starts_with("execute ") {
        return None;
    }
    let detail = entry["detail"].as_str().unwrap_or_default();
    let detail = detail
        .to_lowercase()
        .find("parameters: ")
        .map_or("", |at| &detail[at + 12..]);
    Some(with_parameters(sql, &parameters(detail)))
}

/// The values of `$1 = 'it''s', $2 = NULL`, quoted as they are there.
fn parameters(detail: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = detail;
    while let Some((_, value)) = rest.split_once(" = ") {
        let end = if value.starts_with('\'') {
            quoted_end(value)
        } else {
            value.find(',')
        };
        let end = end.unwrap_or(value.len());
        found.push(value[..end].trim().to_owned());
        rest = &value[end..];
    }
    found
}

/// Where the quoted text at the start ends; a doubled quote belongs to it.
fn quoted_end(value: &str) -> Option<usize> {
    let bytes = value.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// Puts the values in, the highest number first: `$1` is a part of `$12`.
fn with_parameters(sql: &str, values: &[String]) -> String {
    let numbered = values.iter().enumerate().rev();
    numbered.fold(sql.to_owned(), |sql, (at, value)| {
        sql.replace(&format!("${}", at + 1), value)
    })
}

/// Statement by statement; what the server sends in one message goes through a pipeline,
/// so that pgbench has no round trip more than the server.
fn pgbench(statements: &[String]) -> String {
    let mut script = String::new();
    for statement in statements {
        // Lines stay as they are: a remark ends with its line.
        let statement = statement.trim();
        // Only what begins a transaction is sent together with it; a value may hold a semicolon.
        let parts: Vec<_> = match statement.split_once(';') {
            Some((begin @ "begin", rest)) => vec![begin, rest.trim()],
            _ => vec![statement],
        };
        let many = parts.len() > 1;
        script += if many { "\\startpipeline\n" } else { "" };
        for part in parts {
            script += part;
            script += ";\n";
        }
        script += if many { "\\endpipeline\n" } else { "" };
    }
    script
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{END, by_session, entries_until, log, log_statements, pgbench, statement};
    use crate::{cluster::Cluster, tools};

    #[test]
    fn what_ran_is_read_back_from_the_log() {
        let home = std::env::temp_dir().join(format!("zvonok-log-{}", std::process::id()));
        let cluster = Cluster::durable(&tools::POSTGRES.ensure().unwrap(), home.clone()).unwrap();
        cluster.psql("postgres", "create database zvonok").unwrap();
        log_statements(&cluster, "set log_statement = 'all'").unwrap();
        let start = log(&cluster).len();
        cluster.psql("zvonok", "select 'one;\n two'").unwrap();
        let entries = entries_until(&cluster, start, END).unwrap();
        let statements: Vec<_> = entries.iter().filter_map(statement).collect();
        drop(cluster);
        std::fs::remove_dir_all(home).unwrap();
        assert_eq!(statements, ["select 'one;\n two'"]);
    }

    #[test]
    fn a_session_is_told_to_its_end_before_the_next() {
        let entry = |session: &str, at: u8| json!({"session_id": session, "at": at});
        let entries = [entry("a", 1), entry("b", 2), entry("a", 3), entry("b", 4)];
        let order: Vec<_> = by_session(&entries)
            .into_iter()
            .map(|it| it["at"].as_u64().unwrap())
            .collect();
        assert_eq!(order, [1, 3, 2, 4]);
    }

    #[test]
    fn parameters_are_put_back() {
        let entry = json!({
            "message": "execute sqlx_s_3: select $1::text, $2, $12",
            "detail": "parameters: $1 = 'it''s, so', $2 = NULL, $3 = '3', $4 = '4', $5 = '5', $6 = '6', \
                       $7 = '7', $8 = '8', $9 = '9', $10 = '10', $11 = '11', $12 = '{1,2}'",
        });
        assert_eq!(
            statement(&entry).unwrap(),
            "select 'it''s, so'::text, NULL, '{1,2}'"
        );
        assert_eq!(
            statement(&json!({"message": "statement: commit"})).unwrap(),
            "commit"
        );
        assert!(statement(&json!({"message": "connection received: host"})).is_none());
    }

    #[test]
    fn a_message_of_two_statements_becomes_a_pipeline() {
        let statements = ["begin; select\n 1".to_owned(), "commit".to_owned()];
        let expected = "\\startpipeline\nbegin;\nselect\n 1;\n\\endpipeline\ncommit;\n";
        assert_eq!(pgbench(&statements), expected);
    }
}
