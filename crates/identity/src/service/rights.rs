//! The editor of rights: roles × rights × reach, changed inside of the limits
//! that the region set (ORG-5, SEC-3, `reports-and-rules.md` §10).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Tx, audit};
use kernel::{Actor, PersonId, Reach, Reaches, Right, Role, Scope};
use serde_json::{Value, json};

use super::Identity;
use crate::{
    CellWish, Error, RightCell, RightFlaw, grant, sheet,
    store::{self, rights::Book},
};

const CHANGED: &str = "identity.rights-changed";
/// So many changes are shown; all of them stay in the log.
const MOST: i64 = 200;
const LONGEST_REASON: usize = 500;

/// All rights of the roles that occur in such an organisation.
#[derive(Clone, Debug)]
pub struct RightsSheet {
    pub roles: Vec<Role>,
    /// By right, as `Right::ALL` has them, and by role.
    pub cells: Vec<Vec<RightCell>>,
    /// The region whose limits hold here.
    pub above: Option<String>,
    /// Others lie below, for whom it sets limits.
    pub sets_limits: bool,
    pub may_edit: bool,
}

/// One role of the sheet, to be changed.
#[derive(Clone, Debug)]
pub struct RoleSheet {
    pub role: Role,
    pub roles: Vec<Role>,
    pub cells: Vec<RightCell>,
    pub above: Option<String>,
    pub sets_limits: bool,
    pub may_edit: bool,
    /// What the form has seen.
    pub version: i64,
}

/// Decisions about one role, in one go.
#[derive(Clone, Debug)]
pub struct RoleWish {
    pub cells: Vec<(Right, CellWish)>,
    pub reason: String,
    /// What the form had seen.
    pub version: i64,
    /// The right to edit rights may go from whoever asks.
    pub loses_own: bool,
}

/// Who changed what, when and why.
#[derive(Clone, Debug)]
pub struct RightsChange {
    pub at: DateTime<Utc>,
    pub by: String,
    pub role: Role,
    pub reason: String,
    pub cells: Vec<ChangedCell>,
}

/// What became of one right.
#[derive(Clone, Debug)]
pub struct ChangedCell {
    pub right: Right,
    pub from: Reaches,
    pub to: Reaches,
    pub locked: bool,
    pub widest: Option<Reaches>,
}

impl Identity {
    /// The whole sheet.
    pub async fn rights(&self, actor: &Actor) -> Result<RightsSheet, Error> {
        actor.may_in_org(Right::RoleView)?;
        let mut tx = self.db.begin(actor).await?;
        let book = store::rights::book(&mut tx).await?;
        tx.commit().await?;
        let roles = book.roles();
        let line = |right| -> Vec<RightCell> {
            roles.iter().map(|role| book.cell(*role, right)).collect()
        };
        Ok(RightsSheet {
            cells: Right::ALL.into_iter().map(line).collect(),
            sets_limits: book.sets_limits(),
            above: book.above.clone(),
            may_edit: actor.may_in_org(Right::RoleEdit).is_ok(),
            roles,
        })
    }

    /// One role of the sheet.
    ///
    /// # Errors
    /// [`Error::NoSuchRole`] where it does not occur in such an organisation.
    pub async fn rights_of_role(&self, actor: &Actor, role: Role) -> Result<RoleSheet, Error> {
        actor.may_in_org(Right::RoleView)?;
        let mut tx = self.db.begin(actor).await?;
        let book = store::rights::book(&mut tx).await?;
        tx.commit().await?;
        let roles = book.roles();
        if !roles.contains(&role) {
            return Err(Error::NoSuchRole);
        }
        let cells = Right::ALL.into_iter().map(|it| book.cell(role, it));
        let may_edit = actor.may_in_org(Right::RoleEdit).is_ok()
            && (role != Role::Admin || actor.may_in_org(Right::AccountEdit).is_ok());
        Ok(RoleSheet {
            role,
            cells: cells.collect(),
            version: book.version(role),
            sets_limits: book.sets_limits(),
            above: book.above.clone(),
            may_edit,
            roles,
        })
    }

