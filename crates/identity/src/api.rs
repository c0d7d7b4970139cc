//! What other domains may ask of accounts, and what identity asks of them.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{AccountId, Actor, Fault, Grant, PersonId, Role, Scope};
use serde::Serialize;

use crate::{Error, SheetId};

/// Somebody who shall have a login in the organisation of the transaction.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub person: PersonId,
    pub last_name: String,
    pub first_name: String,
    pub middle_name: Option<String>,
    pub grants: Vec<Grant>,
}

/// The login of a person in the organisation of the transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberLogin {
    pub person: PersonId,
    pub account: AccountId,
    pub login: String,
}

/// Accounts, for the domains that bring people in and see them leave (PPL-5).
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Gives each person a login (or finds the one they have here) and the
    /// grants that are missing. No password yet: that is the slip's work.
    /// One call for a whole import.
    async fn open(&self, tx: &mut Tx, members: &[NewMember]) -> Result<Vec<MemberLogin>, Error>;
    /// Slips to print, on a sheet for whoever asks, for those of these people
    /// who have no password yet: families alone, and nobody's password
    /// becomes void. Who may ask is the caller's to say.
    ///
    /// # Errors
    /// [`Error::NobodyChosen`] where everybody can enter already.
    async fn first_slips(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        people: &[PersonId],
    ) -> Result<SheetId, Error>;
    /// Ends all grants of these people here; their sessions lose this organisation at once.
    async fn close(&self, tx: &mut Tx, people: &[PersonId]) -> Result<(), Error>;
    /// The logins of these people here.
    async fn logins(&self, tx: &mut Tx, people: &[PersonId]) -> Result<Vec<MemberLogin>, Error>;
    /// Destroys logins, passwords and sessions of these members who left
    /// (152-FZ); who is a member elsewhere keeps the account. Their number.
    async fn forget(&self, tx: &mut Tx, accounts: &[AccountId]) -> Result<usize, Error> {
        Ok(crate::store::member::forget_accounts(tx, accounts).await?)
    }
    /// How far the account of everybody here is, read once in a transaction
    /// that only looks (S3:2.6).
    async fn handed_over(&self, tx: &mut Tx) -> Result<Arc<HandedOver>, Error> {
        if let Some(known) = tx.kept() {
            return Ok(known);
        }
        let found = crate::store::member::handed_over(tx).await?;
        Ok(tx.keep(HandedOver(found)))
    }
    /// Everybody who has an account here, and when it was last used, if ever
    /// (S2 annex 1, 2.3).
    async fn last_used(
        &self,
        tx: &mut Tx,
    ) -> Result<HashMap<PersonId, Option<DateTime<Utc>>>, Error> {
        Ok(crate::store::member::last_used(tx).await?)
    }
}

/// The accounts of an organisation: who has one, and who can enter with it.
#[derive(Clone, Debug, Default)]
pub struct HandedOver(pub(crate) HashMap<PersonId, Opened>);

/// The account of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    pub account: AccountId,
    /// A password was chosen, or a slip to choose it with was printed and is
    /// still good.
    pub handed: bool,
}

impl HandedOver {
    /// The account of a person who is a member here.
    pub fn of(&self, person: PersonId) -> Option<Opened> {
        self.0.get(&person).copied()
    }
}

/// Who holds which role, for the domains that tell people what is theirs to do.
#[async_trait]
pub trait Holders: Send + Sync {
    /// The people who hold one of these roles for the whole organisation of
    /// the transaction, as (role, person), unordered.
    async fn holders(&self, tx: &mut Tx, roles: &[Role]) -> Result<Vec<(Role, PersonId)>, Error>;
}

/// People that belong together, such as the pupils and parents of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Circle {
    /// Its name in URLs.
    pub code: String,
    /// «5А».
    pub label: String,
}

/// A class, a group or a child that a role may be narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub scope: Scope,
    /// «5А», «5А, Информатика, 1-я группа», «Козлов Дмитрий».
    pub label: String,
    /// The class of a child.
    pub class: Option<String>,
}

/// Circles of accounts: the list is narrowed to one, and a class teacher has
/// no others than the own (`reports-and-rules.md` §10). Classes are above this
/// crate, so the application plugs them in.
#[async_trait]
pub trait Circles: Send + Sync {
    /// All circles of the organisation, or those that this teacher leads, in
    /// the order to show.
    async fn all(
        &self,
        tx: &mut Tx,
        led_by: Option<PersonId>,
    ) -> Result<Vec<Circle>, Box<dyn Fault>>;
    /// The people of these; nobody where there is no such circle.
    async fn people(&self, tx: &mut Tx, codes: &[String]) -> Result<Vec<PersonId>, Box<dyn Fault>>;
    /// What a role may be narrowed to on that day: classes, then groups, then
    /// children, each in the order to show.
    async fn places(&self, tx: &mut Tx, on: NaiveDate) -> Result<Vec<Place>, Box<dyn Fault>>;
}
