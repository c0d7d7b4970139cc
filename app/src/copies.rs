//! Reports that the demonstration's first school has frozen after each period
//! (RPT-7): through the use case, on the day after the period.

use std::sync::Arc;

use anyhow::Context;
use chrono::{Days, NaiveDate, NaiveTime};
use curriculum::Curriculum;
use db::{Db, vault::Keyring};
use dues::{Ask, DeadlineSource, Fact, Owner};
use identity::{Accounts, Holders};
use kernel::{Actor, Clock, OrgId, PersonId, ShiftedClock};
use people::People;

use crate::{
    Config,
    wire::{self, Extras},
};

const SCHOOL: &str = "krymsk-g7";
/// Whose report stays to be made, so that there is a duty to show.
const LEFT: (&str, &str) = ("klassruk", "reporting.class-teacher");
/// So many are frozen at one time.
const AT_ONCE: usize = 4;

/// Freezes what was owed after the periods that are over on the day.
pub(crate) async fn make(
    url: &str,
    config: &Config,
    keys: &Keyring,
    today: NaiveDate,
) -> anyhow::Result<()> {
    let mut from = NaiveDate::MIN;
    while let Some(day) = next_day(url, config, keys, from, today).await? {
        freeze_on(url, config, keys, day).await?;
        from = day;
    }
    Ok(())
}

/// The first day after the end of a period of which the school has not
/// reported: a second start finds none.
async fn next_day(
    url: &str,
    config: &Config,
    keys: &Keyring,
    after: NaiveDate,
    today: NaiveDate,
) -> anyhow::Result<Option<NaiveDate>> {
    let (db, _) = on_day(url, config, keys, today).await?;
    let facts = facts(&db, config, today).await?;
    let facts = facts.iter().filter(|it| it.duty == "reporting.school");
    let days = facts.map(|it| it.on + Days::new(1));
    Ok(days.filter(|it| after < *it && *it < today).min())
}

/// The database as it is at ten in the morning of the day.
async fn on_day(
    url: &str,
    config: &Config,
    keys: &Keyring,
    day: NaiveDate,
) -> anyhow::Result<(Db, Arc<dyn Clock>)> {
    let morning = NaiveTime::MIN + chrono::Duration::hours(7);
    let clock = ShiftedClock::starting_at(day.and_time(morning).and_utc());
    let clock: Arc<dyn Clock> = Arc::new(clock);
    let db = Db::connect(url, config.connections, Arc::clone(&clock)).await?;
    Ok((db.with_keys(keys.clone()), clock))
}

/// What is owed in the school on the day.
async fn facts(db: &Db, config: &Config, today: NaiveDate) -> anyhow::Result<Vec<Fact>> {
    let services = wire::services(db, config)?;
    let Ok(org) = services.org.by_code(SCHOOL).await else {
        return Ok(vec![]);
    };
    let source = reporting::ReportDues {
        orgs: Arc::new(services.org.clone()),
        curriculum: Arc::new(curriculum::Records),
    };
    let ask = Ask {
        today,
        from: today - Days::new(300),
        until: today,
        known: &[],
    };
    let mut tx = db.begin_system(org.id).await?;
    let answer = source.facts(&mut tx, &ask).await;
    let answer = answer.map_err(|it| anyhow::anyhow!("the reports owed: {it}"))?;
    tx.commit().await?;
    Ok(answer.open)
}

/// Of each report of a class or a teacher the last one that was owed before
/// the day: a copy closes what was owed earlier, too.
fn newest(mut facts: Vec<Fact>, day: NaiveDate) -> impl Iterator<Item = Fact> {
    facts.retain(|it| it.on < day);
    facts.sort_by_key(|it| it.on);
    let mut seen = Vec::new();
    let last = facts.into_iter().rev().filter(move |it| {
        let of = (it.duty, it.owner);
        let is_new = !seen.contains(&of);
        seen.push(of);
        is_new
    });
    last.collect::<Vec<_>>().into_iter()
}

async fn freeze_on(
    url: &str,
    config: &Config,
    keys: &Keyring,
    day: NaiveDate,
) -> anyhow::Result<()> {
    let (db, clock) = on_day(url, config, keys, day).await?;
    let app = wire::app(&db, clock, config, &Extras::default())?;
    let services = wire::services(&db, config)?;
    let org = services.org.by_code(SCHOOL).await?.id;
    let mut tasks = tokio::task::JoinSet::new();
    for fact in newest(facts(&db, config, day).await?, day) {
        let Some(asked) = reporting::Asked::of_place(&fact.place, day) else {
            continue;
        };
        let Some((actor, name)) = owner(&db, &services, org, &fact).await? else {
            continue;
        };
        while tasks.len() >= AT_ONCE {
            finished(tasks.join_next().await)?;
        }
        let copies = app.archive.copies.clone();
        let db = db.clone();
        tasks.spawn(async move {
            let hand = copies.hand(&db, &actor, SCHOOL, &name).await?;
            match copies.freeze(&actor, asked, &hand, day).await {
                Ok(_) | Err(reporting::Error::Empty | reporting::Error::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        });
    }
    while let Some(it) = tasks.join_next().await {
        finished(Some(it))?;
    }
    Ok(())
}

fn finished(
    it: Option<Result<Result<(), reporting::Error>, tokio::task::JoinError>>,
) -> anyhow::Result<()> {
    match it {
        None => Ok(()),
        Some(done) => done?.context("a report of the demonstration"),
    }
}

/// Who owes the fact, with the initials that stand in the foot.
async fn owner(
    db: &Db,
    services: &wire::Services,
    org: OrgId,
    fact: &Fact,
) -> anyhow::Result<Option<(Actor, String)>> {
    let mut tx = db.begin_system(org).await?;
    let person: Option<PersonId> = match fact.owner {
        Owner::Person(id) => Some(id),
        Owner::ClassTeacher(class) => {
            let classes = curriculum::Records.classes_by_id(&mut tx, &[class]).await?;
            classes.first().and_then(|it| it.teacher)
        }
        Owner::Role(role) => {
            let holders = services.identity.holders(&mut tx, &[role]).await?;
            holders.into_iter().map(|it| it.1).min()
        }
    };
    let Some(person) = person else {
        return Ok(None);
    };
    let logins = services.identity.logins(&mut tx, &[person]).await?;
    let cards = people::Cards.cards(&mut tx, &[person]).await?;
    tx.commit().await?;
    let Some(login) = logins.first() else {
        return Ok(None);
    };
    if (login.login.as_str(), fact.duty) == LEFT {
        return Ok(None);
    }
    let name = cards.first().map(people::Card::short).unwrap_or_default();
    let actor = services.identity.acting(org, login.account).await?;
    Ok(actor.map(|it| (it, name)))
}