    /// Decides about the rights of a role; acts on the next request of each
    /// who holds it, and is kept with the reason. Nothing happens where
    /// nothing is decided anew.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::Right`] where a limit, a lock or the
    /// order of seeing and changing forbids it, [`Error::LosesOwnRight`],
    /// [`Error::LastAdmin`] where nobody would be left to give rights back,
    /// [`Error::ChangedMeanwhile`].
    #[tracing::instrument(name = "identity.change_rights", skip_all)]
    pub async fn change_rights(
        &self,
        actor: &Actor,
        role: Role,
        wish: &RoleWish,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::RoleEdit)?;
        if role == Role::Admin {
            actor.may_in_org(Right::AccountEdit)?;
        }
        let reason = reason(&wish.reason)?;
        let mut tx = self.db.begin(actor).await?;
        store::grant::lock_admins(&mut tx).await?;
        let before = store::rights::book(&mut tx).await?;
        if !before.roles().contains(&role) {
            return Err(Error::NoSuchRole);
        }
        if before.version(role) != wish.version {
            return Err(Error::ChangedMeanwhile);
        }
        let wishes = before.anew(role, &wish.cells);
        if wishes.is_empty() {
            return Ok(());
        }
        let is_admin = actor.may_in_org(Right::AccountEdit).is_ok();
        before.check(role, &wishes, is_admin)?;
        store::rights::decide(&mut tx, role, &wishes, reason).await?;
        let after = store::rights::book(&mut tx).await?;
        after.check_pairs(role, &wishes)?;
        if !wish.loses_own && !after.edits_rights(actor.grants.iter().map(|it| (it.role, it.scope)))
        {
            return Err(Error::LosesOwnRight);
        }
        let left = store::grant::in_force(&mut tx, None).await?;
        let active = left.iter().filter(|it| !it.blocked);
        let held = active.filter_map(|it| grant::grant(&it.role, &it.scope_kind, it.scope_id));
        if !after.edits_rights(held.map(|it| (it.role, it.scope))) {
            return Err(Error::LastAdmin);
        }
        note(&mut tx, role, reason, &wishes, &before, &after).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was changed, the latest first.
    pub async fn rights_history(&self, actor: &Actor) -> Result<Vec<RightsChange>, Error> {
        actor.may_in_org(Right::RoleView)?;
        let mut tx = self.db.begin(actor).await?;
        let filter = audit::Filter {
            actions: vec![CHANGED.to_owned()],
            ..audit::Filter::default()
        };
        let entries = audit::list(&mut tx, &filter, MOST).await?;
        let people: Vec<i64> = entries
            .iter()
            .filter_map(|it| it.person)
            .map(PersonId::get)
            .collect();
        let names = store::member::names(&mut tx, &people).await?;
        tx.commit().await?;
        Ok(entries.iter().filter_map(|it| change(it, &names)).collect())
    }
}

impl Book {
    fn cell(&self, role: Role, right: Right) -> RightCell {
        RightCell::of(role, right, &self.rules)
    }

    fn sets_limits(&self) -> bool {
        matches!(self.kind.as_str(), "region" | "ministry")
    }

    /// The roles that occur in such an organisation.
    fn roles(&self) -> Vec<Role> {
        let of_units = |it: &Role| {
            matches!(
                it,
                Role::MunicipalOperator | Role::Ministry | Role::RegionAdmin
            )
        };
        let all = Role::ALL.into_iter();
        match self.kind.as_str() {
            "region" | "ministry" => all.collect(),
            "municipality" => all
                .filter(|it| {
                    matches!(
                        it,
                        Role::Director
                            | Role::Deputy
                            | Role::Admin
                            | Role::Secretary
                            | Role::MunicipalOperator
                    )
                })
                .collect(),
            _ => all.filter(|it| !of_units(it)).collect(),
        }
    }

    /// Grows with every own decision about the role.
    fn version(&self, role: Role) -> i64 {
        let own = self.rules.iter().filter(|it| it.own);
        own.filter(|it| it.role == role.code())
            .map(|it| it.version)
            .sum()
    }

    /// What is decided otherwise than it was.
    fn anew(&self, role: Role, wishes: &[(Right, CellWish)]) -> Vec<(Right, CellWish)> {
        let other = |it: &&(Right, CellWish)| self.cell(role, it.0).own != it.1;
        wishes.iter().filter(other).copied().collect()
    }

