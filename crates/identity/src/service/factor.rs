//! The second factor of one's own account: set up, renewed, taken away; and
//! the second half of a sign-in (security.md §5.4).

use chrono::{DateTime, Duration, Utc};
use db::{Tx, audit};
use kernel::AccountId;
use serde_json::json;

use super::{
    Entered, Identity, Visitor,
    sign_in::{Admitted, count},
};
use crate::{
    Error,
    demand::obligatory_from,
    factor::{RECOVERY, Seed},
    slip::Code,
    store::{self, factor::Factor},
    throttle::Verdict,
    token,
};

/// How long the code is awaited after the password.
const HALF: Duration = Duration::minutes(5);
/// After so many wrong codes the password is asked again.
const TRIES: i32 = 5;

/// The second factor of an account.
#[derive(Clone, Copy, Debug)]
pub struct FactorState {
    pub since: Option<DateTime<Utc>>,
    pub codes_left: i64,
    /// From when the account cannot work without one.
    pub obligatory_from: Option<DateTime<Utc>>,
}

/// What the owner's device must learn.
#[derive(Clone)]
pub struct Enrolment {
    pub secret: String,
    /// `otpauth://…` for the QR code.
    pub address: String,
}

/// The secret is one: logs do not show it.
impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(***)")
    }
}

/// The password was right; the code is awaited.
#[derive(Clone, Debug)]
pub struct HalfIn {
    /// For the cookie of the page that asks the code.
    pub token: String,
    pub seconds: u64,
}

impl Identity {
    /// How far the second factor of the account is.
    pub async fn factor(&self, account: AccountId) -> Result<FactorState, Error> {
        let mut tx = self.db.begin_auth().await?;
        let factor = store::factor::of(&mut tx, account).await?;
        let codes_left = store::factor::codes_left(&mut tx, account).await?;
        let demands = store::factor::demands(&mut tx, account).await?;
        tx.commit().await?;
        Ok(FactorState {
            since: factor.and_then(|it| it.confirmed_at),
            codes_left,
            obligatory_from: obligatory_from(&demands, self.settings.factor),
        })
    }

