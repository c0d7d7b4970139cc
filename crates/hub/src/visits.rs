//! «Статистика посещений» of the schools below (HUB-4; S2 annex 1, 2.3):
//! numbers by school and by who holds the accounts.

use std::collections::HashMap;

use identity::{Holder, Used};
use kernel::{Actor, OrgId, Right};
use rust_decimal::Decimal;

use crate::{Error, Hub};

/// How the accounts of a school are used.
#[derive(Clone, Debug)]
pub struct SchoolVisits {
    pub school: OrgId,
    pub name: String,
    used: HashMap<Holder, Used>,
}

impl SchoolVisits {
    pub fn of(&self, holder: Holder) -> Used {
        self.used.get(&holder).copied().unwrap_or_default()
    }
}

/// The part of the accounts in percent; none where there are no accounts.
pub(crate) fn share(used: i64, accounts: i64) -> Option<Decimal> {
    Decimal::from(used * 100).checked_div(accounts.into())
}

/// The same in thousandths, for a number that is read at a glance.
pub(crate) fn permille(used: i64, accounts: i64) -> Option<i64> {
    (used * 1000 + accounts / 2).checked_div(accounts)
}

impl Hub {
    /// Every school below, by name, also one that nobody has entered yet.
    pub async fn visits(&self, actor: &Actor) -> Result<Vec<SchoolVisits>, Error> {
        actor.may_in_org(Right::FormCollect)?;
        let below = self.asked.schools.below(actor.org).await;
        let schools = below.map_err(Error::Tree)?;
        let mut tx = self.db.begin(actor).await?;
        let mut found: HashMap<OrgId, HashMap<Holder, Used>> = HashMap::new();
        for (school, holder, used) in identity::visits_below(&mut tx).await? {
            found.entry(school).or_default().insert(holder, used);
        }
        tx.commit().await?;
        let visits = schools.into_iter().map(|it| SchoolVisits {
            used: found.remove(&it.id).unwrap_or_default(),
            school: it.id,
            name: it.name,
        });
        Ok(visits.collect())
    }
}

/// All schools together. An account of two schools is used in both.
pub(crate) fn sum(of: &[SchoolVisits], holder: Holder) -> Used {
    of.iter().fold(Used::default(), |sum, it| {
        let it = it.of(holder);
        Used {
            accounts: sum.accounts + it.accounts,
            ever: sum.ever + it.ever,
            month: sum.month + it.month,
            week: sum.week + it.week,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HUB-4: shares come from sums and are never averaged; nobody has no share.
    #[test]
    fn shares_are_made_of_sums() {
        let school = |accounts, week| SchoolVisits {
            school: 1.into(),
            name: String::new(),
            used: HashMap::from([(
                Holder::Parents,
                Used {
                    accounts,
                    week,
                    ..Used::default()
                },
            )]),
        };
        let both = [school(10, 10), school(30, 0)];
        let all = sum(&both, Holder::Parents);
        assert_eq!(share(all.week, all.accounts), Some(Decimal::from(25)));
        let staff = sum(&both, Holder::Staff);
        assert_eq!(share(staff.week, staff.accounts), None);
        assert_eq!(permille(2, 3), Some(667));
        assert_eq!(permille(0, 0), None);
    }
}
