//! Slips: issued by the school, used once at home (S3:2.6, security.md §5.2).

use chrono::{DateTime, Utc};
use db::{Tx, audit};
use kernel::{AccountId, Actor, OrgId, Right, Role};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Admitted, Identity, Visitor, sign_in::judge_for};
use crate::{
    Circles, Error,
    password::Password,
    session::is_staff,
    slip::{Code, LIFETIME, MANY},
    store::{self, member::Member},
};

/// Slips that were just issued; the codes are known to nobody afterwards.
#[derive(Clone, Debug)]
pub struct Issue {
    pub slips: Vec<Printed>,
    /// Who got none, and why.
    pub skipped: Vec<Skipped>,
}

/// Somebody who got no slip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub name: String,
    pub why: Why,
}

/// Why somebody got no slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    Blocked,
    /// A member of another organisation too.
    Elsewhere,
}

/// One slip to print.
#[derive(Clone)]
pub struct Printed {
    pub name: String,
    pub login: String,
    /// `abcd-efgh-jkmn`
    pub code: String,
    /// What the QR code opens.
    pub address: String,
    pub expires_at: DateTime<Utc>,
}

/// The code is a secret: logs do not show it.
impl std::fmt::Debug for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Printed(***)")
    }
}

/// Whose slip was opened.
#[derive(Clone, Debug)]
pub struct Starting {
    pub name: String,
    pub login: String,
    pub org: String,
    /// Staff choose longer passwords.
    pub staff: bool,
}

impl Identity {
    /// Issues a slip for each of these accounts; older ones become void. With
    /// `reset` their passwords become void too and their sessions end.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`] where one of them is not a member here or not
    /// of a class that the actor leads,
    /// [`Error::NobodyChosen`], [`Error::MemberElsewhere`] where nobody can
    /// get one.
    #[tracing::instrument(name = "identity.issue_slips", skip_all)]
    pub async fn issue_slips(
        &self,
        actor: &Actor,
        circles: &dyn Circles,
        accounts: &[AccountId],
        reset: bool,
    ) -> Result<Issue, Error> {
        let reaches = actor.may(Right::AccountEdit)?;
        let mut ids: Vec<i64> = accounts.iter().map(|it| it.get()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Err(Error::NobodyChosen);
        }
        let mut tx = self.db.begin(actor).await?;
        self.must_reach(&mut tx, actor, reaches, circles, &ids)
            .await?;
        let members = store::member::locked(&mut tx, &ids).await?;
        if members.len() != ids.len() {
            return Err(Error::NoSuchMember);
        }
        let (mine, skipped) = sorted_out(members);
        if mine.is_empty() {
            return Err(Error::MemberElsewhere);
        }
        let slips = self.issue(&mut tx, actor.org, Some(actor), &mine).await?;
        if reset {
            let ids: Vec<i64> = mine.iter().map(|it| it.account_id).collect();
            store::member::forget_passwords(&mut tx, &ids).await?;
        }
        tx.commit().await?;
        Ok(Issue { slips, skipped })
    }

    /// Issues a slip without anybody who asks: for the operator's command.
    /// Unlike [`Identity::issue_slips`] it serves members of several
    /// organisations too.
    pub async fn issue_by_operator(
        &self,
        tx: &mut Tx,
        account: AccountId,
    ) -> Result<Printed, Error> {
        let org = tx.org().ok_or(Error::NoSuchMember)?;
        let members = store::member::locked(tx, &[account.get()]).await?;
        let slips = self.issue(tx, org, None, &members).await?;
        slips.into_iter().next().ok_or(Error::NoSuchMember)
    }

    async fn issue(
        &self,
        tx: &mut Tx,
        org: OrgId,
        by: Option<&Actor>,
        members: &[Member],
    ) -> Result<Vec<Printed>, Error> {
        let slips = self.write_slips(tx, org, by, members).await?;
        note_issued(tx, members).await?;
        Ok(slips)
    }

