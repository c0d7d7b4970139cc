//! What a decision to destroy hangs on, and the destroying itself.

use chrono::{DateTime, NaiveTime, Utc};
use db::{
    Tx,
    erase::{self, Destroyed, Subject},
    seal::Key,
    subject::Term,
};
use kernel::{AccountId, Actor, PersonId, Reach, Right, Role};
use people::Card;

use super::Privacy;
use crate::{
    Act, Error, Kind, Line, Part, Plan, Presence, Rule, Signed, Until,
    store::{self, Book, ErasureRow},
};

/// All that a decision hangs on, read in one transaction.
pub(super) struct Case {
    org_name: String,
    pub(super) card: Card,
    subject: Subject,
    pub(super) plan: Plan,
    pub(super) rules: Vec<Rule>,
    pub(super) book: Book,
    pub(super) names: Vec<Card>,
}

impl Case {
    pub(super) fn is_held(&self) -> bool {
        self.book.holds.iter().any(|it| it.lifted_at.is_none())
    }

    pub(super) fn name_of(&self, person: Option<PersonId>) -> String {
        let card = self.names.iter().find(|it| Some(it.id) == person);
        card.map(Card::full).unwrap_or_default()
    }

    pub(super) fn due(&self) -> Result<Vec<Term>, Error> {
        if self.is_held() {
            return Err(Error::Held);
        }
        let due = self.plan.due();
        if due.is_empty() {
            return Err(Error::NothingDue);
        }
        Ok(due)
    }
}

impl Privacy {
    /// Reads the case; `me` is who asks.
    pub(super) async fn case(
        &self,
        tx: &mut Tx,
        (person, me): (PersonId, PersonId),
    ) -> Result<Case, Error> {
        let asked = &self.asked;
        let (last, number) = &asked.stands_for;
        let standing = asked.people.standing(tx, person).await?;
        let standing = standing.ok_or(Error::NoSuchPerson)?;
        let line = asked.orgs.line(tx).await?;
        let own = line.last().ok_or(Error::NoSuchPerson)?;
        let today = own.day(tx.now());
        let mut looked = standing.children.clone();
        looked.push(person);
        let stays = asked.classes.stays(tx, &looked).await?;
        let last_days = |own: bool| {
            let of = stays.iter().filter(|it| (it.pupil == person) == own);
            of.map(|it| it.until).collect::<Vec<_>>()
        };
        let presence = Presence::of(&standing, &last_days(true), &last_days(false), today);
        let orgs: Vec<_> = line.iter().map(|it| it.id).collect();
        let mut book = store::book(tx, &orgs, Some(person)).await?;
        let rules = super::terms::in_force(std::mem::take(&mut book.terms));
        let logins = asked.accounts.logins(tx, &[person]).await?;
        let left_on = match presence {
            Presence::Left { on } => on,
            _ => today,
        };
        // Letters about the last days are written later.
        let access = rule_of(&rules, Kind::Access).over_on(left_on);
        let left_at = access.unwrap_or(left_on).and_time(NaiveTime::MIN);
        let subject = Subject {
            person,
            accounts: logins.iter().map(|it| it.account).collect(),
            family: standing.family.clone(),
            left_at: left_at.and_utc(),
            name: (last.clone(), format!("{number}{person}")),
        };
        let counts = erase::counts(tx, &asked.held, &subject).await?;
        let plan = Plan::of(presence, &standing, &rules, &counts, today);
        let mut wanted: Vec<PersonId> = book.erasures.iter().flat_map(signers).collect();
        wanted.extend(
            book.holds
                .iter()
                .flat_map(|it| [Some(it.set_by), it.lifted_by])
                .flatten(),
        );
        wanted.extend([person, me]);
        let names = asked.people.cards(tx, &wanted).await?;
        let card = names.iter().find(|it| it.id == person).cloned();
        Ok(Case {
            org_name: own.full_name.clone(),
            card: card.ok_or(Error::NoSuchPerson)?,
            subject,
            plan,
            rules,
            book,
            names,
        })
    }

    /// What was destroyed, and how many logins.
    pub(super) async fn destroy(
        &self,
        tx: &mut Tx,
        case: &Case,
        due: &[Term],
    ) -> Result<(Destroyed, usize), Error> {
        let key = Key::kept_in(&self.asked.seal_key)?;
        let mut accounts = 0;
        if due.contains(&Term::Access) {
            let owned: &[AccountId] = &case.subject.accounts;
            accounts = self.asked.accounts.forget(tx, owned).await?;
        }
        let destroyed = erase::destroy(tx, &key, &self.asked.held, &case.subject, due).await?;
        Ok((destroyed, accounts))
    }

    pub(super) fn act(
        &self,
        case: &Case,
        proposed: &ErasureRow,
        actor: &Actor,
        due: &[Term],
        (destroyed, accounts): (&Destroyed, usize),
        at: DateTime<Utc>,
    ) -> Act {
        let (gone, kept): (Vec<_>, Vec<_>) = case
            .plan
            .lines
            .iter()
            .partition(|it| due.contains(&it.term));
        let part = |it: &Line| Part {
            term: it.term,
            rows: it
                .rows
                .iter()
                .map(|(table, n)| (table.replace('"', ""), *n))
                .collect(),
        };
        let day_of = |it: &Line| match it.until {
            Until::Day { day } => Some(day),
            _ => None,
        };
        let signed = |person, role: &str| Signed {
            name: case.name_of(Some(person)),
            role: role.to_owned(),
        };
        Act {
            operator: case.org_name.clone(),
            subject: proposed.subject.clone(),
            system: self.asked.system.clone(),
            ground: proposed.ground.clone(),
            reason: proposed.reason.clone(),
            at,
            by: vec![
                signed(proposed.proposed_by, &proposed.proposed_as),
                signed(actor.person, role_of(actor)),
            ],
            parts: gone.into_iter().map(part).collect(),
            history: destroyed.history,
            files: destroyed.files.len(),
            accounts,
            kept: kept
                .into_iter()
                .filter(|it| !it.rows.is_empty())
                .map(|it| (it.term, day_of(it)))
                .collect(),
        }
    }
}

/// In which role somebody destroys: the first that may.
pub(super) fn role_of(actor: &Actor) -> &'static str {
    let grants = &actor.grants;
    let able = |it: &&kernel::Grant| grants.reach(**it, Right::PersonErase).has(Reach::Org);
    let grant = grants.iter().find(able);
    grant.map_or(Role::Admin, |it| it.role).code()
}

pub(super) fn rule_of(rules: &[Rule], kind: Kind) -> Rule {
    let found = rules.iter().find(|it| it.kind == kind);
    found.cloned().unwrap_or_else(|| kind.default_rule())
}

/// Whose names a proposal needs.
pub(super) fn signers(it: &ErasureRow) -> Vec<PersonId> {
    [Some(it.proposed_by), it.decided_by.map(Into::into)]
        .into_iter()
        .flatten()
        .collect()
}
