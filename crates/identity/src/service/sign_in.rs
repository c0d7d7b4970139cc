//! Login with password or slip, the choice of a password, and the way out.

use std::time::Duration as Pause;

use chrono::{DateTime, Utc};
use db::{Tx, audit};
use kernel::{AccountId, OrgId, Role};
use serde_json::{Value, json};

use super::{HalfIn, Identity};
use crate::{
    Error,
    demand::obligatory_from,
    password::{Password, judge},
    session::{NewSession, is_staff},
    slip::Code,
    store::{
        self,
        account::{Account, Place},
    },
    throttle::{self, Counters, Verdict},
    token,
};

/// Where a sign-in comes from.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The device cookie, if one was sent.
    pub device: Option<String>,
    /// The session that this browser has now; it ends with the new one.
    pub session: Option<String>,
    pub address: String,
    pub agent: String,
}

/// Somebody wants in.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub login: String,
    pub password: Password,
    pub visitor: Visitor,
}

/// Somebody is in.
#[derive(Clone, Debug)]
pub struct Entered {
    /// For the session cookie.
    pub token: String,
    /// How long the browser shall keep it; until it is closed where none.
    pub seconds: Option<u64>,
    /// For the device cookie.
    pub device: String,
    /// The password must be chosen now.
    pub must_change: bool,
    /// The second factor must be set up now.
    pub must_enrol: bool,
    /// By when it must be, where it still need not.
    pub enrol_by: Option<DateTime<Utc>>,
    /// Where a person of these roles begins.
    pub home: String,
    /// The time zone of the first organisation.
    pub zone: String,
    /// The sign-in before this one, and failures since.
    pub last_login_at: Option<DateTime<Utc>>,
    pub failures: i32,
}

/// Somebody proved who they are, with all that is asked or without the code.
#[derive(Clone, Debug)]
pub enum Admitted {
    In(Entered),
    Half(HalfIn),
}

/// What a session is opened as.
#[derive(Clone, Copy)]
struct How {
    staff: bool,
    by_code: bool,
    must_enrol: bool,
}

/// The keys of the counters of one attempt.
struct Keys {
    own: String,
    account: Option<String>,
}

impl Identity {
    /// Signs in with login and password, or with the code of a slip in its
    /// place; then the password must be chosen first (PPL-5).
    ///
    /// # Errors
    /// [`Error::WrongCredentials`] for whatever does not fit,
    /// [`Error::TooOften`] with seconds to wait, [`Error::Busy`].
    #[tracing::instrument(name = "identity.sign_in", skip_all)]
    pub async fn sign_in(&self, attempt: &Attempt) -> Result<Admitted, Error> {
        let login = attempt.login.trim().to_lowercase();
        let (account, keys) = self.reserve(&login, &attempt.visitor).await?;
        let possible = attempt.password.is_possible();
        let hash = account
            .as_ref()
            .and_then(|it| it.password_hash.as_deref())
            .filter(|_| possible);
        let fits = self.hasher.verify(&attempt.password, hash).await?;

        let mut tx = self.db.begin_auth().await?;
        let admitted = match account.filter(|it| !it.blocked) {
            Some(account) => {
                let by_code = !fits && opens(&mut tx, &account, &attempt.password).await?;
                if fits || by_code {
                    self.enter(&mut tx, &account, by_code, &attempt.visitor)
                        .await?
                } else {
                    None
                }
            }
            None => None,
        };
        let Some(admitted) = admitted else {
            refuse(&mut tx, &login, &attempt.visitor).await?;
            tx.commit().await?;
            return Err(Error::WrongCredentials);
        };
        store::throttle::give_back(&mut tx, &keys.own, keys.account.as_deref()).await?;
        tx.commit().await?;
        Ok(admitted)
    }

