//! Fills the database of `DATABASE_URL`, which has the schema and nothing
//! else, and tells how long it took: `cargo run -p demo --example fill -- region 2026-09-16`.
#![expect(
    clippy::print_stdout,
    reason = "it tells its figures to whoever runs it"
)]

use std::{sync::Arc, time::Instant};

use anyhow::Context;
use demo::{Plan, Shape};
use kernel::{Clock, ShiftedClock, SystemClock};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL names an administrator")?;
    let shape = match std::env::args().nth(1).as_deref() {
        Some("bench") => Shape::Bench,
        Some("village") => Shape::Village,
        _ => Shape::Region,
    };
    // Another day than today may be shown.
    let clock: Arc<dyn Clock> = match std::env::args().nth(2) {
        Some(day) => {
            let noon = day.parse::<chrono::NaiveDate>()?.and_hms_opt(12, 0, 0);
            Arc::new(ShiftedClock::starting_at(noon.context("noon")?.and_utc()))
        }
        None => Arc::new(SystemClock),
    };
    let today = clock.now().date_naive();
    let bulk = db::Bulk::connect(&url, clock)
        .await?
        .with_keys(db::vault::Keyring::volatile()?);
    let since = Instant::now();
    let tell = |what: &str, done: usize, of: usize| {
        println!(
            "[{:5.1} s] {done}/{of} {what}",
            since.elapsed().as_secs_f64()
        );
    };
    let summary = demo::build(
        &bulk,
        &Plan {
            shape,
            ..Plan::region(today)
        },
        &tell,
    )
    .await?;
    println!("{:?}", summary.counts);
    for it in &summary.logins {
        println!(
            "{} {} {} · {} · {}",
            it.role, it.login, it.name, it.org, it.first_url
        );
    }
    Ok(())
}
