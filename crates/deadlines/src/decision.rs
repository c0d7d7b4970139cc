//! What an organisation decided about a rule, and what follows for those below (DLN-5).

use chrono::{Days, NaiveDate};
use kernel::OrgId;
use serde::{Deserialize, Serialize};

use crate::{Addressee, Limits, Rule, Step, Terms, When, calendar::Calendar};

/// One decision about one rule, in force from a day until the organisation's
/// next one about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    #[serde(rename = "org_id")]
    pub org: OrgId,
    pub rule: String,
    /// The first day in force.
    pub since: NaiveDate,
    #[serde(rename = "terms")]
    pub change: Change,
    /// How far those below may go; `None` as it is above.
    pub limits: Option<Limits>,
    pub version: i32,
}

/// What is other than above; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Vec<Addressee>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Vec<Step>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<u32>,
}

/// A rule as it is in force somewhere on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub rule: &'static Rule,
    pub terms: Terms,
    /// What the organisation itself may do to the terms above it.
    pub bound: Limits,
    /// What those below it may do.
    pub below: Limits,
    /// The lowest organisation that changed something, and since when.
    pub changed: Option<(OrgId, NaiveDate)>,
}

impl Change {
    /// From what is above to what is wanted.
    pub fn between(above: &Terms, wanted: &Terms) -> Self {
        fn other<T: Clone + PartialEq>(above: &T, wanted: &T) -> Option<T> {
            (above != wanted).then(|| wanted.clone())
        }
        Self {
            on: other(&above.on, &wanted.on),
            when: other(&above.when, &wanted.when),
            before: other(&above.before, &wanted.before),
            remind: other(&above.remind, &wanted.remind),
            escalate: other(&above.escalate, &wanted.escalate),
            grace: other(&above.grace, &wanted.grace),
            shift: other(&above.shift, &wanted.shift),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn apply(&self, terms: &mut Terms, limits: Limits, calendar: &Calendar) {
        fn set<T: Clone>(to: &mut T, wanted: Option<&T>) {
            if let Some(it) = wanted {
                to.clone_from(it);
            }
        }
        // Above may have become stricter since this was decided.
        let on = self.on.filter(|on| *on || limits.off || !terms.on);
        let when = self
            .when
            .as_ref()
            .filter(|it| limits.later || !it.is_later_than(&terms.when, calendar));
        set(&mut terms.on, on.as_ref());
        set(&mut terms.when, when);
        set(&mut terms.before, self.before.as_ref());
        set(&mut terms.remind, self.remind.as_ref());
        set(&mut terms.escalate, self.escalate.as_ref());
        let grace = self.grace.filter(|it| limits.later || *it <= terms.grace);
        let shift = self.shift.filter(|it| limits.later || *it <= terms.shift);
        set(&mut terms.grace, grace.as_ref());
        set(&mut terms.shift, shift.as_ref());
    }
}

impl InForce {
    /// The rule on a day at the end of a line of organisations, the topmost
    /// first. The calendar decides what counts as later.
    pub fn of(
        rule: &'static Rule,
        line: &[OrgId],
        decisions: &[Decision],
        day: NaiveDate,
        calendar: &Calendar,
    ) -> Self {
        let mut terms = rule.terms.clone();
        let mut changed = None;
        // Nobody binds the topmost.
        let mut bound = Limits::NONE;
        let mut below = rule.limits;
        for (height, org) in line.iter().enumerate() {
            if height > 0 {
                bound = below;
            }
            let own = decisions
                .iter()
                .filter(|it| it.org == *org && it.rule == rule.id && it.since <= day);
            let Some(decision) = own.max_by_key(|it| it.since) else {
                continue;
            };
            decision.change.apply(&mut terms, bound, calendar);
            below = decision.limits.unwrap_or(below);
            if !decision.change.is_empty() {
                changed = Some((*org, decision.since));
            }
        }
        Self {
            rule,
            terms,
            bound,
            below,
            changed,
        }
    }

    /// Whether debts are counted by it.
    pub fn is_counted(&self) -> bool {
        self.terms.on && self.rule.duty != crate::NO_DUTY && self.terms.when.is_counted()
    }

    /// How many working days before the day it is near.
    pub fn lead(&self) -> u32 {
        self.terms.before.iter().copied().max().unwrap_or(0)
    }
}

impl When {
    /// Whether it is later than the other for facts of any day.
    pub fn is_later_than(&self, other: &Self, calendar: &Calendar) -> bool {
        // Two years, so that weekdays, holidays and leap days come by.
        let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap_or_default();
        let days = (0..104).filter_map(|it| first.checked_add_days(Days::new(it * 7 + it % 7)));
        let later = |on| {
            let [own, above] = [self, other].map(|it| it.due(on, None, calendar));
            matches!((own, above), (Some(own), Some(above)) if own > above)
        };
        self.is_counted() != other.is_counted() || days.into_iter().any(later)
    }
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
