//! «Уничтожение данных»: proposed by one, carried out by another.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use db::{
    Tx, audit,
    erase::{self, Destroyed, Subject},
    seal::Key,
    subject::Term,
};
use kernel::{AccountId, Actor, PersonId, Reach, Right, Role};
use people::Card;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Privacy;
use crate::{
    Error, Kind, Plan, Presence, Rule,
    store::{self, Book, ErasureRow, NewErasure},
};

kernel::id!(/// A proposal to destroy, and its act.
    ErasureId);

/// A proposal waits for so long.
const WAITS: Duration = Duration::days(7);
/// So many proposals and acts are listed.
const MOST: i64 = 200;

/// Why it is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The time of keeping is over.
    Term,
    /// The consent was withdrawn.
    Withdrawal,
    /// The person asked for it.
    Request,
}

impl Ground {
    pub const ALL: [Self; 3] = [Self::Term, Self::Withdrawal, Self::Request];

    /// The name in the database, in forms and in words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Withdrawal => "withdrawal",
            Self::Request => "request",
        }
    }

    /// The ground with that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// Who forbade to destroy, and until when it held.
#[derive(Clone, Debug, Serialize)]
pub struct Hold {
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub lifted_by: String,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lift_reason: String,
}

/// How far a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Waits,
    Expired,
    Refused,
    Done,
}

/// A proposal and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Erasure {
    pub id: ErasureId,
    pub person: PersonId,
    pub subject: String,
    pub ground: String,
    pub reason: String,
    pub by: String,
    pub at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Proposed by whoever looks.
    pub own: bool,
    pub outcome: Outcome,
    pub decided_by: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub act: Option<Act>,
}

/// «Акт об уничтожении персональных данных» with what order No 179 asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub operator: String,
    pub subject: String,
    pub system: String,
    pub ground: String,
    pub reason: String,
    pub at: DateTime<Utc>,
    /// Who proposed and who carried out, each with the role.
    pub by: Vec<Signed>,
    pub parts: Vec<Part>,
    /// Rows of the history that lost values, files that lost their bytes,
    /// logins.
    pub history: u64,
    pub files: usize,
    pub accounts: usize,
    /// What the law keeps, and until when.
    pub kept: Vec<(Term, Option<NaiveDate>)>,
}

/// Somebody who signs the act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    pub name: String,
    pub role: String,
}

/// What of one kind was destroyed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub term: Term,
    pub rows: Vec<(String, i64)>,
}

/// What a person's page of destruction shows.
#[derive(Clone, Debug)]
pub struct ErasureSheet {
    pub person: PersonId,
    pub name: String,
    pub plan: Plan,
    /// The newest first.
    pub holds: Vec<Hold>,
    pub erasures: Vec<Erasure>,
    /// How long copies of the database keep what is destroyed here.
    pub backups: Rule,
    pub may_propose: bool,
}

/// What is done with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// By another than who proposed.
    Confirm,
    /// By anybody; by who proposed it is taken back.
    Refuse,
}

/// All that a decision hangs on, read in one transaction.
struct Case {
    org_name: String,
    card: Card,
    subject: Subject,
    plan: Plan,
    rules: Vec<Rule>,
    book: Book,
    names: Vec<Card>,
}

impl Case {
    fn is_held(&self) -> bool {
        self.book.holds.iter().any(|it| it.lifted_at.is_none())
    }

    fn name_of(&self, person: Option<PersonId>) -> String {
        let card = self.names.iter().find(|it| Some(it.id) == person);
        card.map(Card::full).unwrap_or_default()
    }

