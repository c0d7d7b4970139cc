//! What deadlines do by the clock.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Fault, Job, OrgId};
use movement::Tenants;

use crate::{Deadlines, Error, look::LastLook, store};

/// Looks at organisations in which something changed or for which a new day
/// has come, so that the region is spread over the day.
pub struct Lookout {
    pub deadlines: Deadlines,
    pub tenants: Arc<dyn Tenants>,
}

/// An organisation that changes all the time is looked at so often; its pages
/// look for themselves.
const AT_MOST_EVERY: TimeDelta = TimeDelta::minutes(15);
/// Changes older than this have been seen, or midnight will see them.
const RECENT: TimeDelta = TimeDelta::hours(2);
/// Over so many minutes after midnight the organisations are spread.
const SPREAD: i64 = 60;

#[async_trait]
impl Job for Lookout {
    fn name(&self) -> &'static str {
        "deadlines.lookout"
    }

    fn cron(&self) -> &'static str {
        "0 */2 * * * *"
    }

    async fn run(&self) -> Result<(), Box<dyn Fault>> {
        let orgs = self.tenants.all().await?;
        let waiting = self.deadlines.waiting(&orgs).await;
        for (org, seen) in waiting.map_err(boxed)? {
            // One school whose look fails must not keep the others waiting.
            if let Err(fault) = self.deadlines.look_unless_seen(org, seen).await {
                metrics::counter!("zvonok_look_failures_total").increment(1);
                tracing::error!(
                    org.id = %org,
                    error = &fault as &dyn std::error::Error,
                    "the look failed"
                );
            }
        }
        Ok(())
    }
}

fn boxed(it: Error) -> Box<dyn Fault> {
    Box::new(it)
}

impl Deadlines {
    /// The organisations whose time has come, with their last look.
    async fn waiting(&self, orgs: &[OrgId]) -> Result<Vec<(OrgId, Option<DateTime<Utc>>)>, Error> {
        let mut tx = self.db.begin_worker().await?;
        let now = tx.now();
        let looks = store::look::all(&mut tx).await?;
        let since = now - RECENT;
        let changed = db::history::changed_since(&mut tx, since, &super::service::OWN).await?;
        tx.commit().await?;
        let changed: HashMap<OrgId, DateTime<Utc>> = changed.into_iter().collect();
        let waits = |org: &OrgId| {
            let last = looks.get(org).copied();
            let changed = changed.get(org).copied();
            is_time(*org, last, changed, now).then(|| (*org, last.map(|it| it.looked_at)))
        };
        Ok(orgs.iter().filter_map(waits).collect())
    }
}

/// Whether an organisation is to be looked at now.
fn is_time(
    org: OrgId,
    last: Option<LastLook>,
    changed: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    let Some(last) = last else {
        return true;
    };
    let spread = TimeDelta::minutes(org.get().rem_euclid(SPREAD));
    if last.next_at + spread <= now || last.looked_at > now {
        return true;
    }
    // A region's decision is for all its schools: each has its minute.
    if last.is_behind() && last.decided_at.is_some_and(|at| at + spread <= now) {
        return true;
    }
    let changed = changed.is_some_and(|it| last.misses(it));
    changed && now - last.looked_at >= AT_MOST_EVERY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    /// DLN-1: only schools with something changed or a date reached are looked at again.
    #[test]
    fn an_organisation_waits_for_a_change_or_for_its_day() {
        let org = OrgId::from(7);
        let last = Some(LastLook {
            looked_at: at(0),
            whole_at: None,
            next_at: at(600),
            decided_at: None,
        });
        assert!(is_time(org, None, None, at(0)), "never looked at");
        assert!(!is_time(org, last, None, at(100)), "nothing changed");
        assert!(!is_time(org, last, Some(at(5)), at(10)), "too soon");
        assert!(is_time(org, last, Some(at(5)), at(15)));
        assert!(!is_time(org, last, Some(at(-1)), at(100)), "seen already");
        assert!(
            !is_time(org, last, None, at(606)),
            "its minute has not come"
        );
        assert!(is_time(org, last, None, at(607)));
        assert!(is_time(org, last, None, at(-1)), "a clock was moved back");
    }

    /// DLN-5: what the region decides is looked at in every school, one after another.
    #[test]
    fn a_decision_above_comes_in_the_organisation_s_minute() {
        let org = OrgId::from(7);
        let last = |looked_at| {
            Some(LastLook {
                looked_at: at(looked_at),
                whole_at: None,
                next_at: at(600),
                decided_at: Some(at(30)),
            })
        };
        assert!(
            !is_time(org, last(0), None, at(36)),
            "its minute has not come"
        );
        assert!(is_time(org, last(0), None, at(37)));
        assert!(
            !is_time(org, last(31), None, at(40)),
            "a page looked already"
        );
    }
}
