//! Sign-in by a provider of identities, and the link of an account to it
//! (security.md §5.7).

use chrono::{DateTime, Duration};
use kernel::AccountId;

use super::{Admitted, Identity, Visitor};
use crate::{
    Error,
    oidc::Provider,
    store::{
        self,
        oidc::{Stranger, Try},
    },
    token,
};

/// How long somebody may take at the provider.
const AWAY: Duration = Duration::minutes(10);
/// How long the account can be linked after the provider vouched.
const LINK: Duration = Duration::minutes(15);

/// Somebody goes to the provider.
#[derive(Clone, Debug)]
pub struct Departure {
    pub address: String,
    /// For the cookie that binds the way back to this browser.
    pub browser: String,
    pub seconds: u64,
}

/// Somebody comes back.
#[derive(Clone, Debug)]
pub enum Arrival {
    /// The account is linked: in, or on to the second factor.
    Known { admitted: Admitted, next: String },
    /// No account is linked: whoever signs in now may link the own one.
    Unknown { token: String, seconds: u64 },
}

/// How the own account is linked, or could be.
#[derive(Clone, Debug)]
pub struct LinkState {
    /// Who is linked, as the provider calls them.
    pub linked: Option<(String, DateTime<chrono::Utc>)>,
    /// Whom the provider vouched for in this browser a moment ago.
    pub stranger: Option<String>,
}

impl Identity {
    /// The provider of the installation, if it has one.
    pub(crate) fn provider(&self) -> Option<&Provider> {
        self.settings.provider.as_ref()
    }

    fn must_have_provider(&self) -> Result<&Provider, Error> {
        self.provider().ok_or(Error::NoProvider)
    }

    /// The way to the provider.
    ///
    /// # Errors
    /// [`Error::NoProvider`]; [`Error::Distrusted`] where it does not answer.
    pub async fn depart(&self, next: &str) -> Result<Departure, Error> {
        let provider = self.must_have_provider()?;
        let [state, browser] = [token::random()?, token::random()?];
        let it = Try {
            browser_hash: token::digest("oidc-browser", &browser),
            nonce: token::random()?,
            verifier: token::random()?,
            next: next.to_owned(),
        };
        let now = self.db.clock().now();
        let way = provider.way(&state, &it.nonce, &it.verifier, now).await?;
        let mut tx = self.db.begin_auth().await?;
        let until = tx.now() + AWAY;
        store::oidc::begin(&mut tx, &token::digest("oidc-state", &state), &it, until).await?;
        tx.commit().await?;
        Ok(Departure {
            address: way.address,
            browser,
            seconds: AWAY.num_seconds().unsigned_abs(),
        })
    }

    /// The way back: `state` and `code` are what the provider sent along.
    ///
    /// # Errors
    /// [`Error::NotAwaited`] where nobody was sent from this browser with that
    /// state, or it came back already; [`Error::Distrusted`];
    /// [`Error::WrongCredentials`] where the linked account is closed.
    #[tracing::instrument(name = "identity.arrive", skip_all)]
    pub async fn arrive(
        &self,
        state: &str,
        code: &str,
        browser: &str,
        visitor: &Visitor,
    ) -> Result<Arrival, Error> {
        let provider = self.must_have_provider()?;
        let mut tx = self.db.begin_auth().await?;
        let sent = store::oidc::take(&mut tx, &token::digest("oidc-state", state)).await?;
        tx.commit().await?;
        let here = token::digest("oidc-browser", browser);
        let sent = sent
            .filter(|it| it.browser_hash == here)
            .ok_or(Error::NotAwaited)?;
        let now = self.db.clock().now();
        let who = provider
            .who(code, &sent.verifier, &sent.nonce, now)
            .await
            .inspect_err(|error| {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "the provider is not trusted"
                );
            })?;

        let issuer = &provider.setup.issuer;
        let mut tx = self.db.begin_auth().await?;
        let Some(account) = store::oidc::linked(&mut tx, issuer, &who.subject).await? else {
            let token = token::random()?;
            let stranger = Stranger {
                issuer: issuer.clone(),
                subject: who.subject,
                label: who.label,
            };
            let until = tx.now() + LINK;
            let digest = token::digest("oidc-stranger", &token);
            store::oidc::keep_stranger(&mut tx, &digest, &stranger, until).await?;
            tx.commit().await?;
            return Ok(Arrival::Unknown {
                token,
                seconds: LINK.num_seconds().unsigned_abs(),
            });
        };
        let account = store::account::by_id(&mut tx, account)
            .await?
            .filter(|it| !it.blocked)
            .ok_or(Error::WrongCredentials)?;
        let admitted = self.enter(&mut tx, &account, false, visitor).await?;
        tx.commit().await?;
        Ok(Arrival::Known {
            admitted: admitted.ok_or(Error::WrongCredentials)?,
            next: sent.next,
        })
    }

    /// How the own account is linked; `stranger` is the cookie of somebody
    /// whom the provider vouched for.
    pub async fn link_state(
        &self,
        account: AccountId,
        stranger: Option<&str>,
    ) -> Result<LinkState, Error> {
        let provider = self.must_have_provider()?;
        let mut tx = self.db.begin_auth().await?;
        let linked = store::oidc::link_of(&mut tx, account, &provider.setup.issuer).await?;
        let found = match stranger {
            Some(it) => store::oidc::stranger(&mut tx, &token::digest("oidc-stranger", it)).await?,
            None => None,
        };
        tx.commit().await?;
        Ok(LinkState {
            linked,
            stranger: found.map(|it| it.label),
        })
    }

    /// Links the own account to whom the provider vouched for in this browser.
    ///
    /// # Errors
    /// [`Error::NotAwaited`]; [`Error::LinkedAlready`] where account or person
    /// are linked to somebody else.
    pub async fn link(&self, account: AccountId, stranger: &str) -> Result<(), Error> {
        let digest = token::digest("oidc-stranger", stranger);
        let mut tx = self.db.begin_auth().await?;
        let it = store::oidc::stranger(&mut tx, &digest)
            .await?
            .ok_or(Error::NotAwaited)?;
        store::oidc::forget_stranger(&mut tx, &digest).await?;
        if !store::oidc::link(&mut tx, account, &it).await? {
            return Err(Error::LinkedAlready);
        }
        self.note(&mut tx, account, "identity.linked").await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the link of the own account away.
    ///
    /// # Errors
    /// [`Error::NotAwaited`] where there is none.
    pub async fn unlink(&self, account: AccountId) -> Result<(), Error> {
        let provider = self.must_have_provider()?;
        let mut tx = self.db.begin_auth().await?;
        if !store::oidc::unlink(&mut tx, account, &provider.setup.issuer).await? {
            return Err(Error::NotAwaited);
        }
        self.note(&mut tx, account, "identity.unlinked").await?;
        tx.commit().await?;
        Ok(())
    }
}