    fn due(&self) -> Result<Vec<Term>, Error> {
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
    /// What of the person is kept until when, and what may be destroyed now.
    ///
    /// # Errors
    /// [`Error::NoSuchPerson`], also for another organisation's.
    #[tracing::instrument(name = "privacy.erasure", skip_all, fields(person.id = %person))]
    pub async fn erasure_sheet(
        &self,
        actor: &Actor,
        person: PersonId,
    ) -> Result<ErasureSheet, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let case = self.case(&mut tx, (person, actor.person), &("", "")).await?;
        let now = tx.now();
        tx.commit().await?;
        let holds = case.book.holds.iter().map(|it| Hold {
            reason: it.reason.clone(),
            by: case.name_of(Some(it.set_by)),
            at: it.set_at,
            lifted_by: case.name_of(it.lifted_by),
            lifted_at: it.lifted_at,
            lift_reason: it.lift_reason.clone(),
        });
        let erasures: Vec<Erasure> = case
            .book
            .erasures
            .iter()
            .map(|it| erasure(it, &case.names, actor.person, now))
            .collect();
        let waits = erasures.iter().any(|it| it.outcome == Outcome::Waits);
        Ok(ErasureSheet {
            person,
            name: case.card.full(),
            holds: holds.collect(),
            may_propose: case.due().is_ok() && !waits,
            erasures,
            backups: rule_of(&case.rules, Kind::Backup),
            plan: case.plan,
        })
    }

    /// Proposes to destroy what is over.
    ///
    /// # Errors
    /// [`Error::NoReason`] where the ground is not the term alone,
    /// [`Error::Held`], [`Error::NothingDue`], [`Error::ProposedAlready`].
    #[tracing::instrument(name = "privacy.propose_erasure", skip_all, fields(person.id = %person))]
    pub async fn propose_erasure(
        &self,
        actor: &Actor,
        person: PersonId,
        ground: Ground,
        reason: &str,
    ) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = reason.trim();
        let mut tx = self.db.begin(actor).await?;
        let case = self.case(&mut tx, (person, actor.person), &("", "")).await?;
        if reason.is_empty() && ground != Ground::Term {
            return Err(Error::NoReason);
        }
        case.due()?;
        let until = tx.now() + WAITS;
        let subject = case.card.full();
        let new = NewErasure {
            person,
            subject: &subject,
            ground,
            reason,
            by: actor.person,
            role: role_of(actor),
            until,
        };
        let id = store::propose(&mut tx, &new).await?;
        let details = json!({ "erasure": id, "ground": ground });
        let object = format!("people.person:{person}");
        audit::record(&mut tx, "privacy.erasure-proposed", &object, &details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Refuses a proposal, or destroys and writes the act. `stands_for` is
    /// what is said instead of the name: «Удалён», «№ ».
    ///
    /// # Errors
    /// [`Error::NoSuchErasure`], also where its time is over;
    /// [`Error::OwnProposal`], [`Error::Held`], [`Error::NothingDue`].
    #[tracing::instrument(name = "privacy.decide_erasure", skip_all, fields(erasure.id = %id))]
    pub async fn decide_erasure(
        &self,
        actor: &Actor,
        id: ErasureId,
        decision: Decision,
        stands_for: &(&str, &str),
    ) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        if !store::lock(&mut tx, id).await? {
            return Err(Error::NoSuchErasure);
        }
        let found = store::erasure(&mut tx, id).await?;
        let proposed = found.ok_or(Error::NoSuchErasure)?;
        if proposed.expires_at <= tx.now() {
            return Err(Error::NoSuchErasure);
        }
        let object = format!("people.person:{}", proposed.person_id);
        if decision == Decision::Refuse {
            store::decide(&mut tx, id, actor.person, None).await?;
            let details = json!({ "erasure": id });
            audit::record(&mut tx, "privacy.erasure-refused", &object, &details).await?;
            tx.commit().await?;
            return Ok(());
        }
        if actor.person == proposed.proposed_by {
            return Err(Error::OwnProposal);
        }
        let case = self
            .case(&mut tx, (proposed.person_id, actor.person), stands_for)
            .await?;
        let due = case.due()?;
        let (destroyed, accounts) = self.destroy(&mut tx, &case, &due).await?;
        let act = self.act(&case, &proposed, actor, &due, (&destroyed, accounts), tx.now());
        let written = serde_json::to_value(&act).map_err(|_| db::Error::corrupt("privacy", "act"))?;
        store::decide(&mut tx, id, actor.person, Some(&written)).await?;
        let details = json!({
            "erasure": id, "proposed_by": proposed.proposed_by, "ground": proposed.ground,
            "parts": act.parts, "history": act.history, "files": act.files,
        });
        audit::record(&mut tx, "privacy.erased", &object, &details).await?;
        let today = tx.now().date_naive();
        let act_rule = rule_of(&case.rules, Kind::Act);
        if let Some(before) = oldest_kept(&act_rule, today) {
            store::forget_acts(&mut tx, before).await?;
        }
        tx.commit().await?;
        // Once nothing refers to them any more; what is left is of no use to anybody.
        self.asked.files.forget(&destroyed.files).await?;
        Ok(())
    }

