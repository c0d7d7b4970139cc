//! The accounts of the organisation, for its administrator (PPL-5).

use chrono::{DateTime, Utc};
use db::audit;
use kernel::{AccountId, Actor, PersonId, Right, Role};
use serde_json::json;

use super::Identity;
use crate::{
    Error,
    api::{Circle, Circles},
    grant, store,
};

/// A member as the list of accounts shows one. Never a password: nobody has it.
#[derive(Clone, Debug)]
pub struct Member {
    pub account: AccountId,
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub blocked: bool,
    /// Chose a password already.
    pub has_password: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    /// A member of another organisation too.
    pub elsewhere: bool,
    pub slip: Slip,
}

/// How far the latest slip has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    None,
    Issued { until: DateTime<Utc> },
    Used { at: DateTime<Utc> },
    Expired { at: DateTime<Utc> },
}

impl Slip {
    /// The end of the word's key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Issued { .. } => "issued",
            Self::Used { .. } => "used",
            Self::Expired { .. } => "expired",
        }
    }
}

impl Identity {
    /// All members of the organisation, or those of a circle, by name.
    pub async fn members(
        &self,
        actor: &Actor,
        circle: Option<(&dyn Circles, &str)>,
    ) -> Result<Vec<Member>, Error> {
        actor.may_in_org(Right::AccountView)?;
        let mut tx = self.db.begin(actor).await?;
        let people: Option<Vec<i64>> = match circle {
            Some((circles, code)) => {
                let people = circles
                    .people(&mut tx, code)
                    .await
                    .map_err(Error::Circles)?;
                Some(people.iter().map(|it| it.get()).collect())
            }
            None => None,
        };
        let rows = store::member::list(&mut tx, people.as_deref()).await?;
        tx.commit().await?;
        let now = self.db.clock().now();
        let mut members: Vec<Member> = rows.into_iter().map(|it| member(it, now)).collect();
        members.sort_by_cached_key(|it| kernel::names::collation_key(&it.name));
        Ok(members)
    }

    /// The circles that the list can be narrowed to.
    pub async fn circles(
        &self,
        actor: &Actor,
        circles: &dyn Circles,
    ) -> Result<Vec<Circle>, Error> {
        let mut tx = self.db.begin(actor).await?;
        let all = circles.all(&mut tx).await.map_err(Error::Circles)?;
        tx.commit().await?;
        Ok(all)
    }

    /// Closes the organisation to an account, or opens it again. Acts on the
    /// next request of every session.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`]; [`Error::NotOneself`]; [`Error::LastAdmin`].
    #[tracing::instrument(name = "identity.block", skip_all)]
    pub async fn block(
        &self,
        actor: &Actor,
        account: AccountId,
        blocked: bool,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::AccountEdit)?;
        if blocked && account == actor.account {
            return Err(Error::NotOneself);
        }
        let mut tx = self.db.begin(actor).await?;
        let found = store::member::locked(&mut tx, &[account.get()]).await?;
        if found.is_empty() {
            return Err(Error::NoSuchMember);
        }
        if blocked {
            let admins = store::grant::lock_admins(&mut tx).await?;
            grant::check_admins_without(account.get(), &admins)?;
        }
        store::member::block(&mut tx, account.get(), blocked).await?;
        let action = if blocked {
            "identity.blocked"
        } else {
            "identity.unblocked"
        };
        audit::record(
            &mut tx,
            action,
            &format!("identity.account:{account}"),
            &json!({}),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

fn member(row: store::member::Row, now: DateTime<Utc>) -> Member {
    let slip = match (row.slip_issued_at, row.slip_used_at, row.slip_expires_at) {
        (Some(_), Some(at), _) => Slip::Used { at },
        (Some(_), None, Some(until)) if now < until => Slip::Issued { until },
        (Some(_), None, Some(at)) => Slip::Expired { at },
        _ => Slip::None,
    };
    Member {
        account: row.account_id.into(),
        person: row.person_id.into(),
        login: row.login,
        name: row.name,
        roles: row
            .roles
            .iter()
            .filter_map(|it| Role::from_code(it))
            .collect(),
        blocked: row.blocked_at.is_some(),
        has_password: row.has_password,
        last_login_at: row.last_login_at,
        elsewhere: row.elsewhere,
        slip,
    }
}
