//! From which roles an organisation asks the second factor.

use std::collections::HashSet;

use chrono::NaiveDate;
use kernel::{Actor, Right, Role};

use super::Identity;
use crate::{
    Error,
    demand::{FactorDefault, PRIVILEGED},
    store::{self, factor::Rule},
};

/// The rule for a role, and how many of its holders have the factor.
#[derive(Clone, Debug)]
pub struct RoleFactor {
    pub role: Role,
    pub obligatory: bool,
    pub since: NaiveDate,
    pub members: usize,
    pub with: usize,
}

impl Identity {
    /// The rules of the organisation, role by role.
    pub async fn factor_rules(&self, actor: &Actor) -> Result<Vec<RoleFactor>, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let rules = store::factor::rules(&mut tx).await?;
        let grants = store::grant::in_force(&mut tx, None).await?;
        let with: HashSet<i64> = store::factor::holders(&mut tx)
            .await?
            .iter()
            .map(|it| it.get())
            .collect();
        let today = tx.now().date_naive();
        tx.commit().await?;
        let by_default = self.settings.factor != FactorDefault::Offered;
        let of_role = |role: Role| {
            let holders: HashSet<i64> = grants
                .iter()
                .filter(|it| it.role == role.code())
                .map(|it| it.account_id)
                .collect();
            let rule = rules.iter().find(|it| it.role == role.code());
            RoleFactor {
                role,
                obligatory: rule.map_or(by_default && role != Role::Teacher, |it| it.obligatory),
                since: rule.map_or(today, |it| it.since),
                members: holders.len(),
                with: holders.intersection(&with).count(),
            }
        };
        let all = PRIVILEGED.into_iter().chain([Role::Teacher]).map(of_role);
        // A school has no ministry, and the other way round.
        let rules = all.filter(|it| it.members > 0 || it.role == Role::Admin);
        Ok(rules.collect())
    }

    /// Sets rules; the change has its history.
    #[tracing::instrument(name = "identity.set_factor_rules", skip_all)]
    pub async fn set_factor_rules(
        &self,
        actor: &Actor,
        wished: &[(Role, bool, NaiveDate)],
    ) -> Result<(), Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let rule = |(role, obligatory, since): &(Role, bool, NaiveDate)| Rule {
            role: role.code().to_owned(),
            obligatory: *obligatory,
            since: *since,
        };
        let rules: Vec<Rule> = wished.iter().map(rule).collect();
        let mut tx = self.db.begin(actor).await?;
        store::factor::set_rules(&mut tx, actor.org.get(), &rules).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The day it is where the visitor's organisation is.
    pub(crate) fn today(&self, visit: &web::Visit) -> NaiveDate {
        visit.day_of(self.db.clock().now())
    }
}