    /// Counts the attempt as failed before it is tried, or refuses it.
    async fn reserve(
        &self,
        login: &str,
        visitor: &Visitor,
    ) -> Result<(Option<Account>, Keys), Error> {
        let mut tx = self.db.begin_auth().await?;
        let digest = token::login(login);
        let account = store::account::by_login(&mut tx, login).await?;
        let device = visitor.device.as_deref().map(token::device);
        let known = match (&account, &device) {
            (Some(account), Some(device)) => {
                store::throttle::knows_device(&mut tx, account.id, device).await?
            }
            _ => false,
        };
        let (keys, verdict) = if known {
            let device = device.unwrap_or_default();
            let own = format!("d:{}:{}", token::hex(&device), token::hex(&digest));
            let verdict = count(&mut tx, &own, None, None).await?;
            (Keys { own, account: None }, verdict)
        } else {
            let [own, all] = ["u", "a"].map(|it| format!("{it}:{}", token::hex(&digest)));
            let since = tx.now() - throttle::WINDOW;
            let failed =
                store::throttle::failed_from(&mut tx, &visitor.address, &digest, since).await?;
            let verdict = count(&mut tx, &own, Some(&all), Some(failed)).await?;
            (
                Keys {
                    own,
                    account: Some(all),
                },
                verdict,
            )
        };
        tx.commit().await?;
        let after = match verdict {
            Verdict::Wait { seconds } => return Err(Error::TooOften { seconds }),
            Verdict::Try { after } => after.to_std().unwrap_or(Pause::ZERO),
        };
        if self.settings.patience && !after.is_zero() {
            tokio::time::sleep(after).await;
        }
        Ok((account, keys))
    }

