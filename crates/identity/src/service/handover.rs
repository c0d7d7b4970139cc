//! Who handed which slip to whom and when (S3:2.6, PPL-6).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use db::{Tx, audit};
use kernel::{AccountId, Actor, Reach, Right};
use serde_json::json;

use super::{
    Identity,
    members::{members_of, open_circles},
};
use crate::{Circle, Circles, Error, slip::MANY, store};

kernel::id!(/// One slip.
    SlipId);

/// A slip in the hand-over log.
#[derive(Clone, Debug)]
pub struct Handed {
    pub slip: SlipId,
    pub account: AccountId,
    pub name: String,
    pub login: String,
    pub issued_at: DateTime<Utc>,
    pub issued_by: String,
    pub handed_at: Option<DateTime<Utc>>,
    pub handed_by: String,
    pub handed_to: String,
    pub used_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

/// The log and what it can be narrowed to.
#[derive(Clone, Debug)]
pub struct Handover {
    pub lines: Vec<Handed>,
    pub circles: Vec<Circle>,
}

impl Identity {
    /// The slips in force of the people whom the actor may see, all or those
    /// of one circle, by name.
    pub async fn handover(
        &self,
        actor: &Actor,
        circles: &dyn Circles,
        chosen: Option<&str>,
    ) -> Result<Handover, Error> {
        let mut tx = self.db.begin(actor).await?;
        let (accounts, circles) = reached(&mut tx, actor, circles, chosen).await?;
        let accounts: Option<Vec<i64>> = accounts.map(|it| it.into_iter().collect());
        let mut lines = store::slip::log(&mut tx, accounts.as_deref()).await?;
        tx.commit().await?;
        lines.sort_by_cached_key(|it| (kernel::names::collation_key(&it.name), it.slip));
        Ok(Handover { lines, circles })
    }

    /// Notes that these slips were handed over; those noted before stay as
    /// they are. `to` is who took them, where it was not their owner. How many.
    ///
    /// # Errors
    /// [`Error::NobodyChosen`]; [`Error::NoSuchSlip`] where one is not the
    /// actor's to hand over.
    pub async fn hand_over(
        &self,
        actor: &Actor,
        circles: &dyn Circles,
        slips: &[SlipId],
        to: &str,
    ) -> Result<u64, Error> {
        actor.may(Right::AccountEdit)?;
        if slips.is_empty() {
            return Err(Error::NobodyChosen);
        }
        let mut tx = self.db.begin(actor).await?;
        let (accounts, _) = reached(&mut tx, actor, circles, None).await?;
        let accounts: Option<Vec<i64>> = accounts.map(|it| it.into_iter().collect());
        let known = store::slip::log(&mut tx, accounts.as_deref()).await?;
        let known: HashSet<SlipId> = known.iter().map(|it| it.slip).collect();
        if !slips.iter().all(|it| known.contains(it)) {
            return Err(Error::NoSuchSlip);
        }
        let done = store::slip::hand_over(&mut tx, slips, actor.account, to).await?;
        let details = if slips.len() > MANY {
            json!({ "count": done })
        } else {
            json!({ "count": done, "slips": slips, "to": to })
        };
        audit::record(&mut tx, "identity.slips-handed", "", &details).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// The accounts that the actor reaches, all for `None`, and the circles to choose from.
async fn reached(
    tx: &mut Tx,
    actor: &Actor,
    circles: &dyn Circles,
    chosen: Option<&str>,
) -> Result<(Option<HashSet<i64>>, Vec<Circle>), Error> {
    let reaches = actor.may(Right::AccountView)?;
    let open = open_circles(tx, actor, reaches, circles).await?;
    if chosen.is_none() && reaches.has(Reach::Org) {
        return Ok((None, open));
    }
    let wanted = open
        .iter()
        .filter(|it| chosen.is_none_or(|chosen| it.code == chosen));
    let codes: Vec<String> = wanted.map(|it| it.code.clone()).collect();
    let rows = members_of(tx, reaches, circles, Some(&codes)).await?;
    Ok((Some(rows.iter().map(|it| it.account_id).collect()), open))
}