    /// Writes slips; the event is the caller's work.
    pub(super) async fn write_slips(
        &self,
        tx: &mut Tx,
        org: OrgId,
        by: Option<&Actor>,
        members: &[Member],
    ) -> Result<Vec<Printed>, Error> {
        let expires_at = tx.now() + LIFETIME;
        let codes: Vec<Code> = members
            .iter()
            .map(|_| Code::random())
            .collect::<Result<_, _>>()?;
        let digests: Vec<Vec<u8>> = codes.iter().map(Code::digest).collect();
        let ids: Vec<i64> = members.iter().map(|it| it.account_id).collect();
        let issued_by = by.map(|it| it.account.get());
        store::slip::issue(tx, org.get(), &ids, &digests, issued_by, expires_at).await?;
        let printed = |(member, code): (&Member, &Code)| Printed {
            name: member.name.clone(),
            login: member.login.clone(),
            code: code.grouped(),
            address: format!("{}/start/{}", self.settings.address, code.plain()),
            expires_at,
        };
        Ok(members.iter().zip(&codes).map(printed).collect())
    }

    /// Whose slip it is, before the password is chosen. Opening the page
    /// uses nothing up: phones look at links before people do.
    ///
    /// # Errors
    /// [`Error::NoSuchSlip`], [`Error::SlipUsed`], [`Error::SlipExpired`],
    /// [`Error::SlipVoided`].
    pub async fn look_at_slip(&self, code: &str) -> Result<Starting, Error> {
        let code = Code::read(code).ok_or(Error::NoSuchSlip)?;
        let mut tx = self.db.begin_auth().await?;
        let slip = store::slip::find(&mut tx, &code.digest())
            .await?
            .ok_or(Error::NoSuchSlip)?;
        let places = store::account::places(&mut tx, slip.account).await?;
        tx.commit().await?;
        slip.issued.check(self.db.clock().now())?;
        let staff = places
            .iter()
            .filter_map(|it| Role::from_code(&it.role))
            .any(is_staff);
        Ok(Starting {
            name: slip.name,
            login: slip.login,
            org: slip.org_name,
            staff,
        })
    }

    /// Chooses the password with a slip, which is used up by it, and enters.
    #[tracing::instrument(name = "identity.start", skip_all)]
    pub async fn start(
        &self,
        code: &str,
        password: &Password,
        visitor: &Visitor,
    ) -> Result<Admitted, Error> {
        let code = Code::read(code).ok_or(Error::NoSuchSlip)?;
        let mut tx = self.db.begin_auth().await?;
        let slip = store::slip::find(&mut tx, &code.digest())
            .await?
            .ok_or(Error::NoSuchSlip)?;
        slip.issued.check(tx.now())?;
        let places = store::account::places(&mut tx, slip.account).await?;
        tx.commit().await?;
        judge_for(password, &slip.login, &places)?;
        let hash = self.hasher.hash(password).await?;

        let mut tx = self.db.begin_auth().await?;
        // Looked at again under its lock: of two browsers one comes first.
        let slip = store::slip::find(&mut tx, &code.digest())
            .await?
            .ok_or(Error::NoSuchSlip)?;
        slip.issued.check(tx.now())?;
        let account = store::account::by_id(&mut tx, slip.account)
            .await?
            .filter(|it| !it.blocked);
        let account = account.ok_or(Error::NoSuchSlip)?;
        let admitted = self.choose(&mut tx, &account, &hash, visitor).await?;
        tx.commit().await?;
        Ok(admitted)
    }

    /// Whom to ask for a new slip, where the code was once a real one.
    pub async fn whom_to_ask(&self, code: &str) -> Result<Vec<String>, Error> {
        let Some(code) = Code::read(code) else {
            return Ok(vec![]);
        };
        let mut tx = self.db.begin_auth().await?;
        let names = match store::slip::find(&mut tx, &code.digest()).await? {
            Some(slip) => store::slip::administrators(&mut tx, slip.org_id).await?,
            None => vec![],
        };
        tx.commit().await?;
        Ok(names)
    }
}

/// Who gets a slip, and who does not.
pub(super) fn sorted_out(members: Vec<Member>) -> (Vec<Member>, Vec<Skipped>) {
    let mut good = vec![];
    let mut skipped = vec![];
    for it in members {
        let why = match () {
            () if it.blocked => Why::Blocked,
            () if it.elsewhere => Why::Elsewhere,
            () => {
                good.push(it);
                continue;
            }
        };
        skipped.push(Skipped { name: it.name, why });
    }
    (good, skipped)
}

/// One event, however many slips.
pub(super) async fn note_issued(tx: &mut Tx, members: &[Member]) -> Result<(), Error> {
    let ids: Vec<i64> = members.iter().map(|it| it.account_id).collect();
    let details = if ids.len() > MANY {
        json!({ "count": ids.len() })
    } else {
        json!({ "count": ids.len(), "accounts": ids })
    };
    audit::record(tx, "identity.slips-issued", "", &details).await?;
    Ok(())
}