    /// Forbids to destroy anything of the person.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::NoSuchPerson`], [`Error::Held`].
    #[tracing::instrument(name = "privacy.hold", skip_all, fields(person.id = %person))]
    pub async fn hold(&self, actor: &Actor, person: PersonId, reason: &str) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = given(reason)?;
        let mut tx = self.db.begin(actor).await?;
        self.known(&mut tx, person).await?;
        store::hold(&mut tx, person, reason, actor.person).await?;
        let object = format!("people.person:{person}");
        let details = json!({ "reason": reason });
        audit::record(&mut tx, "privacy.hold-set", &object, &details).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Lifts what forbids; nothing where nothing does.
    ///
    /// # Errors
    /// [`Error::NoReason`], [`Error::NoSuchPerson`].
    #[tracing::instrument(name = "privacy.lift", skip_all, fields(person.id = %person))]
    pub async fn lift(&self, actor: &Actor, person: PersonId, reason: &str) -> Result<(), Error> {
        actor.may_in_org(Right::PersonErase)?;
        let reason = given(reason)?;
        let mut tx = self.db.begin(actor).await?;
        self.known(&mut tx, person).await?;
        if store::lift(&mut tx, person, reason, actor.person).await? {
            let object = format!("people.person:{person}");
            let details = json!({ "reason": reason });
            audit::record(&mut tx, "privacy.hold-lifted", &object, &details).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// The newest proposals and acts of the organisation.
    pub async fn erasures(&self, actor: &Actor) -> Result<Vec<Erasure>, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let rows = store::erasures(&mut tx, MOST).await?;
        let signers = rows.iter().flat_map(signers).collect::<Vec<_>>();
        let names = self.asked.people.cards(&mut tx, &signers).await?;
        let now = tx.now();
        tx.commit().await?;
        Ok(rows
            .iter()
            .map(|it| erasure(it, &names, actor.person, now))
            .collect())
    }

    /// One act; opening it goes on record.
    ///
    /// # Errors
    /// [`Error::NoSuchErasure`], also where nothing was destroyed yet.
    pub async fn act_of(&self, actor: &Actor, id: ErasureId) -> Result<Act, Error> {
        actor.may_in_org(Right::PersonErase)?;
        let mut tx = self.db.begin(actor).await?;
        let row = store::erasure(&mut tx, id).await?;
        let row = row.ok_or(Error::NoSuchErasure)?;
        let act = act_in(&row).ok_or(Error::NoSuchErasure)?;
        let object = format!("people.person:{}", row.person_id);
        let details = json!({ "erasure": id });
        audit::record(&mut tx, "privacy.act-opened", &object, &details).await?;
        tx.commit().await?;
        Ok(act)
    }

    async fn known(&self, tx: &mut Tx, person: PersonId) -> Result<Card, Error> {
        let cards = self.asked.people.cards(tx, &[person]).await?;
        cards.into_iter().next().ok_or(Error::NoSuchPerson)
    }

    async fn case(
        &self,
        tx: &mut Tx,
        (person, me): (PersonId, PersonId),
        (last, number): &(&str, &str),
    ) -> Result<Case, Error> {
        let asked = &self.asked;
        let standing = asked.people.standing(tx, person).await?;
        let standing = standing.ok_or(Error::NoSuchPerson)?;
        let line = asked.orgs.line(tx).await?;
        let own = line.last().ok_or(Error::NoSuchPerson)?;
        let today = own.day(tx.now());
        let mut looked = standing.children.clone();
        looked.push(person);
        let stays = asked.classes.stays(tx, &looked).await?;
        let (stays, of_children): (Vec<_>, Vec<_>) =
            stays.into_iter().partition(|it| it.pupil == person);
        let last_days = |it: Vec<movement::Member>| it.into_iter().map(|it| it.until).collect();
        let (stays, of_children): (Vec<_>, Vec<_>) = (last_days(stays), last_days(of_children));
        let presence = Presence::of(&standing, &stays, &of_children, today);
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
        let left_at = access.unwrap_or(left_on).and_time(chrono::NaiveTime::MIN);
        let subject = Subject {
            person,
            accounts: logins.iter().map(|it| it.account).collect(),
            family: standing.family.clone(),
            left_at: left_at.and_utc(),
            name: ((*last).to_owned(), format!("{number}{person}")),
        };
        let counts = erase::counts(tx, &asked.held, &subject).await?;
        let plan = Plan::of(presence, &standing, &rules, &counts, today);
        let mut wanted: Vec<PersonId> = book.erasures.iter().flat_map(signers).collect();
        wanted.extend(book.holds.iter().flat_map(|it| [Some(it.set_by), it.lifted_by]).flatten());
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

    async fn destroy(
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

    fn act(
        &self,
        case: &Case,
        proposed: &ErasureRow,
        actor: &Actor,
        due: &[Term],
        (destroyed, accounts): (&Destroyed, usize),
        at: DateTime<Utc>,
    ) -> Act {
        let (gone, kept): (Vec<_>, Vec<_>) =
            case.plan.lines.iter().partition(|it| due.contains(&it.term));
        let part = |it: &crate::Line| Part {
            term: it.term,
            rows: it.rows.iter().map(|(table, n)| (table.replace('"', ""), *n)).collect(),
        };
        let day_of = |it: &crate::Line| match it.until {
            crate::Until::Day { day } => Some(day),
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

fn given(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::NoReason);
    }
    Ok(reason)
}

/// In which role somebody destroys: the first that may.
fn role_of(actor: &Actor) -> &'static str {
    let grants = &actor.grants;
    let able = |it: &&kernel::Grant| grants.reach(**it, Right::PersonErase).has(Reach::Org);
    let grant = grants.iter().find(able);
    grant.map_or(Role::Admin, |it| it.role).code()
}

fn rule_of(rules: &[Rule], kind: Kind) -> Rule {
    let found = rules.iter().find(|it| it.kind == kind);
    found.cloned().unwrap_or_else(|| kind.default_rule())
}

/// Acts from before that moment are over.
fn oldest_kept(rule: &Rule, today: NaiveDate) -> Option<DateTime<Utc>> {
    // The rule counts forward: as long as it takes from today.
    let length = rule.over_on(today)? - today;
    Some((today - length).and_time(chrono::NaiveTime::MIN).and_utc())
}

fn signers(it: &ErasureRow) -> Vec<PersonId> {
    [Some(it.proposed_by), it.decided_by.map(Into::into)]
        .into_iter()
        .flatten()
        .collect()
}

fn act_in(it: &ErasureRow) -> Option<Act> {
    serde_json::from_value(it.act.clone()?).ok()
}

fn erasure(it: &ErasureRow, names: &[Card], me: PersonId, now: DateTime<Utc>) -> Erasure {
    let name = |person: PersonId| {
        let card = names.iter().find(|it| it.id == person);
        card.map(Card::full).unwrap_or_default()
    };
    Erasure {
        id: it.erasure_id,
        person: it.person_id,
        subject: it.subject.clone(),
        ground: it.ground.clone(),
        reason: it.reason.clone(),
        by: name(it.proposed_by),
        at: it.proposed_at,
        until: it.expires_at,
        own: it.proposed_by == me,
        outcome: match it.approved {
            Some(true) => Outcome::Done,
            Some(false) => Outcome::Refused,
            None if it.expires_at <= now => Outcome::Expired,
            None => Outcome::Waits,
        },
        decided_by: it.decided_by.map(|it| name(it.into())).unwrap_or_default(),
        decided_at: it.decided_at,
        act: act_in(it),
    }
}
