//! Who an account is by now, without a session: jobs act in somebody's name.

use async_trait::async_trait;
use kernel::{AccountId, Actor, Fault, Grants, OrgId};

use super::Identity;
use crate::{Error, grant, sheet, store};

impl Identity {
    /// The account as a member of the organisation, with the grants in force;
    /// `None` where it is none any more, is blocked, or has no role left.
    pub async fn acting(&self, org: OrgId, account: AccountId) -> Result<Option<Actor>, Error> {
        let mut tx = self.db.begin_system(org).await?;
        let person = store::member::active(&mut tx, account).await?;
        let rows = store::grant::in_force(&mut tx, Some(account.get())).await?;
        let book = store::rights::book(&mut tx).await?;
        tx.commit().await?;
        let grants: Grants = rows
            .iter()
            .filter_map(|it| grant::grant(&it.role, &it.scope_kind, it.scope_id))
            .collect();
        let grants = grants.with(sheet::decided(&book.rules));
        let person = person.filter(|_| !grants.is_empty());
        Ok(person.map(|person| Actor {
            account,
            person,
            org,
            grants,
            looked: false,
        }))
    }
}

#[async_trait]
impl work::Actors for Identity {
    async fn now(&self, org: OrgId, account: AccountId) -> Result<Option<Actor>, Box<dyn Fault>> {
        self.acting(org, account)
            .await
            .map_err(|it| Box::new(it) as Box<dyn Fault>)
    }
}
