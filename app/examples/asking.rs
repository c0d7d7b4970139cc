//! Asks every domain what is owed in every organisation of `DATABASE_URL`, and tells what it
//! cost and what was found: `cargo run -p zvonok --example asking -- 2026-11-20`.
#![expect(
    clippy::print_stdout,
    reason = "it tells its figures to whoever runs it"
)]

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context;
use chrono::{Days, NaiveDate};
use dues::Ask;
use kernel::{Clock, ShiftedClock, dates::AcademicYear};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL names an administrator")?;
    let day = std::env::args().nth(1).context("a day is needed")?;
    let today: NaiveDate = day.parse()?;
    let noon = today.and_hms_opt(12, 0, 0).context("noon")?.and_utc();
    let clock: Arc<dyn Clock> = Arc::new(ShiftedClock::starting_at(noon));
    let db = db::Db::connect(&db::login_url(&url).await?, 4, clock).await?;
    let costs = zvonok::asking::measure(&db, today).await?;
    println!("{}", serde_json::to_string(&costs)?);
    let ask = Ask {
        today,
        from: AcademicYear::of(today - Days::new(92)).starts(),
        until: today + Days::new(31),
        known: &[],
    };
    for it in org::Org::new(db.clone()).tree().await? {
        let (answer, _) = zvonok::asking::ask_all(&db, it.id, &ask).await?;
        let mut duties: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        for fact in &answer.open {
            duties.entry(fact.duty).or_default().0 += 1;
        }
        for whole in &answer.whole {
            duties.entry(whole.duty).or_default().1 += whole.things;
        }
        println!("{}", it.code);
        for (duty, (open, of)) in duties {
            println!("    {duty:26} {open:6} of {of}");
        }
    }
    Ok(())
}
