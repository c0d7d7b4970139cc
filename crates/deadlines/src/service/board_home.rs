//! What the first page of the staff shows of deadlines (T8, Z6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, PersonId, Right};

use super::{
    Deadlines,
    board::{roles, sees_school},
    board_ground::FRESH_HOURS,
    look::is_stale,
};
use crate::{
    Debtor, Error, RuleName,
    store::{
        board::{self as store, Count},
        board_acts, look,
    },
};

/// The first page of everybody does not look again at each change of anybody.
const OLD: Duration = Duration::minutes(5);
/// A reminder stands on the first page so long, or until all of it is done.
const REMINDED_FOR: Duration = Duration::days(14);

/// The counts that the first page shows.
#[derive(Clone, Debug, Default)]
pub struct HomeCounts {
    pub looked_at: Option<DateTime<Utc>>,
    pub overdue: i64,
    pub today: i64,
    pub week: i64,
    /// The rules under which most is overdue or due, with how much that is.
    pub rules: Vec<(RuleName, i64, i64)>,
    /// The next thing to do where nothing is overdue or due soon.
    pub next: Option<(RuleName, NaiveDate)>,
    /// How many people owe it, for leaders.
    pub people: usize,
    /// When they were; of the actor's own, when the actor was.
    pub reminded_at: Option<DateTime<Utc>>,
    /// Who reminded the actor of what is still not done.
    pub reminded_by: String,
}

/// The first page: what the actor owes, and for leaders what the school does.
#[derive(Clone, Debug, Default)]
pub struct Home {
    pub mine: Option<HomeCounts>,
    pub school: Option<HomeCounts>,
}

impl Deadlines {
    /// What the first page shows of deadlines.
    pub async fn home(&self, actor: &Actor, today: NaiveDate) -> Result<Home, Error> {
        if actor.may(Right::DeadlineView).is_err() {
            return Ok(Home::default());
        }
        let held = roles(actor);
        let leads = sees_school(actor);
        let mut tx = self.db.begin(actor).await?;
        let (last, changed) = look::last(&mut tx).await?;
        let now = tx.now();
        let looked_at = last.map(|it| it.looked_at);
        if looked_at.is_none_or(|it| now - it > OLD) && is_stale(last, changed, now) {
            tx.commit().await?;
            self.look_unless_seen(actor.org, looked_at).await?;
            tx = self.db.begin(actor).await?;
        }
        let mut told = self.told(&mut tx, actor).await?;
        if told.is_some() && looked_at.is_some_and(|it| now - it <= OLD) {
            // What was done since must not be reminded of.
            tx.commit().await?;
            self.fresh(actor.org).await?;
            tx = self.db.begin(actor).await?;
            told = self.told(&mut tx, actor).await?;
        }
        let by = match told {
            Some((by, _)) => self.asked.people.cards(&mut tx, &[by]).await?.pop(),
            None => None,
        };
        let counts = store::counts(&mut tx, today).await?;
        let rules = self.names_of_rules();
        let reminded_at = if leads {
            let since = tx.now() - Duration::hours(FRESH_HOURS);
            board_acts::nudges(&mut tx, since)
                .await?
                .last()
                .map(|it| it.at)
        } else {
            None
        };
        tx.commit().await?;
        let mine = |it: &&Count| match Debtor::of(it.person, it.role) {
            Debtor::Person(person) => person == actor.person,
            Debtor::Role(role) => held.contains(&role),
            Debtor::Nobody => false,
        };
        let own: Vec<&Count> = counts.iter().filter(mine).collect();
        let all: Vec<&Count> = counts.iter().collect();
        let of = |counts: &[&Count]| HomeCounts {
            looked_at,
            ..HomeCounts::of(counts, &rules, today)
        };
        Ok(Home {
            mine: Some(HomeCounts {
                reminded_at: told.map(|it| it.1),
                reminded_by: by.map(|it| it.short()).unwrap_or_default(),
                ..of(&own)
            }),
            school: leads.then(|| HomeCounts {
                reminded_at,
                ..of(&all)
            }),
        })
    }
}

impl Deadlines {
    async fn told(
        &self,
        tx: &mut Tx,
        actor: &Actor,
    ) -> Result<Option<(PersonId, DateTime<Utc>)>, Error> {
        let since = tx.now() - REMINDED_FOR;
        Ok(board_acts::reminded(tx, actor.person, since).await?)
    }
}

/// The first page names so many rules.
const HOME_RULES: usize = 5;

impl HomeCounts {
    fn of(counts: &[&Count], rules: &[RuleName], today: NaiveDate) -> Self {
        let name = |id: &str| {
            let known = rules.iter().find(|it| it.id == id);
            known.cloned().unwrap_or_else(|| RuleName::gone(id))
        };
        let mut by_rule: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for it in counts {
            let sum = by_rule.entry(it.rule.as_str()).or_default();
            sum.0 += it.overdue;
            sum.1 += it.today + it.week;
        }
        let mut worst: Vec<(&str, (i64, i64))> = by_rule.into_iter().collect();
        worst.retain(|it| it.1.0 + it.1.1 > 0);
        worst.sort_by_key(|it| (-it.1.0, -it.1.1, it.0));
        worst.truncate(HOME_RULES);
        let next = counts
            .iter()
            .filter_map(|it| Some((it.next?, it.rule.as_str())));
        let next = next.filter(|it| it.0 > today + Days::new(7)).min();
        let owing = counts.iter().filter(|it| it.overdue + it.today > 0);
        let owing: BTreeSet<Debtor> = owing.map(|it| Debtor::of(it.person, it.role)).collect();
        Self {
            looked_at: None,
            overdue: counts.iter().map(|it| it.overdue).sum(),
            today: counts.iter().map(|it| it.today).sum(),
            week: counts.iter().map(|it| it.week).sum(),
            rules: worst
                .into_iter()
                .map(|(id, (overdue, soon))| (name(id), overdue, soon))
                .collect(),
            next: next.map(|(day, id)| (name(id), day)),
            people: owing.len(),
            reminded_at: None,
            reminded_by: String::new(),
        }
    }
}
