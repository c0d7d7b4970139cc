//! Pages a second against what pgbench reaches with the same statements,
//! on the same cluster, in the same run, with the same number of connections.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

use super::{
    contract::Server,
    http::{Client, Request},
    pages::ok,
    statements,
    table::{Bar, Figure},
};
use crate::{cluster::Cluster, command, workspace};

/// Key of the contract, what a person calls it.
const PAGES: [(&str, &str); 2] = [("diary_week", "diary"), ("grid", "journal grid")];
const CONNECTIONS: u32 = 8;
/// Per cent of pgbench's figure that must reach the browser.
const SHARE: f64 = 40.0;

/// Runs both, page by page.
pub(super) fn measure(server: &Server, cluster: &Cluster, seconds: u32) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for (page, name) in PAGES {
        let script = statements::script(server, cluster, page)?;
        let file = workspace::target()?.join(format!("bench-{page}.pgbench.sql"));
        fs::write(&file, script).with_context(|| file.display().to_string())?;
        let pages = over_http(server, page, seconds)?;
        let mut pgbench = cluster.client("pgbench", "zvonok");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        pgbench
            .arg(format!("--client={CONNECTIONS}"))
            .arg(format!("--time={seconds}"));
        let told = command::output(pgbench.arg("--file").arg(&file))?;
        let direct = tps(&told).with_context(|| format!("pgbench tells no tps: {told}"))?;
        figures.extend([
            Figure::told(format!("{name}: pages a second over HTTP"), pages, "1/s"),
            Figure::told(
                format!("{name}: the same statements by pgbench"),
                direct,
                "1/s",
            ),
            Figure::held(
                format!("{name}: share of pgbench"),
                pages / direct * 100.0,
                "%",
                Bar::AtLeast(SHARE),
            ),
        ]);
    }
    Ok(figures)
}

fn over_http(server: &Server, page: &str, seconds: u32) -> Result<f64> {
    let path = server.text(page)?;
    let request = Request::get(path).with_cookie(server.cookie(page));
    let since = Instant::now();
    let until = since + Duration::from_secs(u64::from(seconds));
    let done: Result<Vec<u32>> = thread::scope(|scope| {
        let reader = || {
            let mut client = Client::connect(server.port())?;
            let mut pages = 0;
            while Instant::now() < until {
                ok(&mut client, &request)?;
                pages += 1;
            }
            Ok(pages)
        };
        let readers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(reader)).collect();
        let ends = readers
            .into_iter()
            .map(|it| it.join().map_err(|_| anyhow!("a reader failed"))?);
        ends.collect()
    });
    let pages: u32 = done?.iter().sum();
    Ok(f64::from(pages) / since.elapsed().as_secs_f64())
}

/// `tps = 812.4 (without initial connection time)`
fn tps(told: &str) -> Option<f64> {
    let number = told.lines().find_map(|it| it.strip_prefix("tps = "))?;
    number.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::tps;

    #[test]
    fn the_figure_of_pgbench_is_found() {
        let told = "latency average = 1 ms\ntps = 812.45 (without initial connection time)\n";
        assert!(tps(told).is_some_and(|it| (it - 812.45).abs() < 0.001));
        assert_eq!(tps("tps"), None);
    }
}
