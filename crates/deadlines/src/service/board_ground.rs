//! What every board stands on: rules in force, working days, who was reminded.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use db::Tx;
use kernel::workdays::Workdays;

use super::Deadlines;
use crate::{Calendar, Error, InForce, Nudge, Rule, RuleName, regulation, store::board as store};

/// A reminder is repeated only on purpose for so long.
pub(super) const FRESH_HOURS: i64 = 24;

impl Deadlines {
    /// When the organisation was looked at, and by what it counts.
    pub(super) async fn ground(&self, tx: &mut Tx, today: NaiveDate) -> Result<Ground, Error> {
        let since = tx.now() - Duration::hours(FRESH_HOURS);
        let known = store::ground(tx, since).await?;
        let line = known.line;
        let calendar = Calendar::new(known.own.workdays());
        let rules = regulation::rules().iter().map(|rule| {
            let terms = InForce::of(rule, &line, &known.decisions, today, &calendar).terms;
            RuleName {
                on: terms.on,
                shift: terms.shift,
                ..self.named(rule)
            }
        });
        Ok(Ground {
            looked_at: known.looked_at,
            nudges: known.nudges,
            rules: rules.collect(),
            calendar: calendar.workdays,
        })
    }

    /// The rules of the regulation, whatever the organisation decided about them.
    pub(super) fn names_of_rules(&self) -> Vec<RuleName> {
        regulation::rules()
            .iter()
            .map(|it| self.named(it))
            .collect()
    }

    fn named(&self, rule: &Rule) -> RuleName {
        RuleName {
            id: rule.id.clone(),
            name: rule.name.clone(),
            what: rule.what.clone(),
            clause: rule.clause.clone(),
            connected: self.is_connected(&rule.duty),
            on: rule.terms.on,
            liftable: rule.lift,
            shift: rule.terms.shift,
        }
    }
}

/// What boards stand on.
pub(super) struct Ground {
    pub(super) looked_at: Option<DateTime<Utc>>,
    /// Reminders by hand within a day, the latest last.
    pub(super) nudges: Vec<Nudge>,
    pub(super) rules: Vec<RuleName>,
    pub(super) calendar: Workdays,
}