    /// Locks, limits and choices.
    fn check(&self, role: Role, wishes: &[(Right, CellWish)], is_admin: bool) -> Result<(), Error> {
        for (right, wish) in wishes {
            let cell = self.cell(role, *right);
            let flaw = |flaw| Err(Error::Right(*right, flaw));
            let limits = wish.locked || wish.widest.is_some();
            if cell.locked {
                return flaw(RightFlaw::Locked);
            }
            if sheet::keeps_rights(*right) && !is_admin {
                return flaw(RightFlaw::OnlyAdmin);
            }
            if limits && !self.sets_limits() {
                return flaw(RightFlaw::NoLimits);
            }
            let choices = cell.choices();
            let known = |it: Option<Reaches>| it.is_none_or(|it| choices.contains(&it));
            if !known(wish.reaches) || !known(wish.widest) {
                return flaw(RightFlaw::TooWide);
            }
        }
        Ok(())
    }

    /// Whoever changes a thing sees it.
    fn check_pairs(&self, role: Role, wishes: &[(Right, CellWish)]) -> Result<(), Error> {
        let touched = |right| wishes.iter().any(|it| it.0 == right);
        for (view, edit) in sheet::PAIRS {
            if !touched(view) && !touched(edit) {
                continue;
            }
            let (sees, changes) = (self.cell(role, view), self.cell(role, edit));
            if !changes.reaches.is_within(sees.reaches) {
                return Err(Error::Right(edit, RightFlaw::Unseen));
            }
        }
        Ok(())
    }

    /// Whether any of these roles edits the rights of the whole organisation.
    fn edits_rights(&self, mut held: impl Iterator<Item = (Role, Scope)>) -> bool {
        held.any(|(role, scope)| {
            let reaches = self.cell(role, Right::RoleEdit).reaches;
            scope == Scope::Org && reaches.has(Reach::Org)
        })
    }
}

/// The reason as it is kept.
fn reason(typed: &str) -> Result<&str, Error> {
    let typed = typed.trim();
    if typed.is_empty() || typed.chars().count() > LONGEST_REASON {
        return Err(Error::NoReason);
    }
    Ok(typed)
}

async fn note(
    tx: &mut Tx,
    role: Role,
    reason: &str,
    wishes: &[(Right, CellWish)],
    before: &Book,
    after: &Book,
) -> Result<(), Error> {
    let cells = wishes.iter().map(|(right, wish)| {
        json!({
            "right": right.code(),
            "from": before.cell(role, *right).reaches.bits(),
            "to": after.cell(role, *right).reaches.bits(),
            "locked": wish.locked,
            "widest": wish.widest.map(Reaches::bits),
        })
    });
    let details = json!({ "reason": reason, "cells": cells.collect::<Vec<Value>>() });
    let object = format!("identity.role:{}", role.code());
    audit::record(tx, CHANGED, &object, &details).await?;
    Ok(())
}

/// A line of the log as a change; one that a newer version wrote is left out.
fn change(entry: &audit::Entry, names: &HashMap<PersonId, String>) -> Option<RightsChange> {
    let role = entry.object.as_deref()?.strip_prefix("identity.role:")?;
    let cells = entry.details.get("cells")?.as_array()?;
    let by = entry.person.and_then(|it| names.get(&it));
    Some(RightsChange {
        at: entry.at,
        by: by.cloned().unwrap_or_default(),
        role: Role::from_code(role)?,
        reason: entry.details.get("reason")?.as_str()?.to_owned(),
        cells: cells.iter().filter_map(changed_cell).collect(),
    })
}

fn changed_cell(it: &Value) -> Option<ChangedCell> {
    let bits = |name: &str| Reaches::from_bits(u8::try_from(it.get(name)?.as_u64()?).ok()?);
    Some(ChangedCell {
        right: Right::from_code(it.get("right")?.as_str()?)?,
        from: bits("from")?,
        to: bits("to")?,
        locked: it.get("locked")?.as_bool()?,
        widest: bits("widest"),
    })
}
