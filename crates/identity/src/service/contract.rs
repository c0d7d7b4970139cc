//! What other domains ask for: logins for people who come, an end for those
//! who leave.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use db::Tx;
use kernel::{
    AccountId, Actor, Grant, OrgId, PersonId, Role, names::FullName, text::login_candidates,
};

use super::{Identity, SheetId, slips::Printed};
use crate::{
    Error,
    api::{Accounts, Holders, MemberLogin, NewMember},
    store,
};

#[async_trait]
impl Holders for Identity {
    async fn holders(&self, tx: &mut Tx, roles: &[Role]) -> Result<Vec<(Role, PersonId)>, Error> {
        Ok(store::grant::holders(tx, roles).await?)
    }
}

#[async_trait]
impl Accounts for Identity {
    async fn open(&self, tx: &mut Tx, members: &[NewMember]) -> Result<Vec<MemberLogin>, Error> {
        let org = org_of(tx)?;
        let people: Vec<PersonId> = members.iter().map(|it| it.person).collect();
        let mut known = by_person(tx, &people).await?;
        let mut seen = HashSet::new();
        let new: Vec<&NewMember> = members
            .iter()
            .filter(|it| !known.contains_key(&it.person) && seen.insert(it.person))
            .collect();
        let wishes: Vec<String> = new.iter().map(|it| wish(it)).collect();
        if !wishes.is_empty() {
            let opened = store::member::open_accounts(tx, &wishes).await?;
            for (member, (account, login)) in new.iter().zip(opened) {
                known.insert(
                    member.person,
                    MemberLogin {
                        person: member.person,
                        account,
                        login,
                    },
                );
            }
        }
        let logins = members
            .iter()
            .filter_map(|it| known.get(&it.person).cloned())
            .collect();
        join(tx, org, &known, members).await?;
        Ok(logins)
    }

    async fn first_slips(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        people: &[PersonId],
    ) -> Result<SheetId, Error> {
        self.issue_first(tx, actor, people).await
    }

    async fn close(&self, tx: &mut Tx, people: &[PersonId]) -> Result<(), Error> {
        Ok(store::member::leave(tx, people).await?)
    }

    async fn logins(&self, tx: &mut Tx, people: &[PersonId]) -> Result<Vec<MemberLogin>, Error> {
        let people: Vec<i64> = people.iter().map(|it| it.get()).collect();
        Ok(store::member::of_people(tx, &people).await?)
    }
}

impl Identity {
    /// Makes somebody known by their login a member of the organisation of
    /// the transaction too: the parent of children in two schools, the
    /// teacher of two. For the operator's command and the demonstration; no
    /// page does it, because a school must not seize foreign accounts.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`] where nobody has the login.
    pub async fn join(
        &self,
        tx: &mut Tx,
        login: &str,
        member: &NewMember,
    ) -> Result<MemberLogin, Error> {
        let org = org_of(tx)?;
        let account = store::member::account_of(tx, login)
            .await?
            .ok_or(Error::NoSuchMember)?;
        let it = MemberLogin {
            person: member.person,
            account,
            login: login.to_owned(),
        };
        let known = HashMap::from([(member.person, it.clone())]);
        join(tx, org, &known, std::slice::from_ref(member)).await?;
        Ok(it)
    }

    /// Opens an administrator's account and issues the slip to enter with.
    /// The person's card is the caller's work.
    pub async fn create_admin(&self, tx: &mut Tx, member: &NewMember) -> Result<Printed, Error> {
        let opened = self.open(tx, std::slice::from_ref(member)).await?;
        let login = opened.into_iter().next().ok_or(Error::NoSuchMember)?;
        self.issue_by_operator(tx, login.account).await
    }
}

fn org_of(tx: &Tx) -> Result<OrgId, Error> {
    tx.org().ok_or(Error::NoSuchMember)
}

async fn by_person(
    tx: &mut Tx,
    people: &[PersonId],
) -> Result<HashMap<PersonId, MemberLogin>, Error> {
    let people: Vec<i64> = people.iter().map(|it| it.get()).collect();
    let found = store::member::of_people(tx, &people).await?;
    Ok(found.into_iter().map(|it| (it.person, it)).collect())
}

/// Writes memberships and the grants that are missing.
async fn join(
    tx: &mut Tx,
    org: OrgId,
    known: &HashMap<PersonId, MemberLogin>,
    members: &[NewMember],
) -> Result<(), Error> {
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut grants: Vec<(AccountId, Grant)> = vec![];
    for it in members {
        names.insert(it.person, full_name(it));
        if let Some(login) = known.get(&it.person) {
            grants.extend(it.grants.iter().map(|grant| (login.account, *grant)));
        }
    }
    let (logins, names): (Vec<MemberLogin>, Vec<String>) = known
        .values()
        .filter_map(|it| names.remove(&it.person).map(|name| (it.clone(), name)))
        .unzip();
    store::member::join(tx, org.get(), &logins, &names).await?;
    if !grants.is_empty() {
        store::grant::add(tx, org.get(), &grants).await?;
    }
    Ok(())
}

fn full_name(it: &NewMember) -> String {
    let middle = it.middle_name.as_deref().unwrap_or_default();
    format!("{} {} {middle}", it.last_name, it.first_name)
        .trim()
        .to_owned()
}

/// The login to begin with; a taken one gets a number.
fn wish(it: &NewMember) -> String {
    let middle = it.middle_name.as_deref().unwrap_or_default();
    let name = FullName::new(&it.last_name, &it.first_name, middle).ok();
    let login = name
        .and_then(|it| login_candidates(&it).next())
        .unwrap_or_default();
    if login.len() < 3 {
        format!("user{login}")
    } else {
        login
    }
}
