//! The password or the code once more, before what is hard to undo
//! (security.md §5.2, §5.5).

use chrono::Duration;
use kernel::AccountId;

use super::Identity;
use crate::{Error, Password, store, token};

/// For so long nothing is asked again.
const FRESH: Duration = Duration::minutes(10);

impl Identity {
    /// Whether password or code were given in the session lately.
    pub async fn is_proved(&self, account: AccountId, session: &str) -> Result<bool, Error> {
        let mut tx = self.db.begin_auth().await?;
        let digest = token::session(session);
        let at = store::session::proved_at(&mut tx, account, &digest).await?;
        let now = tx.now();
        tx.commit().await?;
        Ok(at.is_some_and(|it| now < it + FRESH))
    }

    /// Takes the password, or the code of the second factor, as a proof that
    /// the owner still sits there. The session goes on under the token returned.
    ///
    /// # Errors
    /// [`Error::WrongProof`], [`Error::TooOften`].
    #[tracing::instrument(name = "identity.prove", skip_all)]
    pub async fn prove(
        &self,
        account: AccountId,
        session: &str,
        typed: &Password,
    ) -> Result<String, Error> {
        let key = self.reserve_code(account).await?;
        let mut tx = self.db.begin_auth().await?;
        let it = store::account::by_id(&mut tx, account)
            .await?
            .ok_or(Error::NoSuchMember)?;
        let factor = store::factor::of(&mut tx, account)
            .await?
            .filter(|it| it.confirmed_at.is_some());
        let by_code = match &factor {
            Some(factor) => {
                self.fits(&mut tx, account, factor, typed.as_typed())
                    .await?
            }
            None => false,
        };
        tx.commit().await?;
        let hash = it.password_hash.as_deref().filter(|_| typed.is_possible());
        if !by_code && !self.hasher.verify(typed, hash).await? {
            return Err(Error::WrongProof);
        }
        let mut tx = self.db.begin_auth().await?;
        let new = token::random()?;
        let [old_hash, new_hash] = [session, new.as_str()].map(token::session);
        if !store::session::proved(&mut tx, &old_hash, &new_hash).await? {
            return Err(Error::NoSuchSession);
        }
        store::throttle::give_back(&mut tx, &key, None).await?;
        self.note(&mut tx, account, "identity.proved").await?;
        tx.commit().await?;
        Ok(new)
    }
}
