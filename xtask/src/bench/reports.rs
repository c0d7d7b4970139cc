//! What reports cost: each kind on the screen, all report cards as PDF, all
//! pupils as a workbook, beside the same statements sent by psql (RPT-1).

use std::{fs, time::Instant};

use anyhow::{Context, Result, bail};

use super::{
    contract::Server,
    http::{Client, Request},
    pages::{ok, percentile},
    statements,
    table::{Bar, Figure},
};
use crate::{cluster::Cluster, command, workspace};

/// Milliseconds that a report may take on the screen, and a workbook of all pupils.
const REPORT: f64 = 300.0;
/// Statements of a report, and of the visit that asks for it.
const STATEMENTS: f64 = 10.0;
const OF_THE_VISIT: f64 = 3.0;
/// Seconds for the report cards of a class, and of the school.
const CARDS: f64 = 2.0;
const ALL_CARDS: f64 = 40.0;
/// So many times each is asked for.
const TIMES: usize = 7;

/// Measures every kind that the server tells.
pub(super) fn measure(server: &Server, cluster: &Cluster) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut client = server.client()?;
    for (code, path) in server.reports()? {
        let name = format!("report {code}");
        let request = Request::get(&path).with_cookie(server.cookie("report"));
        ok(&mut client, &request)?;
        let count = ok(&mut client, &request)?.statements();
        let count = count.with_context(|| format!("{code}: no Server-Timing with statements"))?;
        figures.push(Figure::held(
            format!("{name}: statements with those of the visit"),
            f64::from(count),
            "",
            Bar::AtMost(STATEMENTS + OF_THE_VISIT),
        ));
        let page = median(&mut client, &request)?;
        figures.push(Figure::held(
            format!("{name}: time, median"),
            page,
            "ms",
            Bar::AtMost(REPORT),
        ));
        figures.push(Figure::told(
            format!("{name}: the same statements by psql"),
            by_psql(server, cluster, &code, &path)?,
            "ms",
        ));
    }
    figures.extend(cards(server, &mut client)?);
    let pupils = format!("{}&as=xlsx", server.text("pupils")?);
    let request = Request::get(&pupils).with_cookie(server.cookie("pupils"));
    ok(&mut client, &request)?;
    figures.push(Figure::held(
        "all pupils as XLSX: time, median",
        median(&mut client, &request)?,
        "ms",
        Bar::AtMost(REPORT),
    ));
    Ok(figures)
}

fn median(client: &mut Client, request: &Request<'_>) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let since = Instant::now();
        ok(client, request)?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(percentile(&mut times, 50))
}

/// The report cards of the largest class, and of every class one after another.
fn cards(server: &Server, client: &mut Client) -> Result<Vec<Figure>> {
    let reports = server.reports()?;
    let found = reports.iter().find(|it| it.0 == "report-cards");
    let path = &found.context("no report cards are told")?.1;
    let cookie = server.cookie("report");
    // What is read may not be packed.
    let mut reader = server.client()?.without_packing();
    let page = ok(&mut reader, &Request::get(path).with_cookie(cookie))?;
    let base = path.split('?').next().unwrap_or(path);
    let (mut all, mut longest) = (0.0, 0.0_f64);
    let text = String::from_utf8_lossy(&page.body);
    let classes = classes(&text);
    if classes.is_empty() {
        bail!("no class of report cards to measure");
    }
    for class in classes {
        let paper = format!("{base}?class={class}&as=pdf");
        let request = Request::get(&paper).with_cookie(cookie);
        let since = Instant::now();
        ok(client, &request)?;
        let seconds = since.elapsed().as_secs_f64();
        all += seconds;
        longest = longest.max(seconds);
    }
    Ok(vec![
        Figure::held(
            "report cards of a class as PDF, the longest",
            longest,
            "s",
            Bar::AtMost(CARDS),
        ),
        Figure::held(
            "report cards of all classes as PDF",
            all,
            "s",
            Bar::AtMost(ALL_CARDS),
        ),
    ])
}

/// What the form of a report lets choose among as its class.
fn classes(page: &str) -> Vec<&str> {
    // A hidden field of the same name may stand before it.
    let select = page.split_once("id=\"class\" name=\"class\"");
    let select = select.map_or("", |it| it.1);
    let select = select.split_once("</select>").map_or("", |it| it.0);
    let options = select.split("<option value=\"").skip(1);
    options.filter_map(|it| it.split('"').next()).collect()
}

/// The statements of the report in one run of psql, its start among them.
fn by_psql(server: &Server, cluster: &Cluster, code: &str, path: &str) -> Result<f64> {
    let sent = statements::sent(server, cluster, path, server.cookie("report"))?;
    let file = workspace::target()?.join(format!("bench-report-{code}.sql"));
    let script = sent.join(";\n") + ";\n";
    fs::write(&file, script).with_context(|| file.display().to_string())?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let mut psql = cluster.client("psql", "zvonok");
        psql.args(["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", "-f"]);
        let since = Instant::now();
        command::output(psql.arg(&file))?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(percentile(&mut times, 50))
}

#[cfg(test)]
mod tests {
    use super::classes;

    #[test]
    fn classes_are_those_of_the_form() {
        let page = "<input name=\"class\"><select id=\"class\" name=\"class\"><option value=\"7\" selected>7А</option>\
                    <option value=\"8\">7Б</option></select><select name=\"period\"><option value=\"x\">";
        assert_eq!(classes(page), ["7", "8"]);
        assert!(classes("<form></form>").is_empty());
    }
}
