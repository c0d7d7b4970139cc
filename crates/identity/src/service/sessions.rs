//! The own sessions (`/my/settings`).

use chrono::Duration;
use db::audit;
use kernel::{AccountId, Actor, Right};
use serde_json::json;

use super::Identity;
use crate::{Error, session::Open, store, token};

/// Counters older than this decide nothing any more.
const COUNTERS: Duration = Duration::hours(2);
/// A device that nobody signed in on for so long is unknown again.
const DEVICES: Duration = Duration::days(400);

impl Identity {
    /// The open sessions of the account; `token` is that of the asking one.
    pub async fn sessions(&self, account: AccountId, token: &str) -> Result<Vec<Open>, Error> {
        let mut tx = self.db.begin_auth().await?;
        let open = store::session::open(&mut tx, account, &token::session(token)).await?;
        tx.commit().await?;
        Ok(open)
    }

    /// Ends one session of the account, on whatever device.
    ///
    /// # Errors
    /// [`Error::NoSuchSession`] where the number is not one of its sessions.
    pub async fn end_session(&self, account: AccountId, id: i64) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        let found = store::session::end_one(&mut tx, account, id).await?;
        tx.commit().await?;
        if found {
            Ok(())
        } else {
            Err(Error::NoSuchSession)
        }
    }

    /// Ends all sessions of the account but the asking one; how many.
    pub async fn end_other_sessions(&self, account: AccountId, token: &str) -> Result<u64, Error> {
        let mut tx = self.db.begin_auth().await?;
        let ended =
            store::session::end_others(&mut tx, account, Some(&token::session(token))).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Forgets what is over: sessions, counters, devices.
    pub async fn sweep(&self) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        let now = tx.now();
        store::session::prune(&mut tx).await?;
        store::factor::prune(&mut tx).await?;
        store::oidc::prune(&mut tx).await?;
        store::throttle::prune(&mut tx, now - COUNTERS, now - DEVICES).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What an administrator sees and ends (SEC-4).
impl Identity {
    /// The open sessions of a member.
    pub async fn member_sessions(
        &self,
        actor: &Actor,
        account: AccountId,
    ) -> Result<Vec<Open>, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        let open = store::session::of_member(&mut tx, account).await?;
        tx.commit().await?;
        Ok(open)
    }

    /// Ends one session of a member, or all of them; how many.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`]; [`Error::NoSuchSession`] where the number is
    /// not one of the member's.
    pub async fn end_member_sessions(
        &self,
        actor: &Actor,
        account: AccountId,
        one: Option<i64>,
    ) -> Result<i64, Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let mut tx = self.db.begin(actor).await?;
        if store::member::named(&mut tx, account.get())
            .await?
            .is_none()
        {
            return Err(Error::NoSuchMember);
        }
        let ended = store::session::end_of_member(&mut tx, account, one).await?;
        if ended == 0 && one.is_some() {
            return Err(Error::NoSuchSession);
        }
        let object = format!("identity.account:{account}");
        let details = json!({ "count": ended });
        audit::record(&mut tx, "identity.sessions-ended", &object, &details).await?;
        tx.commit().await?;
        Ok(ended)
    }
}
