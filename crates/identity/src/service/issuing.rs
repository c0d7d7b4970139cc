//! Slips for a class, or for everybody without a password, as a job
//! (PPL-5; ux.md §7, check 38).

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kernel::{Actor, PersonId, Reach, Right, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use work::{Done, Duty, Finished, Refusal, Work};

use super::{
    Identity,
    members::{members_of, open_circles},
    slips::{Issue, Printed, Skipped},
};
use crate::{Circles, Error, session::is_staff, store};

kernel::id!(/// Slips that a job issued, waiting to be printed.
    SheetId);

pub(crate) const KIND: &str = "identity.slips";
/// The codes are kept for so long.
const KEPT: Duration = Duration::hours(1);
/// So many slips are written at one time, and progress is told after them.
const CHUNK: usize = 50;

/// Who shall get slips.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Order {
    /// The code of the circle; everybody without one.
    pub(crate) circle: Option<String>,
    /// Also those who chose a password already: it becomes void.
    pub(crate) reset: bool,
}

/// The kind of work; the application registers it.
pub struct Issuing {
    pub identity: Identity,
    pub circles: Arc<dyn Circles>,
}

/// What is sealed until it is printed.
#[derive(Serialize, Deserialize)]
struct Kept {
    slips: Vec<KeptSlip>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize, Deserialize)]
struct KeptSlip {
    name: String,
    login: String,
    code: String,
    address: String,
    expires_at: DateTime<Utc>,
}

#[async_trait]
impl Work for Issuing {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn place(&self, _: &Value) -> String {
        "/settings/accounts/issue".to_owned()
    }

    async fn run(&self, actor: &Actor, duty: &Duty) -> Result<Finished, Refusal> {
        let order: Order = duty.params()?;
        let it = &self.identity;
        let reaches = actor.may(Right::AccountEdit)?;
        let mut tx = it.db.begin(actor).await.map_err(Error::from)?;
        let open = open_circles(&mut tx, actor, reaches, &*self.circles).await?;
        let codes: Option<Vec<String>> = match &order.circle {
            None if reaches.has(Reach::Org) => None,
            None => Some(open.iter().map(|it| it.code.clone()).collect()),
            Some(code) => {
                let own = open.iter().filter(|it| it.code == *code);
                Some(own.map(|it| it.code.clone()).collect())
            }
        };
        let rows = members_of(&mut tx, reaches, &*self.circles, codes.as_deref()).await?;
        // Whoever asks for slips of everybody must still be able to print them.
        let chosen = rows
            .iter()
            .filter(|it| (order.reset || !it.has_password) && it.account_id != actor.account.get());
        let ids: Vec<i64> = chosen.map(|it| it.account_id).collect();
        let members = store::member::locked(&mut tx, &ids)
            .await
            .map_err(Error::from)?;
        let (good, skipped) = super::slips::sorted_out(members);
        let total = good.len();
        let mut slips = Vec::with_capacity(total);
        for chunk in good.chunks(CHUNK) {
            duty.tell(slips.len(), total).await?;
            slips.extend(
                it.write_slips(&mut tx, actor.org, Some(actor), chunk)
                    .await?,
            );
        }
        if order.reset {
            let ids: Vec<i64> = good.iter().map(|it| it.account_id).collect();
            store::member::forget_passwords(&mut tx, &ids)
                .await
                .map_err(Error::from)?;
        }
        super::slips::note_issued(&mut tx, &good).await?;
        let failed = skipped.len();
        let sheet = it.keep_sheet(&mut tx, actor, slips, skipped).await?;
        let done = Done::new(
            format!("/settings/accounts/sheets/{sheet}"),
            "identity.slips.issued",
        )
        .with("count", &total)
        .with("skipped", &failed);
        Ok(duty.finish(tx, done).await?)
    }
}

impl Identity {
    /// The first slips of families; who has a password is left out.
    pub(super) async fn issue_first(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        people: &[PersonId],
    ) -> Result<SheetId, Error> {
        let ids: Vec<i64> = people.iter().map(|it| it.get()).collect();
        let known = store::member::of_people(tx, &ids).await?;
        let accounts: Vec<i64> = known.iter().map(|it| it.account.get()).collect();
        // Locked before it is asked who has a password: nobody chooses one meanwhile.
        let mut members = store::member::locked(tx, &accounts).await?;
        let family = |it: &String| Role::from_code(it).is_some_and(|it| !is_staff(it));
        let rows = store::member::list(tx, Some(&ids)).await?;
        let new: HashSet<i64> = rows
            .iter()
            .filter(|it| !it.has_password && it.roles.iter().all(family))
            .map(|it| it.account_id)
            .collect();
        members.retain(|it| new.contains(&it.account_id));
        let (good, skipped) = super::slips::sorted_out(members);
        if good.is_empty() {
            return Err(Error::NobodyChosen);
        }
        let slips = self.write_slips(tx, actor.org, Some(actor), &good).await?;
        super::slips::note_issued(tx, &good).await?;
        self.keep_sheet(tx, actor, slips, skipped).await
    }

    async fn keep_sheet(
        &self,
        tx: &mut db::Tx,
        actor: &Actor,
        slips: Vec<Printed>,
        skipped: Vec<Skipped>,
    ) -> Result<SheetId, Error> {
        let count = slips.len();
        let kept = |it: Printed| KeptSlip {
            name: it.name,
            login: it.login,
            code: it.code,
            address: it.address,
            expires_at: it.expires_at,
        };
        let kept = Kept {
            slips: slips.into_iter().map(kept).collect(),
            skipped,
        };
        let text = serde_json::to_vec(&kept).map_err(|_| Error::Sealing)?;
        let sealed = self.safe.seal(&place(actor), &text)?;
        let until = tx.now() + KEPT;
        let id = store::slip::keep_sheet(tx, actor, &sealed, count, until).await?;
        Ok(id.into())
    }

    /// The slips that the actor issued by a job or with an order, for an hour.
    ///
    /// # Errors
    /// [`Error::NoSuchSheet`], also for those of another.
    pub async fn sheet(&self, actor: &Actor, id: SheetId) -> Result<Issue, Error> {
        // Who enrols pupils prints the first slips of their families.
        if actor.may(Right::AccountEdit).is_err() {
            actor.may_in_org(Right::MovementEdit)?;
        }
        let mut tx = self.db.begin(actor).await?;
        let sealed = store::slip::sheet(&mut tx, id.get(), actor.account).await?;
        tx.commit().await?;
        let sealed = sealed.ok_or(Error::NoSuchSheet)?;
        let text = self
            .safe
            .open(&place(actor), &sealed)
            .map_err(|_| Error::SheetClosed)?;
        let kept: Kept = serde_json::from_slice(&text).map_err(|_| Error::Sealing)?;
        let printed = |it: KeptSlip| Printed {
            name: it.name,
            login: it.login,
            code: it.code,
            address: it.address,
            expires_at: it.expires_at,
        };
        Ok(Issue {
            slips: kept.slips.into_iter().map(printed).collect(),
            skipped: kept.skipped,
        })
    }
}

/// For what a sheet is sealed: whoever asked for it.
fn place(actor: &Actor) -> String {
    format!("sheet:{}:{}", actor.org, actor.account)
}
