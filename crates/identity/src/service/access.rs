//! Who may what: roles with their scope (`reports-and-rules.md` §10, SEC-3).

use chrono::{DateTime, NaiveDate, Utc};
use db::audit;
use kernel::{AccountId, Actor, Grant, Right, Role, Scope};
use serde_json::json;

use super::Identity;
use crate::{Circles, Error, Place, grant, store};

kernel::id!(/// One role of one account.
    GrantId);

/// A grant in force, as the page of rights shows it.
#[derive(Clone, Debug)]
pub struct Access {
    pub id: GrantId,
    pub account: AccountId,
    pub login: String,
    pub name: String,
    pub blocked: bool,
    pub grant: Grant,
    pub since: DateTime<Utc>,
}

/// A member with roles, and where roles may be given.
#[derive(Clone, Debug)]
pub struct AccessOf {
    pub member: MemberName,
    pub grants: Vec<Access>,
    pub places: Vec<Place>,
}

/// How a member is called.
#[derive(Clone, Debug)]
pub struct MemberName {
    pub name: String,
    pub login: String,
}

impl Identity {
    /// All grants in force, by name.
    pub async fn access(&self, actor: &Actor) -> Result<Vec<Access>, Error> {
        actor.may_in_org(Right::RoleView)?;
        let mut tx = self.db.begin(actor).await?;
        let rows = store::grant::in_force(&mut tx, None).await?;
        tx.commit().await?;
        let mut all: Vec<Access> = rows.into_iter().filter_map(access).collect();
        all.sort_by_cached_key(|it| (kernel::names::collation_key(&it.name), it.id));
        Ok(all)
    }

    /// A member, the grants in force (perhaps none), and what on that day a
    /// role may be narrowed to.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`].
    pub async fn access_of(
        &self,
        actor: &Actor,
        account: AccountId,
        circles: &dyn Circles,
        today: NaiveDate,
    ) -> Result<AccessOf, Error> {
        actor.may_in_org(Right::RoleView)?;
        let mut tx = self.db.begin(actor).await?;
        let rows = store::grant::in_force(&mut tx, Some(account.get())).await?;
        let (name, login) = match rows.first() {
            Some(it) => (it.name.clone(), it.login.clone()),
            None => store::member::named(&mut tx, account.get())
                .await?
                .ok_or(Error::NoSuchMember)?,
        };
        let places = circles.places(&mut tx, today).await;
        let places = places.map_err(Error::Circles)?;
        tx.commit().await?;
        Ok(AccessOf {
            member: MemberName { name, login },
            grants: rows.into_iter().filter_map(access).collect(),
            places,
        })
    }

    /// Refuses to narrow a role to what the list of that day does not have.
    ///
    /// # Errors
    /// [`Error::NoSuchPlace`], also for what another organisation has.
    pub async fn must_be_a_place(
        &self,
        actor: &Actor,
        scope: Scope,
        circles: &dyn Circles,
        today: NaiveDate,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::RoleEdit)?;
        if scope == Scope::Org {
            return Ok(());
        }
        let mut tx = self.db.begin(actor).await?;
        let places = circles.places(&mut tx, today).await;
        let places = places.map_err(Error::Circles)?;
        tx.commit().await?;
        if places.iter().any(|it| it.scope == scope) {
            Ok(())
        } else {
            Err(Error::NoSuchPlace)
        }
    }

    /// Gives a role. Acts on the next request; the change has its history.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`], [`Error::ScopeDoesNotFit`], [`Error::GrantedAlready`].
    #[tracing::instrument(name = "identity.grant", skip_all)]
    pub async fn grant(&self, actor: &Actor, account: AccountId, wish: Grant) -> Result<(), Error> {
        actor.may_in_org(Right::RoleEdit)?;
        may_give(actor, wish.role)?;
        grant::check_scope(wish)?;
        let mut tx = self.db.begin(actor).await?;
        if store::member::locked(&mut tx, &[account.get()])
            .await?
            .is_empty()
        {
            return Err(Error::NoSuchMember);
        }
        if store::grant::add(&mut tx, actor.org.get(), &[(account, wish)]).await? == 0 {
            return Err(Error::GrantedAlready);
        }
        note(&mut tx, "identity.granted", account, wish).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes a role back.
    ///
    /// # Errors
    /// [`Error::NoSuchGrant`], also where it is another's; [`Error::LastAdmin`]
    /// where nobody would be left to administer the organisation.
    #[tracing::instrument(name = "identity.end_grant", skip_all)]
    pub async fn end_grant(
        &self,
        actor: &Actor,
        account: AccountId,
        id: GrantId,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::RoleEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let admins = store::grant::lock_admins(&mut tx).await?;
        let rows = store::grant::in_force(&mut tx, None).await?;
        let found = rows
            .into_iter()
            .filter_map(access)
            .find(|it| it.id == id && it.account == account);
        let found = found.ok_or(Error::NoSuchGrant)?;
        may_give(actor, found.grant.role)?;
        if found.grant.role == Role::Admin {
            grant::check_admins_without(found.account.get(), &admins)?;
        }
        store::grant::end(&mut tx, id.get()).await?;
        note(&mut tx, "identity.grant-ended", found.account, found.grant).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The deputy keeps roles (S3:3.1), but only an administrator makes and
/// unmakes administrators.
fn may_give(actor: &Actor, role: Role) -> Result<(), Error> {
    if role == Role::Admin {
        actor.may_in_org(Right::AccountEdit)?;
    }
    Ok(())
}

async fn note(
    tx: &mut db::Tx,
    action: &str,
    account: AccountId,
    grant: Grant,
) -> Result<(), Error> {
    let object = format!("identity.account:{account}");
    audit::record(tx, action, &object, &json!({ "grant": grant })).await?;
    Ok(())
}

fn access(row: store::grant::Row) -> Option<Access> {
    Some(Access {
        id: row.grant_id.into(),
        account: row.account_id.into(),
        login: row.login,
        name: row.name,
        blocked: row.blocked,
        grant: grant::grant(&row.role, &row.scope_kind, row.scope_id)?,
        since: row.granted_at,
    })
}
