//! Reports that the demonstration's first school has frozen after each period
//! (RPT-7): through the use case, on the day after the period; for the others
//! the deputy head gave more time.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use anyhow::Context;
use chrono::{Days, NaiveDate, NaiveTime};
use curriculum::Curriculum;
use db::{Db, vault::Keyring};
use deadlines::DecideAbout;
use dues::{Ask, DeadlineSource, Fact, Owner};
use identity::{Accounts, Holders};
use kernel::{Actor, Clock, OrgId, PersonId, Role, ShiftedClock};
use people::People;

use crate::{
    Config, decisions,
    wire::{self, Extras},
};

const SCHOOL: &str = "krymsk-g7";
/// Whose report stays to be made, so that there is a duty to show.
const LEFT: (&str, &str) = ("klassruk", "reporting.class-teacher");
/// The logins that people look around with, whose reports are all made.
const TOUR: [&str; 2] = ["klassruk", "teacher"];
/// Of every class.
const EVERY_CLASS: &str = "reporting.class-teacher";
/// Of every second class.
const BY_TURNS: &str = "reporting.class-marks";
/// What the others have more time for.
const MORE_TIME: [&str; 7] = [
    "reporting.teacher",
    BY_TURNS,
    "reporting.class-attendance",
    "reporting.preliminary",
    "reporting.class-absences",
    "reporting.pupil-figures",
    "reporting.class-pupils",
];
/// So much.
const LONGER: Days = Days::new(12);
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
    if from > NaiveDate::MIN {
        give_time(url, config, keys, today).await?;
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
    let owed: Vec<Fact> = newest(facts(&db, config, day).await?, day).collect();
    let whose = owners(&db, &services, org, &owed).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for fact in owed {
        let Some(asked) = reporting::Asked::of_place(&fact.place, day) else {
            continue;
        };
        let Some(maker) = whose.get(&fact.owner).filter(|it| it.makes(&fact)) else {
            continue;
        };
        while tasks.len() >= AT_ONCE {
            finished(tasks.join_next().await)?;
        }
        let (copies, maker) = (app.archive.copies.clone(), maker.clone());
        let db = db.clone();
        tasks.spawn(async move {
            let hand = copies.hand(&db, &maker.actor, SCHOOL, &maker.name).await?;
            match copies.freeze(&maker.actor, asked, &hand, day).await {
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

/// Who makes reports, with the initials that stand in the foot.
#[derive(Clone)]
struct Maker {
    actor: Actor,
    login: String,
    name: String,
}

impl Maker {
    /// A paper takes long to lay out: all that the people of the tour owe is
    /// made, of the others a share.
    fn makes(&self, fact: &Fact) -> bool {
        let login = self.login.as_str();
        if (login, fact.duty) == LEFT {
            return false;
        }
        let of_school = matches!(fact.owner, Owner::Role(_));
        let by_turns = matches!(fact.owner, Owner::ClassTeacher(it) if it.get() % 2 == 0);
        TOUR.contains(&login)
            || fact.duty == EVERY_CLASS
            || of_school
            || by_turns && fact.duty == BY_TURNS
    }
}

/// Who owes these facts: asked for all of them at once.
async fn owners(
    db: &Db,
    services: &wire::Services,
    org: OrgId,
    facts: &[Fact],
) -> anyhow::Result<HashMap<Owner, Maker>> {
    let mut tx = db.begin_system(org).await?;
    let owners: HashSet<Owner> = facts.iter().map(|it| it.owner).collect();
    let (mut classes, mut roles) = (vec![], vec![]);
    for it in &owners {
        match it {
            Owner::ClassTeacher(class) => classes.push(*class),
            Owner::Role(role) => roles.push(*role),
            Owner::Person(_) => {}
        }
    }
    let classes = curriculum::Records.classes_by_id(&mut tx, &classes).await?;
    let holders = services.identity.holders(&mut tx, &roles).await?;
    let person = |of: Owner| match of {
        Owner::Person(id) => Some(id),
        Owner::ClassTeacher(class) => classes.iter().find(|it| it.id == class)?.teacher,
        Owner::Role(role) => {
            let holders = holders.iter().filter(|it| it.0 == role);
            holders.map(|it| it.1).min()
        }
    };
    let known: Vec<(Owner, PersonId)> = owners
        .into_iter()
        .filter_map(|it| Some((it, person(it)?)))
        .collect();
    let people: Vec<PersonId> = known.iter().map(|it| it.1).collect();
    let logins = services.identity.logins(&mut tx, &people).await?;
    let cards = people::Cards.cards(&mut tx, &people).await?;
    tx.commit().await?;
    let mut makers = HashMap::new();
    for (owner, person) in known {
        let Some(login) = logins.iter().find(|it| it.person == person) else {
            continue;
        };
        let Some(actor) = services.identity.acting(org, login.account).await? else {
            continue;
        };
        let card = cards.iter().find(|it| it.id == person);
        let maker = Maker {
            actor,
            login: login.login.clone(),
            name: card.map(people::Card::short).unwrap_or_default(),
        };
        makers.insert(owner, maker);
    }
    Ok(makers)
}

/// The deputy head gives everybody else more time, with a reason.
async fn give_time(
    url: &str,
    config: &Config,
    keys: &Keyring,
    today: NaiveDate,
) -> anyhow::Result<()> {
    let (db, _) = on_day(url, config, keys, today).await?;
    let services = wire::services(&db, config)?;
    let org = services.org.by_code(SCHOOL).await?.id;
    let deputy = decisions::holder(&db, &services.identity, org, Role::Deputy).await?;
    let Some(deputy) = deputy else {
        return Ok(());
    };
    let bell = wire::deadlines(&db, &services);
    bell.look(org).await?;
    let rules = deadlines::rules().iter();
    for rule in rules.filter(|it| MORE_TIME.contains(&it.duty.as_str())) {
        let all = DecideAbout::Rule(rule.id.clone(), None);
        let to = today + LONGER;
        match bell.shift(&deputy, &all, to, demo::MORE_TIME, today).await {
            // Nobody owes it, or it is due later anyway.
            Ok(_) | Err(deadlines::Error::NotFound | deadlines::Error::ShiftNotLater) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
