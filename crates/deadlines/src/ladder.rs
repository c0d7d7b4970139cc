//! The ladder of reminders: who is told of a debt on which day (DLN-4). Pure.

use chrono::NaiveDate;
use kernel::workdays::Workdays;

use crate::{Addressee, Terms};

/// Why somebody is told: so many working days before or after the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    Before(u32),
    Day,
    After(u32),
}

impl Occasion {
    /// The name in the database and in templates: `before-3`, `day`, `after-1`.
    pub fn code(self) -> String {
        match self {
            Self::Before(n) => format!("before-{n}"),
            Self::Day => "day".to_owned(),
            Self::After(n) => format!("after-{n}"),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        if code == "day" {
            return Some(Self::Day);
        }
        let (kind, n) = code.split_once('-')?;
        let n = n.parse().ok()?;
        match kind {
            "before" => Some(Self::Before(n)),
            "after" => Some(Self::After(n)),
            _ => None,
        }
    }

    /// The working day on which it is time for it.
    pub fn falls_on(self, due: NaiveDate, workdays: &Workdays) -> NaiveDate {
        match self {
            Self::Before(n) => workdays.before(due, n),
            // Never on a day off, and never earlier than the day itself.
            Self::Day => workdays.on_or_after(due),
            Self::After(n) => workdays.after(due, n),
        }
    }
}

/// Who is to be told today of a debt that is due on `due`, each on the last
/// occasion that has come for them: what was missed (a node was down, the debt
/// was found late) is made up for once, and what is past is left out.
///
/// Nobody is told anything on a day off.
pub fn to_tell(
    terms: &Terms,
    due: NaiveDate,
    workdays: &Workdays,
    today: NaiveDate,
) -> Vec<(Addressee, Occasion)> {
    if !workdays.is_working(today) {
        return vec![];
    }
    let mut ladder = rungs(terms);
    // Stable: of two occasions of one day the later rung counts.
    ladder.sort_by_key(|it| it.1.falls_on(due, workdays));
    let mut told: Vec<(Addressee, Occasion)> = vec![];
    for (to, occasion) in ladder {
        if occasion.falls_on(due, workdays) > today {
            continue;
        }
        match told.iter_mut().find(|it| it.0 == to) {
            Some(earlier) => earlier.1 = occasion,
            None => told.push((to, occasion)),
        }
    }
    told
}

fn rungs(terms: &Terms) -> Vec<(Addressee, Occasion)> {
    let before = terms.before.iter().map(|it| Occasion::Before(*it));
    let until = before.chain([Occasion::Day]);
    let mut rungs: Vec<(Addressee, Occasion)> = until
        .flat_map(|occasion| terms.remind.iter().map(move |to| (*to, occasion)))
        .collect();
    let after = terms.escalate.iter();
    rungs.extend(after.map(|it| (it.to, Occasion::After(it.after))));
    rungs
}

#[cfg(test)]
#[path = "ladder_tests.rs"]
mod tests;
