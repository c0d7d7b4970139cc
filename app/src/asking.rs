//! What it costs to ask every domain what is owed in a school (DLN-1).

use std::time::Instant;

use anyhow::{Context, anyhow};
use chrono::{Datelike, Days, NaiveDate};
use db::Db;
use dues::{Answer, Ask};
use kernel::{OrgId, dates::AcademicYear};
use serde::Serialize;

use crate::{Config, deadline_sources, wire};

/// So many times the school is asked; the fastest third tells.
const TIMES: usize = 9;

/// How much it takes to ask everybody once.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Cost {
    pub statements: u32,
    pub ms: f64,
    pub facts: usize,
}

/// The cost of asking for the last weeks and for the whole year, and of whole
/// looks: asking, counting days and mirroring what is owed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Costs {
    pub near: Cost,
    pub whole: Cost,
    /// The first look of a school: everything is new.
    pub first_look: Cost,
    /// A look after a change.
    pub look: Cost,
}

/// What all domains tell of the organisation.
///
/// # Errors
/// A domain or the database refuses.
pub async fn ask_all(db: &Db, org: OrgId, ask: &Ask<'_>) -> anyhow::Result<(Answer, u32)> {
    let services = wire::services(db, &Config::default())?;
    let sources = deadline_sources(&services);
    let work = async {
        let mut tx = db.begin_system(org).await?;
        let mut all = Answer::default();
        for it in &sources {
            let answer = it.facts(&mut tx, ask).await;
            let answer = answer.map_err(|it| anyhow!("{}: {it}", it.code()))?;
            all.open.extend(answer.open);
            all.whole.extend(answer.whole);
        }
        tx.commit().await?;
        anyhow::Ok(all)
    };
    let (answer, statements) = db::statements::counted(work).await;
    Ok((answer?, statements))
}

/// Asks the first school of the tree, as it is asked after a change and as it
/// is asked once a day.
///
/// # Errors
/// There is no school, or the database refuses.
pub async fn measure(db: &Db, today: NaiveDate) -> anyhow::Result<Costs> {
    let tree = org::Org::new(db.clone()).tree().await?;
    let school = tree.iter().find(|it| it.kind.is_school());
    let org = school.context("there is no school to measure")?.id;
    let month = today - Days::new(31);
    let near = cost(db, org, today, month.with_day(1).unwrap_or(month)).await?;
    // The made-up year of the measured school begins in any month.
    let year = AcademicYear::of(today - Days::new(92)).starts() - Days::new(300);
    let whole = cost(db, org, today, year).await?;
    let services = wire::services(db, &Config::default())?;
    let deadlines = wire::deadlines(db, &services);
    let first_look = look(&deadlines, org).await?;
    let mut looks = vec![];
    for _ in 0..TIMES {
        looks.push(look(&deadlines, org).await?);
    }
    looks.sort_by(|one, two| one.ms.total_cmp(&two.ms));
    Ok(Costs {
        near,
        whole,
        first_look,
        look: looks[TIMES / 3],
    })
}

async fn look(deadlines: &deadlines::Deadlines, org: OrgId) -> anyhow::Result<Cost> {
    let since = Instant::now();
    let (looked, statements) = db::statements::counted(deadlines.look(org)).await;
    Ok(Cost {
        statements,
        ms: since.elapsed().as_secs_f64() * 1000.0,
        facts: looked?.open,
    })
}

async fn cost(db: &Db, org: OrgId, today: NaiveDate, from: NaiveDate) -> anyhow::Result<Cost> {
    let ask = Ask {
        today,
        from,
        until: today + Days::new(31),
        known: &[],
    };
    let mut times = vec![];
    let mut last = (Answer::default(), 0);
    for _ in 0..TIMES {
        let since = Instant::now();
        last = ask_all(db, org, &ask).await?;
        times.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(Cost {
        statements: last.1,
        ms: times.get(TIMES / 3).copied().unwrap_or_default(),
        facts: last.0.open.len(),
    })
}
