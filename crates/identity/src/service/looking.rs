//! «Смотреть как…»: an administrator sees what another sees, and does nothing
//! (ux.md §2.5 A4).

use chrono::Duration;
use db::audit;
use kernel::{AccountId, Actor, Reach, Right};
use serde_json::json;
use web::Me;

use super::Identity;
use crate::{Error, store, token};

/// For so long at most.
const LONGEST: Duration = Duration::minutes(30);

impl Identity {
    /// Lets the session look with the eyes of a member: for half an hour,
    /// changing nothing, without restricted fields. Each page is noted.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`]; [`Error::NotToLook`] for oneself and for
    /// whoever sees more of the organisation than the actor.
    #[tracing::instrument(name = "identity.look_as", skip_all)]
    pub async fn look_as(
        &self,
        actor: &Actor,
        session: &str,
        target: AccountId,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::AccountEdit)?;
        if actor.looked || target == actor.account {
            return Err(Error::NotToLook);
        }
        let eyes = self
            .acting(actor.org, target)
            .await?
            .ok_or(Error::NoSuchMember)?;
        if sees_more(&eyes, actor) {
            return Err(Error::NotToLook);
        }
        let mut tx = self.db.begin(actor).await?;
        let until = tx.now() + LONGEST;
        let digest = token::session(session);
        if !store::session::look_as(&mut tx, &digest, actor.account, target, until).await? {
            return Err(Error::NoSuchMember);
        }
        let object = format!("identity.account:{target}");
        audit::record(&mut tx, "identity.looking-begun", &object, &json!({})).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Looks with the own eyes again.
    pub async fn look_no_more(&self, session: &str) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        let ended = store::session::look_no_more(&mut tx, &token::session(session)).await?;
        if let Some(it) = ended {
            let details = json!({ "account": it.target });
            let org = Some(it.org.into());
            let action = "identity.looking-ended";
            audit::record_for(&mut tx, Some(it.viewer), org, action, &details).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Notes a page that was opened with the eyes of another: without its
    /// query, which may hold names.
    pub(super) async fn note_looked(&self, me: &Me, path: &str) -> Result<(), Error> {
        let Some(by) = &me.bounds.looking else {
            return Ok(());
        };
        let org = me.memberships.first().map(|it| it.org);
        let details = json!({ "account": me.account, "path": path });
        let mut tx = self.db.begin_auth().await?;
        audit::record_for(&mut tx, Some(by.by), org, "identity.looked", &details).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether somebody sees more of the organisation as a whole than whoever
/// wants to look. Restricted fields do not count: they stay closed.
fn sees_more(eyes: &Actor, actor: &Actor) -> bool {
    let sees = |it: &Right| it.code().ends_with("view") && *it != Right::RestrictedView;
    let in_org = |it: &Actor, right| it.reaches(right).has(Reach::Org);
    Right::ALL
        .into_iter()
        .filter(sees)
        .any(|right| in_org(eyes, right) && !in_org(actor, right))
}

#[cfg(test)]
mod tests {
    use kernel::{Grant, Role, Scope};

    use super::*;

    fn actor(role: Role) -> Actor {
        let grant = Grant {
            role,
            scope: Scope::Org,
        };
        Actor {
            account: 1.into(),
            person: 1.into(),
            org: 1.into(),
            grants: [grant].as_slice().into(),
            looked: false,
        }
    }

    #[test]
    fn nobody_looks_with_eyes_that_see_more() {
        let admin = actor(Role::Admin);
        for role in [Role::Teacher, Role::Parent, Role::Pupil, Role::Secretary] {
            assert!(!sees_more(&actor(role), &admin), "{role:?}");
            assert!(sees_more(&admin, &actor(role)), "{role:?}");
        }
        assert!(sees_more(&actor(Role::Teacher), &actor(Role::RegionAdmin)));
    }
}