    /// Lets an account in that proved itself, or asks for the code of its
    /// second factor; `None` where it has no role anywhere.
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        account: &Account,
        by_code: bool,
        visitor: &Visitor,
    ) -> Result<Option<Admitted>, Error> {
        let places = store::account::places(tx, account.id).await?;
        if places.is_empty() {
            return Ok(None);
        }
        if let Some(half) = self.half(tx, account.id, by_code).await? {
            return Ok(Some(half));
        }
        let entered = self.admit(tx, account, &places, by_code, visitor).await?;
        Ok(entered.map(Admitted::In))
    }

    /// Opens a session for an account that proved itself wholly; `None` where
    /// it has no role anywhere.
    pub(super) async fn admit(
        &self,
        tx: &mut Tx,
        account: &Account,
        places: &[Place],
        by_code: bool,
        visitor: &Visitor,
    ) -> Result<Option<Entered>, Error> {
        let Some(first) = places.first() else {
            return Ok(None);
        };
        let staff = is_of_staff(places);
        if let Some(old) = &visitor.session {
            store::session::end(tx, &token::session(old)).await?;
        }
        let demands = store::factor::demands(tx, account.id).await?;
        let factor = store::factor::of(tx, account.id).await?;
        let without = factor.is_none_or(|it| it.confirmed_at.is_none());
        let enrol_by = obligatory_from(&demands, self.settings.factor).filter(|_| without);
        let must_enrol = enrol_by.is_some_and(|it| it <= tx.now());
        let how = How {
            staff,
            by_code,
            must_enrol,
        };
        let token = self.open_session(tx, account.id, how, visitor).await?;
        let device = remember(tx, account.id, visitor).await?;
        store::account::signed_in(tx, account.id).await?;
        let details = json!({ "by_code": by_code, "agent": visitor.agent, "factor": !without });
        note(tx, account.id, places, "identity.sign-in", &details).await?;
        Ok(Some(Entered {
            token,
            seconds: self.cookie_seconds(staff),
            device,
            must_change: by_code,
            must_enrol,
            enrol_by,
            home: home(places),
            zone: first.zone.clone(),
            last_login_at: account.last_login_at,
            failures: account.failures_since,
        }))
    }

    async fn open_session(
        &self,
        tx: &mut Tx,
        account: AccountId,
        how: How,
        visitor: &Visitor,
    ) -> Result<String, Error> {
        let token = token::random()?;
        let at = tx.now();
        let expires_at = at + self.settings.lifetimes.longest(how.staff);
        let session = NewSession {
            token_hash: token::session(&token),
            account,
            at,
            idle_until: expires_at.min(at + self.settings.lifetimes.idle(how.staff)),
            expires_at,
            address: visitor.address.clone(),
            agent: visitor.agent.clone(),
            by_code: how.by_code,
            must_enrol: how.must_enrol,
        };
        store::session::insert(tx, &session).await?;
        Ok(token)
    }

    /// The phone of a family stays signed in; the computer of a school does
    /// not outlive the browser's window.
    pub(crate) fn cookie_seconds(&self, staff: bool) -> Option<u64> {
        let longest = self.settings.lifetimes.longest(staff).num_seconds();
        (!staff).then(|| longest.unsigned_abs())
    }

    /// Changes the own password. Every session of the account ends, and this
    /// browser gets a new one. Who came with a slip is not asked for the old
    /// password.
    pub async fn change_password(
        &self,
        account: AccountId,
        current: Option<&Password>,
        new: &Password,
        visitor: &Visitor,
    ) -> Result<Entered, Error> {
        let session = visitor
            .session
            .as_deref()
            .map(token::session)
            .unwrap_or_default();
        let mut tx = self.db.begin_auth().await?;
        let it = store::account::by_id(&mut tx, account)
            .await?
            .ok_or(Error::NoSuchMember)?;
        let places = store::account::places(&mut tx, account).await?;
        let by_code = store::session::is_by_code(&mut tx, &session).await?;
        let key = format!("p:{}", token::hex(&token::login(&it.login)));
        let verdict = if by_code {
            None
        } else {
            Some(count(&mut tx, &key, None, None).await?)
        };
        tx.commit().await?;
        if let Some(Verdict::Wait { seconds }) = verdict {
            return Err(Error::TooOften { seconds });
        }
        if !by_code {
            let nothing = Password::new("");
            let current = current.unwrap_or(&nothing);
            if !self
                .hasher
                .verify(current, it.password_hash.as_deref())
                .await?
            {
                return Err(Error::WrongPassword);
            }
        }
        judge_for(new, &it.login, &places)?;
        let hash = self.hasher.hash(new).await?;

        let mut tx = self.db.begin_auth().await?;
        store::throttle::give_back(&mut tx, &key, None).await?;
        set_password(&mut tx, &it, &hash, &places).await?;
        // The session that asks proved the second factor when it was opened.
        let entered = self.admit(&mut tx, &it, &places, false, visitor).await?;
        tx.commit().await?;
        entered.ok_or(Error::WrongCredentials)
    }

    /// Keeps the new password, ends what the old one opened, and enters as far
    /// as a password leads.
    pub(super) async fn choose(
        &self,
        tx: &mut Tx,
        account: &Account,
        hash: &str,
        visitor: &Visitor,
    ) -> Result<Admitted, Error> {
        let places = store::account::places(tx, account.id).await?;
        set_password(tx, account, hash, &places).await?;
        self.enter(tx, account, false, visitor)
            .await?
            .ok_or(Error::WrongCredentials)
    }

    /// Whether a session may choose a password without the old one.
    pub async fn came_with_slip(&self, token: &str) -> Result<bool, Error> {
        let mut tx = self.db.begin_auth().await?;
        let by_code = store::session::is_by_code(&mut tx, &token::session(token)).await?;
        tx.commit().await?;
        Ok(by_code)
    }

    /// Ends the session on the server.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        let mut tx = self.db.begin_auth().await?;
        if let Some(account) = store::session::end(&mut tx, &token::session(token)).await? {
            let places = store::account::places(&mut tx, account).await?;
            note(&mut tx, account, &places, "identity.sign-out", &json!({})).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Locks and judges the counters, and reserves a failure on them. `failed`
/// are the accounts that failed from the address; none from a known device.
pub(super) async fn count(
    tx: &mut Tx,
    own: &str,
    account: Option<&str>,
    failed: Option<i64>,
) -> Result<Verdict, Error> {
    let keys: Vec<String> = std::iter::once(own)
        .chain(account)
        .map(str::to_owned)
        .collect();
    let found = store::throttle::locked(tx, &keys).await?;
    let of = |key: &str| found.iter().find(|it| it.0 == key).map(|it| it.1);
    let now = tx.now();
    let counters = match failed {
        None => Counters::Known { device: of(own) },
        Some(failed_from_address) => Counters::Unknown {
            shared: of(own),
            account: account.and_then(of),
            failed_from_address,
        },
    };
    let verdict = throttle::decide(counters, now);
    if matches!(verdict, Verdict::Try { .. }) {
        let mut next = vec![(own.to_owned(), throttle::one_more(of(own), now))];
        if let Some(key) = account {
            next.push((key.to_owned(), throttle::one_more_for_account(of(key), now)));
        }
        store::throttle::save(tx, &next).await?;
    }
    Ok(verdict)
}

/// Whether what was typed as password is the code of a slip of the account.
async fn opens(tx: &mut Tx, account: &Account, typed: &Password) -> Result<bool, Error> {
    let Some(code) = Code::read(typed.as_typed()) else {
        return Ok(false);
    };
    let slip = store::slip::find(tx, &code.digest()).await?;
    let now = tx.now();
    Ok(slip.is_some_and(|it| it.account == account.id && it.issued.check(now).is_ok()))
}

async fn refuse(tx: &mut Tx, login: &str, visitor: &Visitor) -> Result<(), Error> {
    store::throttle::note_failed_from(tx, &visitor.address, &token::login(login)).await?;
    let account = store::account::by_login(tx, login).await?.map(|it| it.id);
    if let Some(account) = account {
        store::account::count_failure(tx, account).await?;
    }
    let details = json!({ "agent": visitor.agent });
    let action = "identity.sign-in-failed";
    if let Some(account) = account {
        let places = store::account::places(tx, account).await?;
        note(tx, account, &places, action, &details).await
    } else {
        Ok(audit::record_for(tx, None, None, action, &details).await?)
    }
}

/// One line for each organisation of the account: the journal of each is
/// whole (SEC-4). One without organisation where there is none.
pub(super) async fn note(
    tx: &mut Tx,
    account: AccountId,
    places: &[Place],
    action: &str,
    details: &Value,
) -> Result<(), Error> {
    let mut orgs: Vec<Option<OrgId>> = places.iter().map(|it| Some(it.org)).collect();
    orgs.dedup();
    if orgs.is_empty() {
        orgs.push(None);
    }
    for org in orgs {
        audit::record_for(tx, Some(account), org, action, details).await?;
    }
    Ok(())
}

/// Keeps the new password and ends what the old one opened.
async fn set_password(
    tx: &mut Tx,
    account: &Account,
    hash: &str,
    places: &[Place],
) -> Result<(), Error> {
    store::account::set_password(tx, account.id, hash).await?;
    store::slip::use_up(tx, account.id).await?;
    store::session::end_others(tx, account.id, None).await?;
    note(
        tx,
        account.id,
        places,
        "identity.password-chosen",
        &json!({}),
    )
    .await
}

fn is_of_staff(places: &[Place]) -> bool {
    places
        .iter()
        .filter_map(|it| Role::from_code(&it.role))
        .any(is_staff)
}

/// Keeps the device cookie that is known to be ours, for the accounts of a
/// whole family; otherwise makes a new one, so that nobody can plant one.
async fn remember(tx: &mut Tx, account: AccountId, visitor: &Visitor) -> Result<String, Error> {
    let sent = visitor.device.as_deref().filter(|it| !it.is_empty());
    let device = match sent {
        Some(it) if store::throttle::is_device(tx, &token::device(it)).await? => it.to_owned(),
        _ => token::random()?,
    };
    store::throttle::remember_device(tx, account, &token::device(&device)).await?;
    Ok(device)
}

/// Judges a new password with what is known of its owner.
pub(super) fn judge_for(password: &Password, login: &str, places: &[Place]) -> Result<(), Error> {
    let staff = is_of_staff(places);
    let mut context = vec![login];
    for it in places {
        context.extend([it.name.as_str(), it.org_name.as_str(), it.org_code.as_str()]);
    }
    Ok(judge(password, staff, &context)?)
}

/// Staff begin in their organisation, families with their day.
fn home(places: &[Place]) -> String {
    let role = |it: &Place| Role::from_code(&it.role).is_some_and(is_staff);
    match places.iter().find(|it| role(it)) {
        Some(it) => format!("/o/{}/", it.org_code),
        None => "/my/day".to_owned(),
    }
}