    /// Makes a new secret that awaits its first code.
    ///
    /// # Errors
    /// [`Error::FactorOn`] where there is a factor in force.
    pub async fn begin_factor(&self, account: AccountId) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        let seed = Seed::random()?;
        let sealed = self.safe.seal(&place(account), seed.as_bytes())?;
        if !store::factor::begin(&mut tx, account, &sealed).await? {
            return Err(Error::FactorOn);
        }
        tx.commit().await?;
        Ok(())
    }

    /// The secret that awaits its first code. That of a factor in force is
    /// shown to nobody any more.
    pub async fn enrolment(&self, account: AccountId) -> Result<Option<Enrolment>, Error> {
        let mut tx = self.db.begin_auth().await?;
        let it = store::account::by_id(&mut tx, account).await?;
        let factor = store::factor::of(&mut tx, account).await?;
        tx.commit().await?;
        let (Some(it), Some(factor)) = (it, factor.filter(|it| it.confirmed_at.is_none())) else {
            return Ok(None);
        };
        let seed = self.seed(account, &factor)?;
        Ok(Some(Enrolment {
            secret: seed.text(),
            address: seed.address(&self.settings.system, &it.login),
        }))
    }

    /// Puts the factor in force with its first code. Other sessions end; the
    /// recovery codes are returned, and known to nobody afterwards.
    ///
    /// # Errors
    /// [`Error::WrongCode`], [`Error::TooOften`], [`Error::FactorOn`].
    #[tracing::instrument(name = "identity.confirm_factor", skip_all)]
    pub async fn confirm_factor(
        &self,
        account: AccountId,
        session: &str,
        typed: &str,
    ) -> Result<Vec<String>, Error> {
        let key = self.reserve_code(account).await?;
        let mut tx = self.db.begin_auth().await?;
        let factor = store::factor::of(&mut tx, account)
            .await?
            .ok_or(Error::WrongCode)?;
        if factor.confirmed_at.is_some() {
            return Err(Error::FactorOn);
        }
        if !self.fits(&mut tx, account, &factor, typed).await? {
            return Err(Error::WrongCode);
        }
        let codes = new_codes(&mut tx, account).await?;
        let session = token::session(session);
        store::session::end_others(&mut tx, account, Some(&session)).await?;
        store::session::enrolled(&mut tx, &session).await?;
        store::throttle::give_back(&mut tx, &key, None).await?;
        self.note(&mut tx, account, "identity.factor-on").await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// New recovery codes; the old ones are void.
    ///
    /// # Errors
    /// [`Error::NoFactor`].
    pub async fn renew_recovery(&self, account: AccountId) -> Result<Vec<String>, Error> {
        let mut tx = self.db.begin_auth().await?;
        self.must_have_factor(&mut tx, account).await?;
        let codes = new_codes(&mut tx, account).await?;
        self.note(&mut tx, account, "identity.recovery-renewed")
            .await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Takes the own factor away.
    ///
    /// # Errors
    /// [`Error::NoFactor`]; [`Error::FactorObligatory`] where a role asks for one.
    pub async fn drop_factor(&self, account: AccountId) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        self.must_have_factor(&mut tx, account).await?;
        let demands = store::factor::demands(&mut tx, account).await?;
        if obligatory_from(&demands, self.settings.factor).is_some() {
            return Err(Error::FactorObligatory);
        }
        store::factor::remove(&mut tx, account).await?;
        self.note(&mut tx, account, "identity.factor-off").await?;
        tx.commit().await?;
        Ok(())
    }

    /// The second half of a sign-in: the code of the device, or a recovery code.
    ///
    /// # Errors
    /// [`Error::EntryOver`] where the password must be given again,
    /// [`Error::WrongCode`], [`Error::TooOften`].
    #[tracing::instrument(name = "identity.complete", skip_all)]
    pub async fn complete(
        &self,
        half: &str,
        typed: &str,
        visitor: &Visitor,
    ) -> Result<Entered, Error> {
        let digest = token::digest("half", half);
        let mut tx = self.db.begin_auth().await?;
        let account = store::factor::half(&mut tx, &digest)
            .await?
            .ok_or(Error::EntryOver)?
            .account;
        tx.commit().await?;
        let key = self.reserve_code(account).await?;

        let mut tx = self.db.begin_auth().await?;
        let half = store::factor::half(&mut tx, &digest)
            .await?
            .ok_or(Error::EntryOver)?;
        let account = store::account::by_id(&mut tx, half.account)
            .await?
            .filter(|it| !it.blocked)
            .ok_or(Error::EntryOver)?;
        let factor = store::factor::of(&mut tx, half.account).await?;
        let fits = match &factor {
            Some(it) if it.confirmed_at.is_some() => {
                self.fits(&mut tx, half.account, it, typed).await?
                    || recovers(&mut tx, half.account, typed).await?
            }
            // Taken away meanwhile: the whole way in again.
            _ => return Err(Error::EntryOver),
        };
        if !fits {
            let over = half.failures + 1 >= TRIES;
            if over {
                store::factor::end_half(&mut tx, &digest).await?;
            } else {
                store::factor::half_failed(&mut tx, &digest).await?;
            }
            store::account::count_failure(&mut tx, half.account).await?;
            self.note(&mut tx, half.account, "identity.factor-failed")
                .await?;
            tx.commit().await?;
            return Err(if over {
                Error::EntryOver
            } else {
                Error::WrongCode
            });
        }
        store::factor::end_half(&mut tx, &digest).await?;
        store::throttle::give_back(&mut tx, &key, None).await?;
        let places = store::account::places(&mut tx, half.account).await?;
        let entered = self
            .admit(&mut tx, &account, &places, half.by_code, visitor)
            .await?
            .ok_or(Error::EntryOver)?;
        tx.commit().await?;
        Ok(entered)
    }

    /// Whether a token still awaits its code.
    pub async fn is_half_in(&self, half: &str) -> Result<bool, Error> {
        let mut tx = self.db.begin_auth().await?;
        let found = store::factor::half(&mut tx, &token::digest("half", half)).await?;
        tx.commit().await?;
        Ok(found.is_some())
    }

    /// After the password, where the account has a factor.
    pub(super) async fn half(
        &self,
        tx: &mut Tx,
        account: AccountId,
        by_code: bool,
    ) -> Result<Option<Admitted>, Error> {
        let factor = store::factor::of(tx, account).await?;
        if factor.is_none_or(|it| it.confirmed_at.is_none()) {
            return Ok(None);
        }
        let token = token::random()?;
        let expires_at = tx.now() + HALF;
        let digest = token::digest("half", &token);
        store::factor::begin_half(tx, &digest, account, by_code, expires_at).await?;
        Ok(Some(Admitted::Half(HalfIn {
            token,
            seconds: HALF.num_seconds().unsigned_abs(),
        })))
    }

    /// Whether the typed code is that of the device, which uses it up.
    pub(super) async fn fits(
        &self,
        tx: &mut Tx,
        account: AccountId,
        factor: &Factor,
        typed: &str,
    ) -> Result<bool, Error> {
        let seed = self.seed(account, factor)?;
        match seed.step_of(typed, tx.now().timestamp(), factor.last_step) {
            Some(step) => Ok(store::factor::use_step(tx, account, step).await?),
            None => Ok(false),
        }
    }

    /// Counts one guess at a code as failed before it is looked at; the key of
    /// the counter.
    pub(super) async fn reserve_code(&self, account: AccountId) -> Result<String, Error> {
        let key = format!("f:{account}");
        let mut tx = self.db.begin_auth().await?;
        let verdict = count(&mut tx, &key, None, Some(0)).await?;
        tx.commit().await?;
        match verdict {
            Verdict::Wait { seconds } => Err(Error::TooOften { seconds }),
            Verdict::Try { .. } => Ok(key),
        }
    }

    /// Seals the seeds of all second factors with the newest master key, after
    /// which the older ones may be thrown away: how many were sealed anew, and
    /// how many no key opens. May be broken off and repeated.
    pub async fn seal_factors_anew(&self) -> Result<(usize, usize), Error> {
        let mut tx = self.db.begin_auth().await?;
        let mut anew = vec![];
        let mut lost = 0;
        for (account, sealed) in store::factor::sealed(&mut tx).await? {
            if self.safe.is_of_newest(&sealed) {
                continue;
            }
            match self.safe.open(&place(account), &sealed) {
                Ok(seed) => anew.push((account, self.safe.seal(&place(account), &seed)?)),
                Err(_) => lost += 1,
            }
        }
        store::factor::seal_anew(&mut tx, &anew).await?;
        tx.commit().await?;
        Ok((anew.len(), lost))
    }

    fn seed(&self, account: AccountId, factor: &Factor) -> Result<Seed, Error> {
        let bytes = self.safe.open(&place(account), &factor.sealed_seed)?;
        Seed::from_bytes(&bytes).ok_or(Error::Sealing)
    }

    async fn must_have_factor(&self, tx: &mut Tx, account: AccountId) -> Result<(), Error> {
        let factor = store::factor::of(tx, account).await?;
        if factor.is_some_and(|it| it.confirmed_at.is_some()) {
            Ok(())
        } else {
            Err(Error::NoFactor)
        }
    }

    /// One line for each organisation of the account, so that its journal of
    /// events is whole.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        account: AccountId,
        action: &str,
    ) -> Result<(), Error> {
        let places = store::account::places(tx, account).await?;
        super::sign_in::note(tx, account, &places, action, &json!({})).await
    }
}

/// For what a seed is sealed.
fn place(account: AccountId) -> String {
    format!("factor:{account}")
}

async fn recovers(tx: &mut Tx, account: AccountId, typed: &str) -> Result<bool, Error> {
    let Some(code) = Code::read(typed) else {
        return Ok(false);
    };
    let digest = token::digest("recovery", code.plain());
    if !store::factor::use_recovery(tx, account, &digest).await? {
        return Ok(false);
    }
    audit::record_for(
        tx,
        Some(account),
        None,
        "identity.recovery-used",
        &json!({}),
    )
    .await?;
    Ok(true)
}

async fn new_codes(tx: &mut Tx, account: AccountId) -> Result<Vec<String>, Error> {
    let codes: Vec<Code> = (0..RECOVERY)
        .map(|_| Code::random())
        .collect::<Result<_, _>>()?;
    let digests: Vec<Vec<u8>> = codes
        .iter()
        .map(|it| token::digest("recovery", it.plain()))
        .collect();
    store::factor::renew_codes(tx, account, &digests).await?;
    Ok(codes.iter().map(Code::grouped).collect())
}
