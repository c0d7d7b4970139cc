//! What one page costs: statements, time, processor time of server and database.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::{
    contract::Server,
    cpu::Meter,
    http::{Answer, Client, Request},
    table::{Bar, Figure},
};
use crate::cluster::Cluster;

/// Key of the contract, what a person calls it, milliseconds of processor time allowed.
const PAGES: [(&str, &str, Option<f64>); 9] = [
    ("grid", "journal grid 27 x 12", Some(4.0)),
    ("lesson", "lesson form", None),
    ("diary_week", "diary, a week", Some(2.0)),
    ("marks", "marks of a pupil", None),
    ("class_list", "class list", None),
    (
        "school_day",
        "attendance of the school on a day",
        Some(11.0),
    ),
    ("class_finals", "final marks of a class", Some(11.0)),
    ("pupils", "list of 892 pupils with a filter", Some(4.0)),
    ("report", "report of all classes", Some(300.0)),
];

/// At most so many statements, whatever the number of rows.
const STATEMENTS: f64 = 8.0;
/// The list of people has a bar of its own.
const OF_A_LIST: f64 = 4.0;

/// Milliseconds of processor time allowed for a batch of 28 marks with its history.
const BATCH_CPU: f64 = 5.0;

/// Before measuring: connections opened, statements prepared, pages of the disk in memory.
const WARM_UP: u32 = 50;

/// Measures every page, one request after another on one connection.
pub(super) fn measure(server: &Server, cluster: &Cluster, requests: u32) -> Result<Vec<Figure>> {
    let meter = Meter::new(server.pid(), cluster.pid()?)?;
    let mut figures = Vec::new();
    for (key, name, allowed) in PAGES {
        let request = Request::get(server.text(key)?).with_cookie(server.cookie(key));
        let mut client = server.client()?;
        for _ in 0..WARM_UP {
            ok(&mut client, &request)?;
        }
        let statements = ok(&mut client, &request)?.statements();
        let statements =
            statements.with_context(|| format!("{key}: no Server-Timing with statements"))?;
        figures.push(Figure::held(
            format!("{name}: statements"),
            f64::from(statements),
            "",
            Bar::AtMost(if key == "pupils" {
                OF_A_LIST
            } else {
                STATEMENTS
            }),
        ));
        let before = meter.read()?;
        let mut times = Vec::new();
        for _ in 0..requests {
            let since = Instant::now();
            ok(&mut client, &request)?;
            times.push(since.elapsed().as_secs_f64() * 1000.0);
        }
        let after = meter.read()?;
        let each = |seconds: f64| seconds * 1000.0 / f64::from(requests);
        let (of_server, of_database) = (
            each(after.server - before.server),
            each(after.database - before.database),
        );
        let total = of_server + of_database;
        let cpu = format!("{name}: processor, server and database");
        figures.push(match allowed {
            Some(limit) => Figure::held(cpu, total, "ms", Bar::AtMost(limit)),
            None => Figure::told(cpu, total, "ms"),
        });
        figures.push(Figure::told(
            format!("{name}: of it the server"),
            of_server,
            "ms",
        ));
        figures.push(Figure::told(
            format!("{name}: time, median"),
            percentile(&mut times, 50),
            "ms",
        ));
        figures.push(Figure::told(
            format!("{name}: time, 99th of 100"),
            percentile(&mut times, 99),
            "ms",
        ));
    }
    Ok(figures)
}

/// Sends the batches of 28 marks, each once: repeating one would do nothing.
pub(super) fn batch(server: &Server, cluster: &Cluster) -> Result<Vec<Figure>> {
    let meter = Meter::new(server.pid(), cluster.pid()?)?;
    let batches = server.batches()?;
    let path = server.text("ops_url")?;
    let mut client = server.client()?;
    let mut times = Vec::new();
    let mut statements = None;
    let before = meter.read()?;
    for body in &batches {
        let request = Request::post(path, body.as_bytes()).with_cookie(server.cookie("grid"));
        let since = Instant::now();
        statements = ok(&mut client, &request)?.statements();
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    if times.is_empty() {
        bail!("zvonok demo --bench tells an empty list of ops");
    }
    let statements = statements.context("a batch is answered without Server-Timing")?;
    let after = meter.read()?;
    let used = after.server - before.server + after.database - before.database;
    let sent = u32::try_from(times.len()).context("too many batches")?;
    Ok(vec![
        Figure::held(
            "28 marks: processor, server and database",
            used * 1000.0 / f64::from(sent),
            "ms",
            Bar::AtMost(BATCH_CPU),
        ),
        Figure::told(
            "28 marks in one durable transaction: statements",
            f64::from(statements),
            "",
        ),
        Figure::told("28 marks: time, median", percentile(&mut times, 50), "ms"),
        Figure::told(
            "28 marks: time, 99th of 100",
            percentile(&mut times, 99),
            "ms",
        ),
    ])
}

/// Sends and refuses anything but 200.
pub(super) fn ok(client: &mut Client, request: &Request<'_>) -> Result<Answer> {
    let answer = client.send(request)?;
    if answer.status != 200 {
        let start: String = String::from_utf8_lossy(&answer.body)
            .chars()
            .take(200)
            .collect();
        bail!(
            "{} {} was answered with {}: {start}",
            request.method,
            request.path,
            answer.status
        );
    }
    Ok(answer)
}

/// Of so many of 100 the value is not higher.
pub(super) fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_of_few_and_many() {
        assert!((percentile(&mut [3.0], 99) - 3.0).abs() < f64::EPSILON);
        let mut many: Vec<_> = (0..100).rev().map(f64::from).collect();
        assert!((percentile(&mut many, 50) - 50.0).abs() < f64::EPSILON);
        assert!((percentile(&mut many, 99) - 99.0).abs() < f64::EPSILON);
    }
}
