//! The accounts of the organisation, for its administrator (PPL-5).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use db::{Tx, audit};
use kernel::{AccountId, Actor, PersonId, Reach, Reaches, Right, Role};
use serde_json::json;

use super::Identity;
use crate::{
    Error,
    api::{Circle, Circles},
    grant,
    session::is_staff,
    store,
};

/// A member as the list of accounts shows one. Never a password: nobody has it.
#[expect(clippy::struct_excessive_bools, reason = "what the list shows")]
#[derive(Clone, Debug)]
pub struct Member {
    pub account: AccountId,
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub roles: Vec<Role>,
    pub blocked: bool,
    /// Why, where it is.
    pub block_reason: String,
    /// Has a second factor.
    pub factor: bool,
    /// Chose a password already.
    pub has_password: bool,
    pub last_login_at: Option<DateTime<Utc>>,
    /// A member of another organisation too.
    pub elsewhere: bool,
    pub slip: Slip,
}

/// Whether a member can enter.
#[derive(Clone, Copy, Debug)]
pub enum Blocking<'a> {
    On { reason: &'a str },
    Off,
}

impl Blocking<'_> {
    fn reason(&self) -> &str {
        match self {
            Self::On { reason } => reason.trim(),
            Self::Off => "",
        }
    }
}

/// How far the latest slip has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    None,
    Issued { until: DateTime<Utc> },
    Used { at: DateTime<Utc> },
    Expired { at: DateTime<Utc> },
}

impl Slip {
    /// The end of the word's key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Issued { .. } => "issued",
            Self::Used { .. } => "used",
            Self::Expired { .. } => "expired",
        }
    }
}

/// Members and what the list of them can be narrowed to.
#[derive(Clone, Debug)]
pub struct Members {
    pub members: Vec<Member>,
    pub circles: Vec<Circle>,
}

impl Identity {
    /// The members whom the actor may see, all or those of one circle, by
    /// name; and the circles there are to choose from.
    ///
    /// A class teacher sees the families of the own class (C6).
    pub async fn members(
        &self,
        actor: &Actor,
        circles: &dyn Circles,
        chosen: Option<&str>,
    ) -> Result<Members, Error> {
        let reaches = actor.may(Right::AccountView)?;
        let mut tx = self.db.begin(actor).await?;
        let all = open_circles(&mut tx, actor, reaches, circles).await?;
        let codes: Option<Vec<String>> = match chosen {
            Some(chosen) => {
                let chosen = all.iter().filter(|it| it.code == chosen);
                Some(chosen.map(|it| it.code.clone()).collect())
            }
            None if reaches.has(Reach::Org) => None,
            None => Some(all.iter().map(|it| it.code.clone()).collect()),
        };
        let rows = members_of(&mut tx, reaches, circles, codes.as_deref()).await?;
        tx.commit().await?;
        let now = self.db.clock().now();
        let mut members: Vec<Member> = rows.into_iter().map(|it| member(it, now)).collect();
        members.sort_by_cached_key(|it| kernel::names::collation_key(&it.name));
        Ok(Members {
            members,
            circles: all,
        })
    }

    /// Refuses accounts that are not the actor's to issue slips for: as
    /// missing ones.
    pub(super) async fn must_reach(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        reaches: Reaches,
        circles: &dyn Circles,
        accounts: &[i64],
    ) -> Result<(), Error> {
        if reaches.has(Reach::Org) {
            return Ok(());
        }
        let own = open_circles(tx, actor, reaches, circles).await?;
        let codes: Vec<String> = own.into_iter().map(|it| it.code).collect();
        let rows = members_of(tx, reaches, circles, Some(&codes)).await?;
        let known: HashSet<i64> = rows.iter().map(|it| it.account_id).collect();
        if accounts.iter().all(|it| known.contains(it)) {
            Ok(())
        } else {
            Err(Error::NoSuchMember)
        }
    }

    /// Closes the organisation to an account, or opens it again. Sessions end
    /// at once.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`]; [`Error::NotOneself`]; [`Error::NoReason`];
    /// [`Error::LastAdmin`].
    #[tracing::instrument(name = "identity.block", skip_all)]
    pub async fn block(
        &self,
        actor: &Actor,
        account: AccountId,
        change: Blocking<'_>,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::AccountEdit)?;
        let blocked = matches!(change, Blocking::On { .. });
        if blocked && account == actor.account {
            return Err(Error::NotOneself);
        }
        let reason = change.reason();
        let mut tx = self.db.begin(actor).await?;
        let found = store::member::locked(&mut tx, &[account.get()]).await?;
        let Some(member) = found.first() else {
            return Err(Error::NoSuchMember);
        };
        if blocked && reason.is_empty() {
            return Err(Error::NoReason);
        }
        if blocked {
            let admins = store::grant::lock_admins(&mut tx).await?;
            grant::check_admins_without(account.get(), &admins)?;
        }
        store::member::block(&mut tx, account.get(), blocked, reason).await?;
        // What another organisation opened is not ours to close.
        if blocked && !member.elsewhere {
            store::session::end_of_member(&mut tx, account, None).await?;
        }
        let action = if blocked {
            "identity.blocked"
        } else {
            "identity.unblocked"
        };
        audit::record(
            &mut tx,
            action,
            &format!("identity.account:{account}"),
            &json!({ "reason": reason }),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The circles that the right reaches.
pub(super) async fn open_circles(
    tx: &mut Tx,
    actor: &Actor,
    reaches: Reaches,
    circles: &dyn Circles,
) -> Result<Vec<Circle>, Error> {
    let led_by = (!reaches.has(Reach::Org)).then_some(actor.person);
    circles.all(tx, led_by).await.map_err(Error::Circles)
}

/// Everybody, or the people of these circles. Whom a class teacher reaches is
/// a family and nothing else: a parent who is the head of the school gets no
/// new password from a class teacher.
pub(super) async fn members_of(
    tx: &mut Tx,
    reaches: Reaches,
    circles: &dyn Circles,
    codes: Option<&[String]>,
) -> Result<Vec<store::member::Row>, Error> {
    let people: Option<Vec<i64>> = match codes {
        Some([]) => Some(vec![]),
        Some(codes) => {
            let people = circles.people(tx, codes).await.map_err(Error::Circles)?;
            Some(people.iter().map(|it| it.get()).collect())
        }
        None => None,
    };
    let mut rows = store::member::list(tx, people.as_deref()).await?;
    if !reaches.has(Reach::Org) {
        let family = |it: &String| Role::from_code(it).is_some_and(|it| !is_staff(it));
        rows.retain(|it| it.roles.iter().all(family));
    }
    Ok(rows)
}

fn member(row: store::member::Row, now: DateTime<Utc>) -> Member {
    let slip = match (row.slip_issued_at, row.slip_used_at, row.slip_expires_at) {
        (Some(_), Some(at), _) => Slip::Used { at },
        (Some(_), None, Some(until)) if now < until => Slip::Issued { until },
        (Some(_), None, Some(at)) => Slip::Expired { at },
        _ => Slip::None,
    };
    Member {
        account: row.account_id.into(),
        person: row.person_id.into(),
        login: row.login,
        name: row.name,
        roles: row
            .roles
            .iter()
            .filter_map(|it| Role::from_code(it))
            .collect(),
        blocked: row.blocked_at.is_some(),
        block_reason: row.block_reason,
        factor: row.factor,
        has_password: row.has_password,
        last_login_at: row.last_login_at,
        elsewhere: row.elsewhere,
        slip,
    }
}
